"""Terms in texts, many at a time: what may hold one is found quickly, and only that is judged."""

from collections.abc import Collection, Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.privacy.subjects.judge import Found, Judge
from pipeline.privacy.subjects.prefilter import Prefilter, coarse
from pipeline.privacy.subjects.stand_in import stand_in
from pipeline.privacy.subjects.terms import SHARED_NAME, Terms

ERASED = "<ERASED>"
Mask = npt.NDArray[np.bool_]


class TermSearch:
    """Finds terms in texts, and takes them out.

    Args:
        terms: to search for.
        plain: as `Judge` has it.
        values: the subjects' keys; `edited` takes a text that is one and nothing else, also of those that are too short
            to be searched for.
    """

    def __init__(self, terms: Terms, plain: bool = False, values: Collection[str] = ()) -> None:
        self._values = frozenset(values)
        self._none = not len(terms)
        self._judge = Judge(terms, plain)
        self._prefilter = Prefilter(terms)

    def hits(self, texts: pa.Array) -> Mask:
        """Which of the texts (string or null) hold a term."""
        alone, shared = self.parted(texts)
        return alone | shared

    def parted(self, texts: pa.Array) -> tuple[Mask, Mask]:
        """Which of the texts hold a term of another kind than `SHARED_NAME`, and which one of this kind."""
        alone, shared = np.zeros(len(texts), bool), np.zeros(len(texts), bool)
        for at, found in self._judged(texts):
            kinds = {item.kind for item in found}
            alone[at], shared[at] = bool(kinds - {SHARED_NAME}), SHARED_NAME in kinds
        return alone, shared

    def kinds(self, texts: pa.Array) -> dict[str, int]:
        """Texts that hold a term, by its kind."""
        counts: dict[str, int] = {}
        for _, found in self._judged(texts):
            for kind in {item.kind for item in found}:
                counts[kind] = counts.get(kind, 0) + 1
        return counts

    def kinds_of(self, text: str) -> set[str]:
        """Kinds of the terms in one text."""
        return {item.kind for item in self._judge.find(text)}

    def found(self, text: str) -> bool:
        """Whether a term stands in a text."""
        return bool(self._judge.find(text))

    def edited(self, text: str) -> str | None:
        """The text with `<ERASED>` in place of each term; None where nothing but a term was in it.

        A key by itself becomes one that names nobody, since a record of somebody else may need one.
        """
        found = self._judge.find(text)
        if not found:
            return None if text.strip() in self._values else text
        if text.strip() in self._values:
            other = stand_in(text)
            return None if self.found(other) else other
        parts, end = [], 0
        for start, stop in _merged(found):
            parts.append(text[end:start])
            end = stop
        parts.append(text[end:])
        return ERASED.join(parts) if any(map(str.isalnum, "".join(parts))) else None

    def _judged(self, texts: pa.Array) -> Iterator[tuple[int, list[Found]]]:
        if self._none or not len(texts):
            return
        for at in self._candidates(texts):
            yield at, self._judge.find(texts[at].as_py())

    def _candidates(self, texts: pa.Array) -> Sequence[int]:
        """Positions of texts that may hold a term."""
        ascii_only = pc.fill_null(pc.string_is_ascii(texts), True).to_numpy(zero_copy_only=False)
        others = np.flatnonzero(~ascii_only)
        found = _rows(self._prefilter, texts)
        if len(others):
            found = found[ascii_only[found]]
            folded = pa.array([coarse(text) for text in texts.take(pa.array(others)).to_pylist()], pa.binary())
            found = np.concatenate([found, others[_rows(self._prefilter, folded)]])
        return [int(at) for at in found]


def _rows(prefilter: Prefilter, texts: pa.Array) -> npt.NDArray[np.int64]:
    """Positions of the texts in whose bytes something ends; a match over two texts' border is for the judge."""
    large = texts.cast(pa.large_binary())
    offsets = np.frombuffer(large.buffers()[1], np.int64)[large.offset : large.offset + len(large) + 1]
    data = large.buffers()[2]
    if data is None or offsets[-1] == offsets[0]:
        return np.empty(0, np.int64)
    ends = prefilter.ends(data.slice(int(offsets[0]), int(offsets[-1] - offsets[0])).to_pybytes())
    return np.unique(np.searchsorted(offsets - offsets[0], ends - 1, side="right") - 1)


def _merged(found: Sequence[Found]) -> list[tuple[int, int]]:
    """Stretches that do not overlap, in order."""
    merged: list[tuple[int, int]] = []
    for start, end, _ in found:
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
