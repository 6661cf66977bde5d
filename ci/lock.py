"""Pins every library anew: requirements.lock, with hashes and without addresses."""

import shutil
import sys
import tempfile
from pathlib import Path

from ci.places import ROOT
from ci.steps import Console, SetupError, run
from ci.uv import ensure_uv

LOCK = ROOT / "requirements.lock"
OPTIONS = "--quiet --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev"


def main() -> int:
    """Compile into a copy, so that pins which still fit stay and a failure changes nothing."""
    try:
        with Console(plain=False).step("requirements.lock") as found, tempfile.TemporaryDirectory() as folder:
            draft = Path(folder) / LOCK.name
            shutil.copy(LOCK, draft)
            run([ensure_uv(), "pip", "compile", *OPTIONS.split(), ROOT / "pyproject.toml", "-o", draft])
            shutil.copy(draft, LOCK)
            found.append(f"{LOCK.read_text(encoding='utf-8').count('==')} libraries")
    except SetupError:
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
