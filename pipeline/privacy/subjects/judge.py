"""Whether terms stand in a text, and where: the definition that every quicker search is held to."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipeline.privacy.folding import Folded, fold, is_word, unaccented, word_places
from pipeline.privacy.rosters.emails import RosterEmails, is_plain
from pipeline.privacy.subjects.terms import Terms, Words

#: Middle names between the two parts of a name, and what may part them from their neighbours.
_MOST_MIDDLE = 2
_LINK = re.compile(r"[ '\-]{1,2}|\. ?")
_COMMA = re.compile(r", ?")
#: A full stop after a longer word ends a sentence, not an initial.
_LONGEST_INITIAL = 2
#: Signs within a number, so many in a row; a comma or a semicolon parts numbers.
_WITHIN_NUMBER = frozenset(" .()/+-:_")
_MOST_WITHIN = 3
#: Pieces that a number may be put together of: each of its digits, and signs' own words.
_MOST_PIECES = 32
#: Between the words of a name or address in bytes whose structure is not known: no quote, bracket or delimiter.
_PLAIN_GAP = re.compile(r"(?:, |[ .'/_\-()&]){1,3}")


class Found(NamedTuple):
    """Characters [start, end) of a text are a term of a kind."""

    start: int
    end: int
    kind: str


class _Word(NamedTuple):
    text: str
    start: int
    end: int


class Judge:
    """Searches a text for terms word by word.

    Case, accents and forms of Unicode make no difference. A term begins and ends where words do, in scripts without
    blanks anywhere. Words of a name may be parted by anything but words.

    Args:
        terms: to search for.
        plain: only blanks, hyphens and the like may part words: for bytes in which two neighbouring fields would
            otherwise make a name together.
    """

    def __init__(self, terms: Terms, plain: bool = False) -> None:
        self._plain = plain
        self._glued = terms.glued
        self._numbers = terms.numbers
        self._beginnings = {number[:size] for number in terms.numbers for size in range(len(number) + 1)}
        self._starts: dict[str, list[tuple[Words, str]]] = defaultdict(list)
        for words, kind in terms.words.items():
            self._starts[words.first[0]].append((words, kind))
        plain_mails = [mail for mail in terms.emails if is_plain(mail)]
        self._emails = RosterEmails(plain_mails)
        self._other_emails = [mail for mail in terms.emails if not is_plain(mail)]

    def find(self, text: str) -> list[Found]:
        """Every occurrence by position; they may overlap."""
        shown = fold(text)
        words = [_Word(unaccented(word), start, end) for word, start, end in word_places(shown.text)]
        found = [*self._find_words(text, shown, words), *self._find_numbers(shown.text, words)]
        found += [*self._find_emails(shown.text), *self._find_glued(shown.text)]
        return sorted(Found(*shown.original(start, end), kind) for start, end, kind in found)

    def _find_words(self, text: str, shown: Folded, words: Sequence[_Word]) -> Iterator[Found]:
        if self._starts.keys().isdisjoint([word.text for word in words]):
            return
        for at, word in enumerate(words):
            for wanted, kind in self._starts.get(word.text, ()):
                if not self._stands(shown.text, words, at, wanted.first):
                    continue
                after = at + len(wanted.first)
                for end in self._ends(text, shown, words, after, wanted) if wanted.rest else (after,):
                    yield Found(word.start, words[end - 1].end, kind)

    def _stands(self, shown: str, words: Sequence[_Word], at: int, wanted: Sequence[str]) -> bool:
        """Whether the wanted words stand at a position, one after another."""
        some = words[at : at + len(wanted)]
        if [word.text for word in some] != list(wanted):
            return False
        return not self._plain or all(
            _PLAIN_GAP.fullmatch(shown, left.end, right.start) for left, right in pairwise(some)
        )

    def _ends(self, text: str, shown: Folded, words: Sequence[_Word], after: int, wanted: Words) -> Iterator[int]:
        """Where a name ends whose second part follows at once, or after middle names."""
        for middle in range(_MOST_MIDDLE + 1):
            at = after + middle
            if not self._stands(shown.text, words, at, wanted.rest):
                continue
            gaps = list(pairwise(words[after - 1 : at + 1]))
            if middle == 0:
                if not self._plain or _PLAIN_GAP.fullmatch(shown.text, gaps[0][0].end, gaps[0][1].start):
                    yield at + len(wanted.rest)
            elif _linked(shown.text, gaps, wanted.turned) and _are_names(text, shown, words[after - 1 : at]):
                yield at + len(wanted.rest)

    def _find_numbers(self, shown: str, words: Sequence[_Word]) -> Iterator[Found]:
        if not self._numbers or not any(map(str.isdigit, shown)):
            return
        for at, word in enumerate(words):
            joined, end = "", word.start
            for piece in words[at : at + _MOST_PIECES]:
                if joined and not _within_number(shown[end : piece.start]):
                    break
                joined, end = joined + piece.text, piece.end
                if joined not in self._beginnings and joined.lstrip("0") not in self._beginnings:
                    break
                kind = self._numbers.get(joined) or self._numbers.get(joined.lstrip("0"))
                if kind:
                    yield Found(word.start, end, kind)

    def _find_emails(self, shown: str) -> Iterator[Found]:
        if "@" not in shown:
            return
        others = (place for mail in self._other_emails for place in _occurrences(mail, shown))
        for start, end in (*self._emails.find(shown), *others):
            if _is_whole_address(shown, start, end):
                yield Found(start, end, "email")

    def _find_glued(self, shown: str) -> Iterator[Found]:
        for name, kind in self._glued.items():
            yield from (Found(start, end, kind) for start, end in _occurrences(name, shown))


def _occurrences(part: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(part)
    while at >= 0:
        yield at, at + len(part)
        at = text.find(part, at + 1)


def _linked(shown: str, gaps: Sequence[tuple[_Word, _Word]], turned: bool) -> bool:
    """Whether words stand beside each other as the parts of one name do; "Hegde, A. Vidya" has a comma first."""
    for number, (left, right) in enumerate(gaps):
        if turned and number == 0 and _COMMA.fullmatch(shown, left.end, right.start):
            continue
        link = _LINK.fullmatch(shown, left.end, right.start)
        if not link or ("." in link[0] and len(left.text) > _LONGEST_INITIAL):
            return False
    return True


def _are_names(text: str, shown: Folded, words: Sequence[_Word]) -> bool:
    """Whether the words after the first may be middle names: after a word with a capital, none without one."""
    lower = [text[shown.starts[word.start]].islower() for word in words]
    return lower[0] or not any(lower)


def _within_number(gap: str) -> bool:
    return _WITHIN_NUMBER.issuperset(gap) and len(gap.replace("_", "")) <= _MOST_WITHIN


def _is_whole_address(shown: str, start: int, end: int) -> bool:
    """Not a part of another address: lee@x.com stands neither in ann.lee@x.com nor in lee@x.com.au."""
    before, after, beyond = shown[:start][-1:], shown[end : end + 1], shown[end + 1 : end + 2]
    if before and (is_word(before) or before in ".+-_%"):
        return False
    return not after or not (is_word(after) or after in "-_" or (after == "." and beyond and is_word(beyond)))
