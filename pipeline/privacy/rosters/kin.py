"""Which words of names belong to one person: given with family name, initial with family name."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import numpy.typing as npt

from pipeline.privacy.folding import unaccented
from pipeline.privacy.rosters.nicknames import other_forms
from pipeline.privacy.rosters.terms import name_words

#: Numbers of words fit into half of 64 bits.
_HALF = 32


class Kin:
    """Words of names by number, and the pairs of them that one person has: 8 bytes a pair.

    Attributes:
        words: unaccented, each at its number.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._numbers: dict[str, int] = {}
        numbered: dict[str, list[int]] = {}
        pairs = array("q")
        for given, family in names:
            for name in (given, family):
                if name not in numbered:
                    numbered[name] = [
                        self._numbers.setdefault(it, len(self._numbers)) for it in sorted(name_words(name))
                    ]
            both = numbered[given] + numbered[family]
            pairs.extend(min(pair) << _HALF | max(pair) for pair in combinations(both, 2))
        self.words = tuple(self._numbers)
        sorted_pairs = np.unique(np.frombuffer(pairs, dtype=np.int64))
        self._pairs = array("q", sorted_pairs.tobytes())
        self._initials = self._with_initials(sorted_pairs >> _HALF, sorted_pairs & (1 << _HALF) - 1)

    def _with_initials(self, ones: npt.NDArray[np.int64], others: npt.NDArray[np.int64]) -> frozenset[int]:
        """Each word of the pairs with the first letter of the other."""
        letters = np.array([ord(word[0]) for word in self.words], dtype=np.int64)
        signs = np.concatenate([ones << _HALF | letters[others], others << _HALF | letters[ones]])
        return frozenset(np.unique(signs).tolist())

    def number(self, word: str) -> int | None:
        """The number of a folded word."""
        return self._numbers.get(word if word.isascii() else unaccented(word))

    def numbers(self, word: str) -> list[int]:
        """Numbers of a folded word and of the names that it is a nickname of."""
        found = (self.number(form) for form in (word, *other_forms(word)))
        return [number for number in found if number is not None]

    def are_paired(self, one: int, other: int) -> bool:
        """Whether somebody has both words in the name."""
        pair = min(one, other) << _HALF | max(one, other)
        at = bisect_left(self._pairs, pair)
        return at < len(self._pairs) and self._pairs[at] == pair

    def has_initial(self, letter: str, word: str) -> bool:
        """Whether somebody with this folded word in the name has another word with this initial."""
        sign = ord(unaccented(letter.lower())[0])
        return any(number << _HALF | sign in self._initials for number in self.numbers(word))
