"""Where set-up puts things. Standard library only: it runs before anything is installed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENV = ROOT / ".venv"
#: Variables that commands under `ci/env` get; written by set-up.
ENV_FILE = VENV / "clearwell.env"


def cache_folder() -> Path:
    """The same folder as that of pipeline/settings.py, which can't be imported yet."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "clearwell"


@contextmanager
def whole_or_not(target: Path) -> Iterator[Path]:
    """A folder to fill that takes its name only when the block ends well; a kill leaves no half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        yield draft
        draft.chmod(0o755)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
