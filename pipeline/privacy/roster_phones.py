"""A roster's phone numbers, asked for by the digits of a candidate."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from functools import cache, lru_cache

import numpy as np
import phonenumbers

from pipeline.privacy.roster_terms import LEAST_PHONE, phone_terms

#: A number of which every spelling ends with the same digits, unless its country rewrites it.
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
    plain = value.translate(_BESIDES_DIGITS)
    if len(plain) >= LEAST_PHONE and _PLAIN.fullmatch(value) and not (value[0] == "+" and _is_rewritten(plain[:3])):
        return (int(plain[-LEAST_PHONE:]),)
    return {int(term[-LEAST_PHONE:]) for term in phone_terms(value)}


@cache
def _is_rewritten(start: str) -> bool:
    """Whether the country of a number has rules that change digits when dialled from within (such as Argentina's 15).

    Args:
        start: three digits, of which the first one, two or three name the country.
    """
    regions = (phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(start[:length]), ()) for length in (1, 2, 3))
    known = (phonenumbers.PhoneMetadata.metadata_for_region(it, None) for found in regions for it in found)
    return any(found is not None and found.national_prefix_transform_rule is not None for found in known)
