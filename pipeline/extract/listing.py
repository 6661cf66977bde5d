"""Which files a source has: found by pattern, in order of name, checked before any is read, and kept with the pull."""

import errno
import os
import re
import stat
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import ContractError, SourceError
from pipeline.storage.objects import FolderStore

_SCHEMA = pa.schema([("name", pa.string()), ("bytes", pa.int64()), ("modified", pa.int64())])
_AT_ONCE = 1_000


@dataclass(frozen=True)
class FoundFile:
    """A file as it was when the pull began.

    Attributes:
        name: relative to the source's folder, parts joined by `/`.
        bytes: its length.
        modified: nanoseconds since 1970.
    """

    name: str
    bytes: int
    modified: int


class Listing:
    """The files of one pull, in order; a million of them are kept as columns."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table.combine_chunks()

    def __len__(self) -> int:
        return int(self._table.num_rows)

    def __getitem__(self, at: int) -> FoundFile:
        return next(self.starting_at(at))

    def starting_at(self, at: int) -> Iterator[FoundFile]:
        """File `at` and all after it."""
        for first in range(at, len(self), _AT_ONCE):
            yield from map(FoundFile, *self._table.slice(first, _AT_ONCE).to_pydict().values())

    def write(self, store: FolderStore, key: str) -> None:
        """Keep it as an object."""
        with store.writer(key) as sink:
            pq.write_table(self._table, sink, compression="zstd")

    @classmethod
    def read(cls, store: FolderStore, key: str) -> "Listing":
        """A listing that was kept."""
        return cls(pq.read_table(store.path(key)))


def list_files(folder: Path, pattern: str, period: str | None) -> Listing:
    """All files below `folder` whose path matches `pattern`, in order of name.

    `*`, `?` and `[...]` match within one part of a path, a part `**` any number of folders, at the end all files below.
    What begins with a dot is matched only by a part that begins with one. Links to folders are not followed; a link to
    a file counts as a file if it stays within `folder`.

    Raises:
        SourceError: no file matches, or one that does is no plain file, lies elsewhere, has a name that is not UTF-8
            or holds control characters, or has no period.
        ContractError: the period's expression is wrong.
    """
    names = sorted(set(_matching(folder, "", re.sub(r"(^|/)\*\*$", r"\1**/*", pattern).split("/"))))
    if not names:
        raise SourceError("no file matches", given=pattern, hint="compare dataset.yaml with connections.yaml")
    periods = Periods(period)
    numbers = np.empty((2, len(names)), np.int64)
    for at, name in enumerate(names):
        status = _checked(folder, name)
        periods.of(name)
        numbers[:, at] = status.st_size, status.st_mtime_ns
    return Listing(pa.table([names, *numbers], _SCHEMA))


class Periods:
    """Periods of files by their names: the one group of a source's expression, empty for a source without one."""

    def __init__(self, expression: str | None) -> None:
        try:
            self._expression = re.compile(expression or "()")
        except re.error as error:
            raise ContractError("a source's period is no regular expression", given=str(error)) from None
        if self._expression.groups != 1:
            given = f"{self._expression.groups} groups"
            raise ContractError("a source's period is an expression with one group", given=given, allowed="([0-9]{4})")

    def of(self, name: str) -> str:
        """The period of the file `name`.

        Raises:
            SourceError: its name does not match.
        """
        match = self._expression.search(name)
        if match is None or match[1] is None:
            raise SourceError(f"{name} has no period", allowed=f"a name that matches {self._expression.pattern}")
        return match[1]


def _matching(folder: Path, above: str, parts: Sequence[str]) -> Iterator[str]:
    """Paths below `folder`/`above` that match `parts`."""
    part, *rest = parts
    if part == "**" and rest:
        yield from _matching(folder, above, rest)
    matches = re.compile(translate("*" if part == "**" else part)).match
    try:
        entries = list(os.scandir(folder / above))
    except OSError as error:
        raise unreadable(above or ".", error) from None
    for entry in entries:
        if (entry.name.startswith(".") and not part.startswith(".")) or not matches(entry.name):
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder and rest:
            yield from _matching(folder, f"{above}{entry.name}/", parts if part == "**" else rest)
        elif not is_folder and not rest and not _is_folder_link(entry):
            yield above + entry.name


def _is_folder_link(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and Path(entry.path).is_dir()


def _checked(folder: Path, name: str) -> os.stat_result:
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name if not letter.isprintable()):
        given = name.encode("utf-8", "backslashreplace").decode().encode("unicode_escape").decode()
        raise SourceError("a file's name is not plain UTF-8", given=given, hint="rename it, or change the pattern")
    path = folder / name
    try:
        status = path.stat()
        inside = not path.is_symlink() or path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError) as error:  # of a loop of links, pathlib makes a RuntimeError
        raise unreadable(name, error) from None
    if not stat.S_ISREG(status.st_mode):
        raise SourceError(f"{name} is no plain file", hint="name the files more closely in dataset.yaml")
    if not inside:
        raise SourceError(f"{name} is a link that leads out of its folder", hint="put the file there itself")
    return status


def unreadable(name: str, error: OSError | RuntimeError) -> SourceError:
    """The error about a file or folder that the system does not let us read."""
    given = errno.errorcode.get(getattr(error, "errno", None) or 0, type(error).__name__)
    return SourceError(f"{name} can't be read", given=given, hint="compare the rights of who pulls and of the file")
