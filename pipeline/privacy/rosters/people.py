"""Names found in a text put together into people: linked names are one, and initials belong to their name."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from pipeline.privacy.folding import fold
from pipeline.privacy.rosters.terms import Strength

#: Capital letters of European languages, as a regex class.
UPPER = (
    "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100\u0104\u0106\u010c\u0110\u0118\u0141\u0143\u0152\u015a\u015e\u0160\u0179"
    "\u017b\u017d"
)
#: Without the words "A" and "I".
BARE = "B-HJ-Z\u00c0-\u00d6\u00d8-\u00de"
_BLANK = "[ \u00a0]"
#: What may stand between the parts of one name: a blank or two, a hyphen, up to three initials.
LINK = re.compile(rf"{_BLANK}{{1,2}}|-|{_BLANK}(?:[{UPPER}]\.{_BLANK}?|[{UPPER}]{_BLANK}){{1,3}}|")
#: The longest piece of text in which initials beside a name are looked for, in characters.
_REACH = 12
_DOTTED_BEFORE = re.compile(rf"(?<![^\W_])(?:[{UPPER}]\.{_BLANK}?){{1,3}}$")
_BARE_BEFORE = re.compile(rf"(?<![^\W_])(?:([{BARE}]){_BLANK}){{1,2}}$")
_AFTER = re.compile(rf",?{_BLANK}(?:([{UPPER}])\.(?:{_BLANK}?[{UPPER}]\.){{0,2}}|([{BARE}])(?![\w&'\u2019.]))")
_ALONE = re.compile(rf"(?<![\w.])(?:[{UPPER}]\.{_BLANK}?){{1,3}}[{UPPER}]\.")
_CAPITALS = re.compile(r"(?<![^\W_])[^\W\d_]")

Initialled = Callable[[str, str], bool]
"""Whether somebody whose name has the word has a name with this initial as well."""


class Name(NamedTuple):
    """Characters [start, end) of a text that are a known name."""

    start: int
    end: int
    strength: Strength
    capital: bool

    @property
    def certain(self) -> bool:
        return self.strength is Strength.STRONG or (self.strength is Strength.COMMON and self.capital)


def longest(names: Iterable[Name]) -> Iterator[Name]:
    """Names that don't overlap: leftmost, then longest. A short name without a capital is a word ("an", "so")."""
    end = 0
    for name in sorted(names, key=lambda item: (item.start, -item.end)):
        if name.start >= end and (name.capital or name.strength is not Strength.SHORT):
            yield name
            end = name.end


def people_in(text: str, names: Iterable[Name], initialled: Initialled) -> Iterator[tuple[int, int]]:
    """Names that count (not overlapping, in order), each chain of linked names as one stretch with its initials.

    Initials alone count where they are dotted and those of a full name in the same text ("Asha Rao ... A.R."); else
    they are too many people's.
    """
    full: set[str] = set()
    for chain in _chains(text, names):
        start, end = chain[0].start, chain[-1].end
        before, after = _before(text, start, end, initialled), _after(text, start, end, initialled)
        alone = len(chain) == 1 and chain[0].capital and (before < start or after > end)
        if alone or any(name.certain for name in chain) or (len(chain) > 1 and all(name.capital for name in chain)):
            yield before, after
            if len(chain) > 1:
                full |= _initials(text[start:end])
    if full:
        dotted = ((found, re.sub("[^" + UPPER + "]", "", found.group())) for found in _ALONE.finditer(text))
        yield from (found.span() for found, letters in dotted if letters in full)


def _chains(text: str, names: Iterable[Name]) -> Iterator[list[Name]]:
    chain: list[Name] = []
    for name in names:
        if chain and not LINK.fullmatch(text, chain[-1].end, name.start):
            yield chain
            chain = []
        chain.append(name)
    if chain:
        yield chain


def _before(text: str, start: int, end: int, initialled: Initialled) -> int:
    """Where a name begins with the initials before it: dotted ones, or one that is known beside the name."""
    if start == 0 or text[start - 1] not in ". \u00a0":
        return start
    low = max(start - _REACH, 0)
    piece = text[low:start]
    dotted = _DOTTED_BEFORE.search(piece)
    if dotted:
        return low + dotted.start()
    bare = _BARE_BEFORE.search(piece)
    return low + bare.start() if bare and _known(bare[0][0], text[start:end], initialled) else start


def _after(text: str, start: int, end: int, initialled: Initialled) -> int:
    """Where a name ends with the initials after it, which have to be known beside the name."""
    found = _AFTER.match(text, end, end + _REACH)
    return found.end() if found and _known(found[1] or found[2], text[start:end], initialled) else end


def _known(letter: str, name: str, initialled: Initialled) -> bool:
    return any(initialled(letter, word) for word in re.split("[ -]+", fold(name).text))


def _initials(name: str) -> set[str]:
    """Of a full name: all of them, and the first with the last."""
    letters = "".join(_CAPITALS.findall(name)).upper()
    return {letters, letters[0] + letters[-1]} if len(letters) > 1 else set()
