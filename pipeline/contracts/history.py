"""A dataset's folder as it was at a commit, read from git's objects: the work tree is not touched."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from pipeline.errors import SettingsError

#: What a dataset's folder consists of, as for its digest.
_SUFFIXES = (".yaml", ".py")
_FILES = ("100644", "100755")


@contextmanager
def folder_at(folder: Path, ref: str) -> Iterator[Path | None]:
    """A copy of `folder` as it was at a git ref; None where it was not there. It may be gone by now.

    Raises:
        SettingsError: there is no git, the folder is in no work tree, or the ref is unknown.
    """
    folder = folder.resolve()
    here = folder if folder.is_dir() else folder.parent
    prefix = work_tree_path(here) / folder.relative_to(here)
    entries = _entries(_git(here, "can't be listed", "ls-tree", "-rz", "--full-tree", _commit(here, ref)), prefix)
    with TemporaryDirectory(prefix="clearwell-at-") as temporary:
        copy = Path(temporary) / folder.name
        for path, blob in entries:
            place = copy / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_git(here, "can't be read", "cat-file", "blob", blob))
        yield copy if (copy / "dataset.yaml").is_file() else None


def work_tree_path(folder: Path) -> PurePosixPath:
    """Where a folder lies below the root of its git work tree.

    Raises:
        SettingsError: there is no git, or the folder is in no work tree.
    """
    shown = _git(folder, "no git work tree", "rev-parse", "--show-prefix", hint="git init, and commit the folder")
    return PurePosixPath(shown.decode(errors="surrogateescape").rstrip("\n") or ".")


def same_work_tree(folder: Path, other: Path) -> bool:
    """Whether both lie in one git work tree; not where either lies in none."""
    roots = [_run(place, "rev-parse", "--show-toplevel") for place in (folder, other)]
    return not any(root.returncode for root in roots) and roots[0].stdout == roots[1].stdout


def uncommitted(folder: Path) -> list[str]:
    """Names of files below `folder` that are not as the last commit has them, ignored ones among them.

    Raises:
        SettingsError: there is no git, or the folder is in no work tree.
    """
    told = _git(
        folder.parent, "no git work tree", "status", "--porcelain", "--ignored", "-z", "--no-renames", "--", folder.name
    )
    return [line[3:].decode(errors="replace") for line in told.split(b"\0") if line]


def has_commits(folder: Path) -> bool:
    """Whether anything was committed in the work tree of the folder yet."""
    return _run(folder, "rev-parse", "--verify", "--quiet", "HEAD").returncode == 0


def _commit(folder: Path, ref: str) -> str:
    found = _run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if found.returncode:
        raise SettingsError(
            "git knows no such ref", given=ref, allowed="a branch, tag or commit", hint="git fetch; git branch --all"
        )
    return found.stdout.decode().strip()


def _entries(listed: bytes, prefix: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    """Path below the folder and blob of each of its files; links and submodules are none."""
    for line in filter(None, listed.split(b"\0")):
        words, _, name = line.partition(b"\t")
        mode, _, blob = words.decode().split(" ")
        path = PurePosixPath(name.decode(errors="surrogateescape"))
        if mode in _FILES and path.suffix in _SUFFIXES and path.is_relative_to(prefix):
            yield path.relative_to(prefix), blob


def _git(folder: Path, problem: str, *words: str, hint: str | None = None) -> bytes:
    done = _run(folder, *words)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise SettingsError(f"{folder.name}/: {problem}", given=said[0] if said else None, hint=hint)
    return done.stdout


def _run(folder: Path, *words: str) -> "subprocess.CompletedProcess[bytes]":
    try:
        return subprocess.run(["git", "-C", str(folder), *words], capture_output=True, check=False)
    except FileNotFoundError:
        raise SettingsError("there is no git here", allowed="git on the PATH") from None
