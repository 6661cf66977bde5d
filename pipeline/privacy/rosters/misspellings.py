"""Which known words a misspelt or otherwise transliterated word may stand for."""

import re
from array import array
from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np

#: From this length on a known word may be two edits away: shorter ones would be near too many others.
_LEAST_FOR_TWO = 9
#: A word's sound counts from this length on.
_LEAST_SOUND = 5
_REMEMBERED = 50_000
#: Spellings of one sound in German, Indian and Arabic names written in Latin letters, most specific first.
_SOUNDS = (
    (re.compile("x"), "ks"),
    (re.compile("sch|sh"), "s"),
    (re.compile("ph"), "f"),
    (re.compile("([bdgjkt])h"), r"\1"),
    (re.compile("ck|q|c"), "k"),
    (re.compile("w"), "v"),
    (re.compile("z"), "s"),
    (re.compile("ei|ey|ay|ai|ae"), "e"),
    (re.compile("ee|y|ie"), "i"),
    (re.compile("oe"), "o"),
    (re.compile("ue|oo|ou"), "u"),
    (re.compile("(?<=.)[ae]"), "a"),
    (re.compile("(?<=.)[ou]"), "u"),
    (re.compile("(?<=.)h"), ""),
)
_DOUBLED = re.compile(r"(.)\1+")


class Misspellings:
    """An index of deletions (SymSpell: Garbe 2012): what is left when letters are left out, by hash, in flat arrays.

    Two words within `n` edits of each other share what is left of both after at most `n` deletions; the words
    that share it are compared letter by letter. Beside it lies each word's sound. About 400 bytes a word.
    """

    def __init__(self, words: Sequence[str]) -> None:
        """Words are folded, without accents; a word's number is its place."""
        self._words = words
        keys, counts = array("q"), array("q")
        for word in words:
            stored = _stored(word)
            keys.extend(map(hash, stored))
            counts.append(len(stored))
        hashes = np.frombuffer(keys, dtype=np.int64)
        order = np.argsort(hashes)
        self._keys = hashes[order]
        self._numbers = np.repeat(np.arange(len(words), dtype=np.int32), counts)[order]
        self.near = lru_cache(_REMEMBERED)(self._near)

    @property
    def size(self) -> int:
        """Bytes of the arrays."""
        return int(self._keys.nbytes + self._numbers.nbytes)

    def _near(self, word: str) -> dict[int, int]:
        """Numbers of the known words that a word may stand for, with the edits between them (equal sound: 1)."""
        sounds = [f"~{sound(word)}"] if len(word) >= _LEAST_SOUND else []
        keys = np.array([hash(key) for key in (*sounds, *_deletions(word))], dtype=np.int64)
        low, high = np.searchsorted(self._keys, keys, "left"), np.searchsorted(self._keys, keys, "right")
        ranges = [self._numbers[start:end].tolist() for start, end in zip(low, high, strict=True)]
        numbers = {number for row in ranges[len(sounds) :] for number in row}
        near = {number: edits for number in numbers if (edits := self._edits(word, number))}
        return near | {number: 1 for row in ranges[: len(sounds)] for number in row}

    def _edits(self, word: str, number: int) -> int:
        """1 or 2; 0 where they are further apart than their length allows."""
        known = self._words[number]
        edits = distance(word, known)
        return edits if edits <= (2 if len(known) >= _LEAST_FOR_TWO else 1) else 0


def _stored(word: str) -> set[str]:
    return _deletions(word) | ({f"~{sound(word)}"} if len(word) >= _LEAST_SOUND else set())


def _deletions(word: str) -> set[str]:
    """A word, without one letter, and, if it is long, without two."""
    left = {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
    if len(word) >= _LEAST_FOR_TWO:
        left |= {word[:one] + word[one + 1 : two] + word[two + 1 :] for one, two in combinations(range(len(word)), 2)}
    return left


def distance(one: str, other: str) -> int:
    """Edits between two words: letters inserted, left out, replaced, or neighbours swapped (Damerau 1964)."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        now = [row]
        for column, wanted in enumerate(other, 1):
            edits = min(last[column] + 1, now[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and one[row - 2] == wanted:
                edits = min(edits, before[column - 2] + 1)
            now.append(edits)
        before, last = last, now
    return last[-1]


@lru_cache(_REMEMBERED)
def sound(word: str) -> str:
    """What a folded word sounds like: Laxmi and Lakshmi, Meier and Mayer, Mohammed and Muhamad are one each."""
    for spelling, letters in _SOUNDS:
        word = spelling.sub(letters, word)
    return _DOUBLED.sub(r"\1", word)
