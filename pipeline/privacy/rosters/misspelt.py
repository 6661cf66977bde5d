"""Which unknown words of a text count as misspelt names of the roster.

Nearly every word is one edit from one of 40,000 names, so a word needs a witness:

1. kin: beside a known name that somebody bears together with the meant one ("Asha Roa"), or with whose initial the
   meant one is known ("A. Guptaa");
2. a title: "Mr Guptaa", "Frau Meyr", "Shri Shrama";
3. its writing: a lone word of five letters or more with a capital among words in small letters, within a sentence, in
   a text that is not German (whose nouns all have capitals).

Never an ordinary word (`ordinary_words.yaml`), nor one that is known. In scripts without capitals kin or title is
asked for; scripts without blanks are left out.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.privacy.folding import fold, unaccented
from pipeline.privacy.ordinary_words import is_ordinary
from pipeline.privacy.rosters.kin import Kin
from pipeline.privacy.rosters.misspellings import Misspellings
from pipeline.privacy.rosters.people import LINK, UPPER, Name
from pipeline.privacy.rosters.terms import Strength
from pipeline.privacy.rosters.witnesses import has_hindi_title, initial_before, stands_alone, title_before

#: Letters of a word with a title, or by itself.
_LEAST_WITH_TITLE = 4
_LEAST_ALONE = 5
_MARKS = "\u0300-\u036f"
_APOSTROPHE = "['\u2019]"
#: Up to about 40 characters: what is longer is no name, and costly to compare.
_CAPITALISED = re.compile(
    rf"(?<![\w@./{_MARKS}])[{UPPER}]{_APOSTROPHE}?[^\W\d_][\w{_MARKS}]{{,38}}(?:{_APOSTROPHE}[^\W\d_]{{2,38}})?(?![\w@]|\.\w)"
)
_ASCII_CAPITALISED = re.compile("[A-Z][A-Za-z]{1,39}")
#: Indian scripts, Arabic, Hebrew, Georgian: letters without case.
_CASELESS_LETTER = "[\u0590-\u06ff\u0900-\u0dff\u10d0-\u10ff\u200c\u200d]"
_CASELESS = re.compile(f"(?<!{_CASELESS_LETTER}){_CASELESS_LETTER}{{3,40}}(?!{_CASELESS_LETTER})")
_HAS_CASELESS = re.compile("[\u0590-\u06ff\u0900-\u0dff\u10d0-\u10ff]")
_COMMA = re.compile(",[ \u00a0]")
#: Characters between a word and the known name beside it.
_REACH = 16
#: Distinct words of which is remembered whether they are strange.
_REMEMBERED = 50_000


class _Word(NamedTuple):
    start: int
    end: int
    folded: str


class MisspeltNames:
    """Finds them; see the module."""

    def __init__(self, kin: Kin) -> None:
        self._kin = kin
        self._index = Misspellings(kin.words)
        self._is_strange = lru_cache(_REMEMBERED)(self._is_unknown)

    def find(self, text: str, names: Sequence[Name]) -> list[Name]:
        """Misspelt names beside the known ones, which don't overlap and are in order."""
        if not self._kin.words:
            return []
        counted = [name for name in names if name.certain or name.capital]
        starts, ends = {name.start: name for name in counted}, {name.end: name for name in counted}
        found: list[Name] = []
        for word in self._unknown(text, names):
            beside = [item for item in (_left(text, word, ends), _right(text, word, starts)) if item]
            initial = initial_before(text, word.start)
            if initial and self._has_initial(word, initial.group()[0]):
                found.append(Name(initial.start(), word.end, Strength.STRONG, capital=True))
            elif self._has_kin(word, beside) or self._is_witnessed(text, word):
                found.append(Name(word.start, word.end, Strength.STRONG, capital=True))
        return found

    def _unknown(self, text: str, names: Sequence[Name]) -> Iterator[_Word]:
        """Words with a capital, or of scripts without capitals, that are neither known nor ordinary."""
        if text.isascii() and not any(map(self._is_strange, _ASCII_CAPITALISED.findall(text))):
            return
        taken = {at for name in names for at in range(name.start, name.end)}
        witnessed = _HAS_CASELESS.search(text) and (names or has_hindi_title(text))
        patterns = (_CAPITALISED, _CASELESS) if witnessed else (_CAPITALISED,)
        for found in (match for pattern in patterns for match in pattern.finditer(text)):
            if found.start() not in taken and self._is_strange(found.group()):
                yield _Word(found.start(), found.end(), unaccented(fold(found.group()).text))

    def _is_unknown(self, written: str) -> bool:
        word = written.lower() if written.isascii() else unaccented(fold(written).text)
        return not is_ordinary(word) and self._kin.number(word) is None

    def _has_initial(self, word: _Word, initial: str) -> bool:
        near = self._index.near(word.folded)
        return any(self._kin.has_initial(initial, self._kin.words[at]) for at in near)

    def _has_kin(self, word: _Word, beside: Sequence[str]) -> bool:
        known = [number for name in beside for part in re.split("[ -]+", name) for number in self._kin.numbers(part)]
        return bool(known) and any(
            self._kin.are_paired(one, other) for one in self._index.near(word.folded) for other in known
        )

    def _is_witnessed(self, text: str, word: _Word) -> bool:
        """By a title, or by its writing."""
        length = len(word.folded)
        if length >= _LEAST_WITH_TITLE and title_before(text, word.start):
            return bool(self._index.near(word.folded))
        if length < _LEAST_ALONE or not stands_alone(text, word.start, word.end):
            return False
        near = self._index.near(word.folded)
        return any(edits == 1 and len(self._kin.words[at]) >= _LEAST_ALONE for at, edits in near.items())


def _left(text: str, word: _Word, ends: dict[int, Name]) -> str | None:
    """The known name before a word, folded."""
    low = max(word.start - _REACH, 0)
    name = next((ends[at] for at in range(word.start, low - 1, -1) if at in ends), None)
    return fold(text[name.start : name.end]).text if name and _linked(text, name.end, word.start) else None


def _right(text: str, word: _Word, starts: dict[int, Name]) -> str | None:
    name = next((starts[at] for at in range(word.end, word.end + _REACH) if at in starts), None)
    return fold(text[name.start : name.end]).text if name and _linked(text, word.end, name.start) else None


def _linked(text: str, start: int, end: int) -> bool:
    return any(pattern.fullmatch(text, start, end) for pattern in (LINK, _COMMA))
