"""Staging folders: where a version grows unseen. Their names begin with a dot, so no reader takes them for versions.

Each has a lock file beside it that its writer holds; the system lets go of it when the writer dies, however it dies. A
folder whose lock can be had is therefore the leftover of a crash, and the next publisher sweeps it away.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".staging-"
_LOCK = ".lock"


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Alone among the publishers of a dataset on this store; meant for moments, not for the writing of files."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".publishing.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def staging_folder(parent: Path, version: str) -> Iterator[Path]:
    """A new empty folder below `parent`, gone at the end of the block unless it was renamed to its place."""
    with exclusive(parent):
        _sweep(parent)
        folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{version}-", dir=parent))
        folder.chmod(0o755)
        lock = folder.with_name(folder.name + _LOCK).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    with lock:
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            Path(lock.name).unlink(missing_ok=True)


def flush(folder: Path) -> None:
    """Bring all files of `folder` to the disk, so that a power cut after the rename finds them whole."""
    for path in [*folder.iterdir(), folder]:
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def sweep(parent: Path) -> None:
    """Remove what publishers that crashed left behind."""
    with exclusive(parent):
        _sweep(parent)


def _sweep(parent: Path) -> None:
    """Remove what nobody holds: a folder, or the lock alone where the crash came after the rename."""
    for name in {path.name.removesuffix(_LOCK) for path in parent.glob(f"{_PREFIX}*")}:
        folder, lock = parent / name, parent / (name + _LOCK)
        if not _held(lock):
            shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)


def _held(lock: Path) -> bool:
    if not lock.exists():
        return False
    with lock.open("r+") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
