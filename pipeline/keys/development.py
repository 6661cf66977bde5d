"""A key file, and credentials as files, for laptops and tests. Production refuses them."""

import fcntl
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.errors import KeySourceError
from pipeline.keys.credentials import read_credential, refuse_open_to_others
from pipeline.keys.source import KEY_BYTES, DataKey, NoKeyError, derive_data_key, of_epoch

_HEX_KEYS = re.compile(rb"[0-9a-f]{%d}(?:\n[0-9a-f]{%d})*\n?" % (2 * KEY_BYTES, 2 * KEY_BYTES))


@dataclass(frozen=True)
class DevelopmentKeyFile:
    """A master key an epoch, each a line of 64 hex digits, in a file that only its owner may read.

    Its epochs are those of all datasets of a home.

    Attributes:
        path: of the key file.
        credentials: folder of passwords and tokens, one file a name.

    Raises:
        KeySourceError: `production` is set.
    """

    path: Path
    production: bool = False
    credentials: Path = Path("credentials")

    def __post_init__(self) -> None:
        if self.production:
            raise KeySourceError(
                "a development key file is refused in production",
                given="CLEARWELL_PRODUCTION is set",
                allowed="a key source of the platform",
            )

    def create(self, dataset: str) -> None:
        """Make the file with a random key if there is none; an existing key is never touched."""
        del dataset
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".key-")  # mkstemp makes it 0600
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(KEY_BYTES) + "\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(name, self.path)  # fails where another process was first: its key holds
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()

    def data_key(self, dataset: str, epoch: str | None = None) -> DataKey:
        """The dataset's key of an epoch; by default of the last.

        Raises:
            KeySourceError: the file is missing, malformed, or open to others; no key is made up in its place.
        """
        return of_epoch(self._keys(dataset), epoch)

    def epochs(self, dataset: str) -> tuple[str, ...]:
        """The epochs of the file's keys, oldest first."""
        return tuple(key.epoch for key in self._keys(dataset))

    def rotate(self, dataset: str) -> DataKey:
        """Add a random key to the file.

        Raises:
            KeySourceError: as `data_key`.
        """
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = self._masters()
            self._replace(
                b"".join(master.hex().encode() + b"\n" for master in (*known, secrets.token_bytes(KEY_BYTES)))
            )
        return self.data_key(dataset)

    def place(self, dataset: str) -> str:
        """The file, which all datasets of a home share."""
        del dataset
        return f"{self.path} (development only)"

    def _keys(self, dataset: str) -> list[DataKey]:
        return [derive_data_key(master, dataset, number) for number, master in enumerate(self._masters(), 1)]

    def _replace(self, content: bytes) -> None:
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".key-")  # mkstemp makes it 0600
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, self.path)

    def _masters(self) -> tuple[bytes, ...]:
        try:
            found = self.path.stat()
        except OSError:
            raise NoKeyError(
                "there is no development key", given=self.path.name, hint="clearwell run makes one on first use"
            ) from None
        refuse_open_to_others(self.path.name, self.path, found.st_mode)
        return _read_masters(self.path, found.st_ino, found.st_mtime_ns)

    def credential(self, name: str) -> str:
        """A password or token; read anew each time, so that a renewed one holds at once.

        Raises:
            KeySourceError: its file is missing, empty, or open to others.
        """
        return read_credential(self.credentials, name)


@lru_cache(maxsize=4)
def _read_masters(path: Path, _inode: int, _changed: int) -> tuple[bytes, ...]:
    """Read once per process; inode and time of change are part of the cache's key."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise KeySourceError(f"{path.name} can't be read", given=type(error).__name__) from None
    if not _HEX_KEYS.fullmatch(text):
        raise KeySourceError(
            f"{path.name} is not a key",
            given=f"{len(text)} bytes",
            allowed=f"lines of {2 * KEY_BYTES} lowercase hex digits",
        )
    return tuple(map(bytes.fromhex, text.decode("ascii").split()))
