"""A roster's phone numbers, asked for by the digits of a candidate."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

import numpy as np
import phonenumbers

from pipeline.privacy.rosters.terms import LEAST_PHONE, phone_terms

#: A number of which every spelling ends with the same digits, unless its country takes some out.
_PLAIN = re.compile(r"\+?[0-9 ().\-]+")
_BESIDES_DIGITS = str.maketrans("", "", "+ ().-")
_REMEMBERED = 10_000


class RosterPhones:
    """Numbers by their last seven digits, which all of their spellings share; the few that share them are parsed.

    Parsing costs about 50 microseconds a number: done for all of 500,000 it would hold up every worker.
    """

    def __init__(self, phones: Sequence[str]) -> None:
        self._phones = phones
        tails, rows = array("q"), array("q")
        for row, value in enumerate(phones):
            for tail in _tails(value):
                tails.append(tail)
                rows.append(row)
        order = np.argsort(np.frombuffer(tails, dtype=np.int64), kind="stable")
        self._tails = array("q", np.frombuffer(tails, dtype=np.int64)[order].tobytes())
        self._rows = array("q", np.frombuffer(rows, dtype=np.int64)[order].tobytes())
        self._terms = lru_cache(_REMEMBERED)(phone_terms)
        self.longest = max(map(len, phones), default=0) + len("000")

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, candidate: str) -> bool:
        """Whether these digits are a spelling of a known number."""
        tail = int(candidate[-LEAST_PHONE:])
        rows = self._rows[bisect_left(self._tails, tail) : bisect_right(self._tails, tail)]
        return any(candidate in self._terms(self._phones[row]) for row in rows)


def _tails(value: str) -> Collection[int]:
    """The last seven digits of every spelling of a number; most numbers end with them as they are written."""
    plain = value.translate(_BESIDES_DIGITS)
    if len(plain) >= LEAST_PHONE and _PLAIN.fullmatch(value) and not (value[0] == "+" and _loses_digits(plain)):
        return (int(plain[-LEAST_PHONE:]),)
    return {int(term[-LEAST_PHONE:]) for term in phone_terms(value)}


def _loses_digits(plain: str) -> bool:
    """Whether a number from abroad has digits after its country's that are for calls from within, and taken out."""
    for length in (1, 2, 3):
        if prefix := _inner_prefix(plain[:length]):
            found = prefix.match(plain, length)
            return found is not None and found.end() > length
    return False


@cache
def _inner_prefix(country: str) -> re.Pattern[str] | None:
    """What a country dials before its own numbers; none of its numbers starts with another country's digits."""
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(country))
    found = regions and phonenumbers.PhoneMetadata.metadata_for_region_or_calling_code(int(country), regions[0])
    return re.compile(found.national_prefix_for_parsing) if found and found.national_prefix_for_parsing else None
