"""A key file, and credentials as files, for laptops and tests. Production refuses them."""

import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.errors import KeySourceError
from pipeline.keys.credentials import read_credential, refuse_open_to_others
from pipeline.keys.source import KEY_BYTES, DataKey, derive_data_key
from pipeline.settings import Settings

_HEX_KEY = re.compile(rb"[0-9a-f]{%d}\n?" % (2 * KEY_BYTES))


@dataclass(frozen=True)
class DevelopmentKeyFile:
    """A master key as 64 hex digits in a file that only its owner may read.

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

    def create(self) -> None:
        """Make the file with a random key if there is none; an existing key is never touched."""
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

    def data_key(self, dataset: str) -> DataKey:
        """The dataset's key.

        Raises:
            KeySourceError: the file is missing, malformed, or open to others; no key is made up in its place.
        """
        try:
            found = self.path.stat()
        except OSError:
            raise KeySourceError(
                "there is no development key", given=self.path.name, hint="clearwell run makes one on first use"
            ) from None
        refuse_open_to_others(self.path.name, self.path, found.st_mode)
        return derive_data_key(_read_master(self.path, found.st_ino, found.st_mtime_ns), dataset)

    def credential(self, name: str) -> str:
        """A password or token; read anew each time, so that a renewed one holds at once.

        Raises:
            KeySourceError: its file is missing, empty, or open to others.
        """
        return read_credential(self.credentials, name)


@lru_cache(maxsize=4)
def _read_master(path: Path, _inode: int, _changed: int) -> bytes:
    """Read once per process; inode and time of change are part of the cache's key."""
    try:
        text = path.read_bytes()
    except OSError as error:
        raise KeySourceError(f"{path.name} can't be read", given=type(error).__name__) from None
    if not _HEX_KEY.fullmatch(text):
        raise KeySourceError(
            f"{path.name} is not a key", given=f"{len(text)} bytes", allowed=f"{2 * KEY_BYTES} lowercase hex digits"
        )
    return bytes.fromhex(text.decode("ascii"))


def open_key_source(settings: Settings) -> DevelopmentKeyFile:
    """The key source of a laptop: `<home>/keys/development.key`, and `credentials/` beside connections.yaml.

    Raises:
        KeySourceError: `settings.production` is set.
    """
    credentials = settings.connections_file.resolve().parent / "credentials"
    return DevelopmentKeyFile(settings.root / "keys" / "development.key", settings.production, credentials)
