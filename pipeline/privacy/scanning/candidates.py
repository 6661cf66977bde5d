"""What looks like a phone number, whatever the region, as the matcher of `phonenumbers` sees it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from phonenumbers import PhoneNumberMatcher
from phonenumbers import phonenumbermatcher as stock
from phonenumbers.phonenumberutil import _SECOND_NUMBER_START_PATTERN, _UNWANTED_END_CHAR_PATTERN

#: What may lead a candidate: two brackets or plus signs, four signs after each.
_LONGEST_LEAD = 10
#: Digits and what groups them. Nothing in it can begin an extension.
GROUPED = re.compile(r"[+(\[]?[0-9 ()\[\]./-]+")
#: The matcher takes so many groups of so many digits as one number at most.
_MOST_GROUPS = 20


class Candidate(NamedTuple):
    """Text that looks like a number; closed: no number that begins inside can end beyond it."""

    start: int
    text: str
    closed: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def next_candidate(text: str, at: int, digit: int) -> Candidate | None:
    """What looks like a number first from `at` on, where the next digit stands at `digit`."""
    match = stock._PATTERN.search(text, max(at, digit - _LONGEST_LEAD))
    if not match:
        return None
    whole = match.group()
    second = _SECOND_NUMBER_START_PATTERN.search(whole)
    kept = whole[: second.start()] if second else whole
    closed = not second and len(kept) <= _MOST_GROUPS and GROUPED.fullmatch(kept) is not None
    return Candidate(match.start(), kept, closed)


def most_tries(candidate: str) -> int:
    """How often a region may fail on a candidate: once, and inside once for each sign of each of six kinds of break."""
    return 1 if candidate.isdigit() else 1 + 6 * (2 + sum(not char.isdigit() for char in candidate))


def is_date(text: str, candidate: Candidate) -> bool:
    if stock._SLASH_SEPARATED_DATES.search(candidate.text):
        return True
    stamp = stock._TIME_STAMPS.search(candidate.text)
    return bool(stamp and stock._TIME_STAMPS_SUFFIX.match(text, candidate.end))


def groups_of(candidate: str) -> Iterator[tuple[int, str]]:
    """Parts of a candidate that may be numbers by themselves, with their offsets."""
    for breaks in stock._INNER_MATCHES:
        match = breaks.search(candidate)
        if match:
            yield 0, _trimmed(candidate[: match.start()])
        while match:
            yield match.start(1), _trimmed(match.group(1))
            match = breaks.search(candidate, match.start() + 1)


def _trimmed(group: str) -> str:
    unwanted = _UNWANTED_END_CHAR_PATTERN.search(group)
    return group[: unwanted.start()] if unwanted else group


def is_glued(text: str, start: int, group: str) -> bool:
    """Whether a letter, a currency or a percent sign touches the group."""
    if start and not stock._LEAD_PATTERN.match(group) and _spoils(text[start - 1]):
        return True
    end = start + len(group)
    return end < len(text) and _spoils(text[end])


@lru_cache(maxsize=4096)
def _spoils(char: str) -> bool:
    return PhoneNumberMatcher._is_invalid_punctuation_symbol(char) or PhoneNumberMatcher._is_latin_letter(char)
