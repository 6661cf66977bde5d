"""Objects: bytes under keys. A folder on a laptop; the same calls fit S3's conditional writes."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from pipeline.errors import ClearwellError


class StaleObjectError(ClearwellError):
    """A conditional write lost: somebody else wrote meanwhile."""


class ObjectStore(Protocol):
    """What clearwell asks of a store of objects. Keys are relative, with `/` between parts."""

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes: ...
    def write(self, key: str, data: bytes) -> None: ...
    def write_if(self, key: str, data: bytes, expected: str | None) -> None: ...
    def etag(self, key: str) -> str | None: ...
    def exists(self, key: str) -> bool: ...
    def size(self, key: str) -> int: ...
    def keys(self, prefix: str) -> list[str]: ...
    def delete(self, key: str) -> None: ...
    def purge(self, key: str) -> None: ...
    def uri(self, key: str) -> str: ...


@dataclass(frozen=True)
class FolderStore:
    """Objects as files under a folder. A write is seen whole or not at all."""

    root: Path

    def path(self, key: str) -> Path:
        return self.root / key

    def read(self, key: str, start: int = 0, length: int | None = None) -> bytes:
        with self.path(key).open("rb") as file:
            file.seek(start)
            return file.read() if length is None else file.read(length)

    def write(self, key: str, data: bytes) -> None:
        with self.writer(key) as file:
            file.write(data)

    @contextmanager
    def writer(self, key: str) -> Iterator[BinaryIO]:
        """A file that takes its name only when the block ends without an error."""
        target = self.path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def write_if(self, key: str, data: bytes, expected: str | None) -> None:
        """Write only if the object's etag is still `expected` (`None`: it must not exist).

        Raises:
            StaleObjectError: another writer was first.
        """
        lock = self.path(key + ".lock")
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            if self.etag(key) != expected:
                raise StaleObjectError(f"{key} moved meanwhile", hint="nothing was overwritten; run the stage again")
            self.write(key, data)

    def etag(self, key: str) -> str | None:
        """sha256 of the object's bytes, or None where there is none."""
        return hashlib.sha256(self.read(key)).hexdigest() if self.exists(key) else None

    def exists(self, key: str) -> bool:
        return self.path(key).is_file()

    def size(self, key: str) -> int:
        return self.path(key).stat().st_size

    def keys(self, prefix: str) -> list[str]:
        """Keys below `prefix`, sorted; unfinished writes and locks are not objects."""
        folder = self.path(prefix)
        found = (path for path in folder.rglob("*") if path.is_file())
        names = (path.relative_to(self.root).as_posix() for path in found if not path.name.startswith("."))
        return sorted(name for name in names if not name.endswith(".lock"))

    def delete(self, key: str) -> None:
        self.path(key).unlink(missing_ok=True)

    def purge(self, key: str) -> None:
        """Delete an object with all that it ever was; a folder keeps no older versions of it."""
        self.delete(key)

    def uri(self, key: str) -> str:
        return str(self.path(key))
