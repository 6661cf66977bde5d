"""Passwords and tokens as files that only their owner may read, one a name, for laptops and tests."""

import os
import re
import stat
from pathlib import Path

from pipeline.errors import KeySourceError

#: A name is a file's name, never a path.
NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,80}$"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def refuse_open_to_others(name: str, path: Path, mode: int) -> None:
    """Refuse a secret file that group or others may touch.

    Raises:
        KeySourceError: they may.
    """
    if mode & _OTHERS:
        raise KeySourceError(
            f"others may read {name}", given=oct(stat.S_IMODE(mode)), allowed="0o600", hint=f"chmod 600 {path}"
        )


def read_credential(folder: Path, name: str) -> str:
    """The secret `name`: the file of that name in `folder`, without the line end.

    Raises:
        KeySourceError: the file is missing, empty, not UTF-8, or open to others; its content is never shown.
    """
    if not re.fullmatch(NAME, name):
        raise KeySourceError("that is no name of a credential", allowed="letters, digits, and _ . - after the first")
    path = folder / name
    try:
        with path.open("rb") as file:
            refuse_open_to_others(f"{folder.name}/{name}", path, os.fstat(file.fileno()).st_mode)
            secret = file.read().decode().strip()
    except (OSError, UnicodeDecodeError):
        secret = ""
    if not secret:
        raise KeySourceError(
            f"the credential {name!r} is missing or empty",
            allowed=f"a file of mode 0600 in the folder {folder.name}/ beside connections.yaml",
        )
    return secret
