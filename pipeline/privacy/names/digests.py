"""What tells one model from another."""

from hashlib import sha256
from pathlib import Path


def folder_digest(folder: Path) -> str:
    """Sha256 over the paths and the bytes of all files of a folder, in order."""
    total = sha256()
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        content = path.read_bytes()
        total.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        total.update(content)
    return total.hexdigest()
