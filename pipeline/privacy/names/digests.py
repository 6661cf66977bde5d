"""What tells one model from another."""

from hashlib import sha256
from pathlib import Path

from pipeline.privacy.names.files import read_weights


def folder_digest(folder: Path) -> str:
    """Sha256 over the paths and the bytes of all files of a folder, in order."""
    total = sha256()
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        content = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()


def names_digest(reference: str) -> str | None:
    """Digest of the model behind a reference of `open_names`; None for `none`. Our own is not opened for it.

    Raises:
        PrivacyError: the reference names no model that is here.
    """
    if reference == "shipped":
        return read_weights()[1]
    from pipeline.privacy.names.opened import open_names  # noqa: PLC0415 - a second to import

    found = open_names(reference)
    return found.digest if found else None
