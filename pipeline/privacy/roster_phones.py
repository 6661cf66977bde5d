"""A roster's phone numbers, asked for by the digits of a candidate."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
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
        tails = [(tail, at) for at, value in enumerate(phones) for tail in _tails(value)]
        order = np.array(sorted(tails), dtype=np.int64).reshape(-1, 2)
        self._tails = array("q", order[:, 0].tobytes())
        self._rows = array("q", order[:, 1].tobytes())
        self._terms = lru_cache(_REMEMBERED)(phone_terms)
        self.longest = max(map(len, phones), default=0) + len("000")

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, candidate: str) -> bool:
        """Whether these digits are a spelling of a known number."""
        tail = int(candidate[-LEAST_PHONE:])
        rows = self._rows[bisect_left(self._tails, tail) : bisect_right(self._tails, tail)]
        return any(candidate in self._terms(self._phones[row]) for row in rows)


def _tails(value: str) -> set[int]:
    plain = value.translate(_BESIDES_DIGITS)
    if len(plain) >= LEAST_PHONE and _PLAIN.fullmatch(value) and not (value[0] == "+" and _is_rewritten(plain)):
        return {int(plain[-LEAST_PHONE:])}
    return {int(term[-LEAST_PHONE:]) for term in phone_terms(value)}


def _is_rewritten(plain: str) -> bool:
    """Whether the number's country has rules that change digits when dialled from within (such as Argentina's 15)."""
    return any(_has_rewriting(plain[:length]) for length in (1, 2, 3))


@cache
def _has_rewriting(country: str) -> bool:
    regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(country), ())
    known = (phonenumbers.PhoneMetadata.metadata_for_region(region, None) for region in regions)
    return any(found is not None and found.national_prefix_transform_rule is not None for found in known)
