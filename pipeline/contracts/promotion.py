"""A dataset's folder is taken from a laptop to a stack as it is, and nothing that is no part of it goes along."""

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

from pipeline.errors import ContractError, SettingsError

#: What makes up a dataset's folder; connections, credentials and data do not.
PARTS = ("dataset.yaml", "recognizers.yaml", "contracts/*.odcs.yaml", "sources/*.yaml", "*.py", "*.md")
_LEFT_OUT = "__pycache__"
#: What a secret looks like inside of such a file. What stands in braces is filled in when it is used, and none.
_SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "a password in an address": re.compile(r"://[^\s/:@{}]+:[^\s/@{}]+@"),
    "a password or token": re.compile(
        r"(?im)^[\s\-{,\"']*\w*(password|passwd|secret|api_?key|access_?token|private_?key)[\"']?"
        r"\s*[:=]\s*[\"']?[^\s\"'{}\[\]|>#,]{4,}"
    ),
}


def files_of(folder: Path) -> dict[str, str]:
    """sha256 of each file that makes up a dataset's folder, by its path below it, in order.

    Raises:
        ContractError: the folder holds a link, a file that is no part of a dataset, such as connections.yaml or data,
            or one with what looks like a secret. Only the file is named.
    """
    found: dict[str, str] = {}
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not any(_fits(name, part) for part in PARTS):
            raise ContractError(
                f"{folder.name}/ holds what is no part of a dataset",
                given=f"{name}{', a link' if path.is_symlink() else ''}",
                allowed=PARTS,
                hint="connections, credentials and data lie outside of the dataset's folder",
            )
        raw = path.read_bytes()
        for what, pattern in _SECRETS.items():
            if pattern.search(raw.decode(errors="replace")):
                raise ContractError(
                    f"{folder.name}/ holds what looks like {what}",
                    given=name,
                    hint="name a credential in connections.yaml; its secret lies with the stack",
                )
        found[name] = hashlib.sha256(raw).hexdigest()
    return found


def promote_folder(folder: Path, target: Path, files: Mapping[str, str]) -> None:
    """Make `target` hold exactly these files of `folder`; until all of them are verified it stays as it was.

    Args:
        folder: to copy from.
        target: to be replaced or made; its parent is there.
        files: sha256 of each file, as `files_of` gave them.

    Raises:
        SettingsError: a file changed meanwhile, or did not arrive as it was.
    """
    staged, before = _beside(target, "promoting"), _beside(target, "before")
    shutil.rmtree(staged, ignore_errors=True)
    for name in files:
        place = staged / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, place)
    changed = [name for name in files if hashlib.sha256((staged / name).read_bytes()).hexdigest() != files[name]]
    if changed:
        shutil.rmtree(staged)
        raise SettingsError("a file changed while it was copied; nothing was promoted", given=changed)
    if target.exists():
        target.rename(before)
    staged.rename(target)
    shutil.rmtree(before, ignore_errors=True)


def recover(target: Path) -> None:
    """Put back what a promotion that was killed between two renames had moved away."""
    before = _beside(target, "before")
    if before.is_dir() and not target.exists():
        before.rename(target)
    shutil.rmtree(before, ignore_errors=True)


def _walk(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path) if path.name != _LEFT_OUT else ()
        else:
            yield path


def _fits(name: str, part: str) -> bool:
    """Whether a path is that part: in that folder, and no deeper."""
    return fnmatchcase(name, part) and name.count("/") == part.count("/") and not Path(name).name.startswith(".")


def _beside(target: Path, word: str) -> Path:
    """A hidden folder on the same disk; hidden ones are no datasets."""
    return target.parent / f".{target.name}.{word}"
