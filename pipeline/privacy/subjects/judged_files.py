"""Files judged one by one: which kinds of terms stand in each, and in its name."""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from pipeline.privacy.subjects.bytes_search import BytesSearch
from pipeline.privacy.subjects.files import bytes_of, columns_of, is_parquet
from pipeline.privacy.subjects.search import TermSearch
from pipeline.privacy.subjects.terms import Terms

#: Bytes from which two processes are quicker than one, which need not be started.
_MUCH = 64 << 20
_AT_ONCE = 2

Judged = tuple[Counter[str], Counter[str]]
"""Places by kind: in the file, in its name."""


class Judge:
    """What is searched for."""

    def __init__(self, terms: Terms) -> None:
        self._texts = TermSearch(terms)
        self._bytes = BytesSearch(terms)

    def judged(self, root: Path, path: Path) -> Judged:
        """A file's bytes, unpacked, the cells of a table, and its name below `root`."""
        found = self._bytes.kinds(bytes_of(path))
        if is_parquet(path):
            for column in columns_of(path):
                found.update(self._texts.kinds(column))
        name = path.relative_to(root).as_posix()
        # ".txt" would make another address of j.n@corp.example
        named = self._texts.kinds_of(name) | self._texts.kinds_of(name.removesuffix(path.suffix))
        return found, Counter(named)


def judge_files(terms: Terms, files: Sequence[tuple[Path, Path]]) -> Iterator[Judged]:
    """Judge files, each with the folder that its name is told from; in two processes where there is much to read."""
    if sum(path.stat().st_size for _, path in files) < _MUCH:
        judge = Judge(terms)
        yield from (judge.judged(*file) for file in files)
        return
    with ProcessPoolExecutor(_AT_ONCE, get_context("spawn"), _open, (terms,)) as pool:
        yield from pool.map(_judged, files)


_OPENED: list[Judge] = []


def _open(terms: Terms) -> None:
    _OPENED[:] = [Judge(terms)]


def _judged(file: tuple[Path, Path]) -> Judged:
    [judge] = _OPENED
    return judge.judged(*file)
