"""The words around a place of a long text, without splitting all of it into words."""

from collections.abc import Callable
from functools import cached_property

import regex

from pipeline.privacy.words import Words

#: Where a stretch of text begins behind a blank, looked for backwards; and where one ends.
_BEGINS = regex.compile(r"(?r)(?<=\s)(?=\S)")
_ENDS = regex.compile(r"(?<=\S)(?=\s)")
_WITH_COLON = regex.compile(r"[^\s:]*:\S*")
#: Characters to each side of a place that are looked at first.
_FIRST_LOOK = 400


class NearWords:
    """Answers as `Words` of the whole text does, if each stretch between blanks is split into words by itself.

    Presidio takes the parts of words with a colon for keywords wherever they stand, so those are looked for in all of
    the text.
    """

    def __init__(self, text: str, split: Callable[[str], Words]) -> None:
        self._text = text
        self._split = split

    @cached_property
    def _parts(self) -> frozenset[str]:
        stretches = {match.group() for match in _WITH_COLON.finditer(self._text)}
        return frozenset(part for stretch in stretches for part in self._split(stretch).keywords)

    def around(self, start: int, before: int, after: int) -> set[str]:
        """As `Words.around`."""
        look = _FIRST_LOOK
        while True:
            begins = _BEGINS.search(self._text, 0, max(0, start - look))
            ends = _ENDS.search(self._text, start + look)
            first, last = begins.start() if begins else 0, ends.start() if ends else len(self._text)
            words = self._split(self._text[first:last])
            words = Words(words.ends, words.lemmas, words.keywords | self._parts)
            enough = words.enough(start - first, before, after)
            if (enough[0] or first == 0) and (enough[1] or last == len(self._text)):
                return words.around(start - first, before, after)
            look *= 4
