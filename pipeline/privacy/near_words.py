"""The words around a place of a long text, without splitting all of it into words."""

from collections.abc import Callable
from functools import cached_property

import regex

from pipeline.privacy.words import Words

#: Where a stretch of text begins behind a blank, looked for backwards; and where one ends.
_BEGINS = regex.compile(r"(?r)(?<=\s)(?=\S)")
_ENDS = regex.compile(r"(?<=\S)(?=\s)")
_WITH_COLON = regex.compile(r"[^\s:]*:\S*")
#: Characters that are split together, and to each side of them at first.
_BLOCK, _FIRST_LOOK = 1_000, 400
_KEPT_BLOCKS = 2_000


class NearWords:
    """Answers as `Words` of the whole text does, if each stretch between blanks is split into words by itself.

    Presidio takes the parts of words with a colon for keywords wherever they stand, so those are looked for in all of
    the text.
    """

    def __init__(self, text: str, split: Callable[[str], Words]) -> None:
        self._text = text
        self._split = split
        self._blocks: dict[int, tuple[int, int, Words]] = {}

    @cached_property
    def _parts(self) -> frozenset[str]:
        stretches = {match.group() for match in _WITH_COLON.finditer(self._text)}
        return frozenset(part for stretch in stretches for part in self._split(stretch).keywords)

    def around(self, start: int, before: int, after: int) -> set[str]:
        """As `Words.around`."""
        look = _FIRST_LOOK
        while True:
            first, last, words = self._near(start, look)
            behind, ahead = words.enough(start - first, before, after)
            if (behind or first == 0) and (ahead or last == len(self._text)):
                return words.around(start - first, before, after)
            look *= 4

    def _near(self, start: int, look: int) -> tuple[int, int, Words]:
        """The words of a block of the text and of so many characters around it, and where they begin and end."""
        block = start // _BLOCK * _BLOCK
        if look == _FIRST_LOOK and block in self._blocks:
            return self._blocks[block]
        begins = _BEGINS.search(self._text, 0, max(0, block - look))
        ends = _ENDS.search(self._text, block + _BLOCK + look)
        first, last = begins.start() if begins else 0, ends.start() if ends else len(self._text)
        words = self._split(self._text[first:last])
        words = Words(words.ends, words.lemmas, words.keywords | self._parts)
        if look == _FIRST_LOOK:
            if len(self._blocks) >= _KEPT_BLOCKS:
                self._blocks.clear()
            self._blocks[block] = first, last, words
        return first, last, words
