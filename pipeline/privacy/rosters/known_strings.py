"""Many strings known by 64 bits each, to ask whether one is among them."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator

import numpy as np

#: Slots of `Heads`: a megabyte.
_SLOTS = 1 << 20


class KnownStrings:
    """A set of strings as sorted hashes: 8 bytes each, where a set of `str` takes about 100.

    A string that is not in it is taken for one that is with probability n / 2^64. Hashes are of this process alone:
    never store or send them.
    """

    def __init__(self, strings: Iterable[str]) -> None:
        hashes = np.unique(np.fromiter(map(hash, strings), dtype=np.int64))
        self._hashes = array("q", hashes.tobytes())

    def __len__(self) -> int:
        return len(self._hashes)

    def __contains__(self, string: str) -> bool:
        wanted = hash(string)
        at = bisect_left(self._hashes, wanted)
        return at < len(self._hashes) and self._hashes[at] == wanted


class Heads:
    """How known strings begin: says quickly where none can start. Sometimes wrong where it says yes, never where no."""

    def __init__(self, length: int) -> None:
        self._length = length
        self._slots = bytearray(_SLOTS)

    def watch(self, strings: Iterable[str]) -> Iterator[str]:
        """The same strings, with their first characters noted as they pass."""
        for string in strings:
            self._slots[hash(string[: self._length]) % _SLOTS] = 1
            yield string

    def may_start(self, text: str, at: int) -> bool:
        """Whether a known string may start at this character."""
        return self._slots[hash(text[at : at + self._length]) % _SLOTS] == 1
