"""Makes what is missing, once: uv, the environment, Java, Spark's jars, PostgreSQL. Any Python 3.11, nothing installed.

`python -m ci.setup [--plain]`
"""

import fcntl
import hashlib
import sys
from pathlib import Path

from ci.java import ensure_java, system_java
from ci.places import ENV_FILE, ROOT, VENV, cache_folder
from ci.steps import Console, SetupError, run
from ci.uv import UV, ensure_uv

LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
PYTHON = VENV / "bin" / "python"
#: Digests of what the environment was made from.
LIBRARIES_STAMP = VENV / "libraries.stamp"
PROJECT_STAMP = VENV / "project.stamp"


def main(arguments: list[str]) -> int:
    """Set everything up; one line a step. Exit status 1 where something can't be made."""
    console = Console(plain="--plain" in arguments)
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / ".setup.lock").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        try:
            set_up(console)
        except SetupError:
            return 1
    return 0


def set_up(console: Console) -> None:
    """All steps in their order.

    Raises:
        SetupError: a step failed; its line says why.
    """
    with console.step("uv") as found:
        uv = ensure_uv()
        found.append(UV)
    with console.step("libraries") as found:
        found.append(_sync_environment(uv))
    with console.step("clearwell itself") as found:
        found.append(_install_project(uv))
    with console.step("Java") as found:
        home = ensure_java(uv, PYTHON)
        ENV_FILE.write_text(f"export JAVA_HOME={str(home)!r}\n" if home else "", encoding="utf-8")
        found.append("from the cache folder" if home else f"the system's {system_java()}")
    with console.step("Spark's jars"):
        run([ROOT / "ci" / "env", PYTHON, "-m", "ci.jars"])
    with console.step("PostgreSQL") as found:
        found.append(run([ROOT / "ci" / "env", PYTHON, "-m", "ci.postgres"]).strip())


def _sync_environment(uv: Path) -> str:
    """Bytecode is compiled now: without it every start of Airflow takes three times as long."""
    wanted = _digest(LOCK)
    if PYTHON.exists() and _read(LIBRARIES_STAMP) == wanted:
        return "as locked"
    for stamp in (LIBRARIES_STAMP, PROJECT_STAMP):  # a sync removes the project as well
        stamp.unlink(missing_ok=True)
    python = sys.executable if sys.version_info[:2] == (3, 11) else "3.11"
    if not PYTHON.exists():
        run([uv, "venv", "--quiet", "--clear", "--python", python, VENV])
    run([uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", "--compile-bytecode", LOCK])
    LIBRARIES_STAMP.write_text(wanted, encoding="utf-8")
    return f"{LOCK.read_text(encoding='utf-8').count('==')} synced with their hashes"


def _install_project(uv: Path) -> str:
    wanted = _digest(PROJECT)
    if _read(PROJECT_STAMP) == wanted:
        return "installed"
    run([uv, "pip", "install", "--quiet", "--python", PYTHON, "--no-deps", "--no-build-isolation", "-e", ROOT])
    PROJECT_STAMP.write_text(wanted, encoding="utf-8")
    return "installed now"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read(stamp: Path) -> str | None:
    return stamp.read_text(encoding="utf-8") if stamp.exists() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
