"""uv, which installs everything else: the pinned version, from PATH or in the cache folder."""

import re
import shutil
import sys
from pathlib import Path

from ci.places import cache_folder, whole_or_not
from ci.steps import SetupError, run

UV = "0.13.9"


def ensure_uv() -> Path:
    """Path of uv.

    Raises:
        SetupError: it can't be fetched.
    """
    target = cache_folder() / f"uv-{UV}"
    binary = target / "uv"
    if binary.exists():
        return binary
    found = shutil.which("uv")
    if found and _version(Path(found)) == UV:
        return Path(found)
    with whole_or_not(target) as draft:
        try:
            run([sys.executable, "-m", "venv", draft / "venv"])
            run([draft / "venv" / "bin" / "python", "-m", "pip", "install", "--quiet", f"uv=={UV}"])
        except SetupError as error:
            raise SetupError(f"uv {UV} can't be had; {error}") from None
        shutil.move(draft / "venv" / "bin" / "uv", draft / "uv")
        shutil.rmtree(draft / "venv")
    return binary


def _version(binary: Path) -> str | None:
    try:
        said = run([binary, "--version"])
    except SetupError:
        return None
    match = re.match(r"uv (\S+)", said)
    return match.group(1) if match else None
