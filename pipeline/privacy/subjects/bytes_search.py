"""Terms in raw bytes of any format, as a stream: the same definition as for texts, but two fields make no name."""

from collections import Counter
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from pipeline.privacy.subjects.escapes import readings
from pipeline.privacy.subjects.search import Mask, TermSearch
from pipeline.privacy.subjects.terms import Terms

#: Bytes that are read together, and how many of them again with the next ones.
_BLOCK, _OVERLAP = 4 << 20, 2 << 10
#: Characters that are judged together, and how many of them again with the next ones: no term is longer.
_TEXT, _TEXT_OVERLAP = 2_000, 300


class BytesSearch:
    """Finds terms in bytes.

    Args:
        terms: to search for.
    """

    def __init__(self, terms: Terms) -> None:
        self._none = not len(terms)
        self._search = TermSearch(terms, plain=True)

    def found(self, data: bytes) -> bool:
        """Whether a term stands in some bytes."""
        return bool(self.kinds([data]))

    def parted(self, records: Iterable[bytes]) -> tuple[Mask, Mask]:
        """Which of some records hold a term of another kind than `SHARED_NAME`, and which one of this kind."""
        read = [readings(record) for record in records]
        owners = np.repeat(np.arange(len(read)), list(map(len, read)))
        masks = self._search.parted(pa.array([text for texts in read for text in texts], pa.string()))
        alone, shared = (np.isin(np.arange(len(read)), owners[mask]) for mask in masks)
        return alone, shared

    def kinds(self, pieces: Iterable[bytes]) -> Counter[str]:
        """Stretches of a stream that hold a term, by its kind; a term where two of them meet counts twice."""
        counts: Counter[str] = Counter()
        for block in () if self._none else _blocks(pieces):
            for text in readings(block):
                counts.update(self._search.kinds(pa.array(_parts(text), pa.string())))
        return counts


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        for start in range(0, len(piece), _BLOCK):
            held.append(piece[start : start + _BLOCK])
            size += len(held[-1])
            if size >= _BLOCK:
                block = b"".join(held)
                yield block
                held, size = [block[-_OVERLAP:]], 0
    if size:
        yield b"".join(held)


def _parts(text: str) -> list[str]:
    starts = range(0, max(len(text) - _TEXT_OVERLAP, 1), _TEXT - _TEXT_OVERLAP)
    return [text[start : start + _TEXT] for start in starts]
