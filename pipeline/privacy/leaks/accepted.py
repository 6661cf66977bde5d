"""Values that the contract allows: "Delhi" is a city and "Rose" a department, but "Rose Miller" is a person."""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet

from pipeline.privacy.folding import plain_words
from pipeline.privacy.rosters.terms import compacted


class Accepted:
    """What is no leak where it stands whole.

    Attributes:
        cells: the values: a cell that is one is not searched for people.
        compact: their letters and digits: a number or an address of mail that is one is not looked up.
    """

    def __init__(self, values: Collection[str] = ()) -> None:
        self.cells = frozenset(values)
        self.compact = frozenset(map(compacted, values))
        self._words = frozenset(tuple(plain_words(value)) for value in values) - {()}
        self._lengths = sorted(set(map(len, self._words)))

    def covered(self, found: Sequence[str], borders: AbstractSet[int]) -> list[int]:
        """For each word, and the end, where the accepted stretch around it ends; its own place where there is none.

        Accepted values that follow each other over the border of a line are one stretch: a list of categories is no
        name, even if somebody is called by two of them.

        Args:
            found: folded words of a text.
            borders: places of the words that begin a line.
        """
        ends = list(range(len(found) + 1))
        for start in reversed(range(len(found))):
            for end in (start + length for length in self._lengths):
                if end <= len(found) and tuple(found[start:end]) in self._words:
                    last = ends[end] if end in borders else end
                    ends[start:end] = [max(known, last) for known in ends[start:end]]
        return ends
