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
    """A copy of `folder` as it was at a git ref; None where it was not there.

    Raises:
        SettingsError: there is no git, the folder is in no work tree, or the ref is unknown.
    """
    folder = folder.resolve()
    _git(folder, "no git work tree", "rev-parse", "--is-inside-work-tree", hint="git init, and commit the folder")
    prefix = _git(folder, "no git work tree", "rev-parse", "--show-prefix").decode().rstrip("\n")
    commit = _commit(folder, ref)
    listed = _git(folder, "can't be listed", "ls-tree", "-rz", "--full-tree", commit, "--", f":(literal){prefix}")
    found = dict(_entries(listed, prefix))
    with TemporaryDirectory(prefix="clearwell-at-") as temporary:
        copy = Path(temporary) / folder.name
        for path, blob in found.items():
            place = copy / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(_git(folder, "can't be read", "cat-file", "blob", blob))
        yield copy if (copy / "dataset.yaml").is_file() else None


def _commit(folder: Path, ref: str) -> str:
    found = _run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if found.returncode:
        raise SettingsError(
            "git knows no such ref", given=ref, allowed="a branch, tag or commit", hint="git fetch; git branch --all"
        )
    return found.stdout.decode().strip()


def _entries(listed: bytes, prefix: str) -> Iterator[tuple[PurePosixPath, str]]:
    """Path below the folder and blob of each of its files; links and submodules are none."""
    for line in filter(None, listed.split(b"\0")):
        words, _, name = line.partition(b"\t")
        mode, _, blob = words.decode().split(" ")
        path = PurePosixPath(name.decode(errors="surrogateescape")).relative_to(prefix)
        if mode in _FILES and path.suffix in _SUFFIXES:
            yield path, blob


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
