"""Which code computes: part of a run's id, so that other code is another run."""

import hashlib
import subprocess
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
#: Rooms that can't change a version's bytes: what generates test data, draws pages or starts jobs.
_OUTSIDE = ("cli", "dags", "datasets", "engines", "onboarding", "synthetic", "templates", "cli.py", "report.py")


@cache
def code_digest() -> str:
    """sha256 over the sources that compute a version, and over the lock of their libraries."""
    total = hashlib.sha256()
    lock = _PACKAGE.parent / "requirements.lock"
    for path in [*sorted(_PACKAGE.rglob("*.py")), *([lock] if lock.exists() else [])]:
        relative = path.relative_to(_PACKAGE.parent)
        if not set(relative.parts[1:]) & set(_OUTSIDE):
            total.update(f"{relative.as_posix()}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


@cache
def commit() -> str:
    """The git commit of the sources, for people; `unknown` outside a checkout."""
    command = ["git", "-C", str(_PACKAGE.parent), "describe", "--always", "--dirty", "--abbrev=12"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
