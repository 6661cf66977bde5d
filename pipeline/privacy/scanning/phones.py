"""Phone numbers as Presidio's recognizer finds them, all regions in one pass.

Presidio runs the matcher of `phonenumbers` once a region. What looks like a number does not depend on the region, only
whether it is one; so candidates are found once, and regions part only where one takes what another does not.
"""

import re
from functools import lru_cache

from phonenumbers import PhoneNumberMatcher
from phonenumbers import phonenumbermatcher as stock
from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from pipeline.privacy.scanning.candidates import (
    GROUPED,
    Candidate,
    groups_of,
    is_date,
    is_glued,
    most_tries,
    next_candidate,
)
from pipeline.privacy.scanning.findings import Finding, without_duplicates
from pipeline.privacy.scanning.regions import region_of

#: The matcher gives a text up after so many tries that failed.
_MOST_TRIES = 65_535
_DIGIT = re.compile(r"\d")
_NO_DIGIT = re.compile(r"[^0-9]")
#: A number by itself: a word and a blank before it, and after it a letter that begins no word for an extension.
_ALONE = re.compile(r"(?<=[A-Za-z] )[0-9]{1,20}(?=([ .,)-]{0,2})[b-df-hj-wyzB-DF-HJ-WYZ])")
_REMEMBERED = 65_536


def is_plain_phone(recognizer: EntityRecognizer) -> bool:
    """Whether a recognizer finds phones as Presidio wrote it."""
    return type(recognizer) is PhoneRecognizer


class PhoneSearch:
    """The phone numbers of one recognizer. Sets of regions are bits of a number."""

    def __init__(self, recognizer: PhoneRecognizer) -> None:
        self._recognizer = recognizer
        self._strict = int(recognizer.leniency) >= stock.Leniency.VALID
        self._regions = [(1 << bit, region_of(code)) for bit, code in enumerate(recognizer.supported_regions)]
        self._all = sum(bit for bit, _ in self._regions)
        self._takes = lru_cache(maxsize=_REMEMBERED)(self._ask)
        self._may_take = lru_cache(maxsize=_REMEMBERED)(self._find_may_take)
        self._takers = lru_cache(maxsize=_REMEMBERED)(self._find_takers)

    def find(self, text: str) -> list[Finding]:
        """Findings without duplicates."""
        spans = self._spans(text)
        entity, source = self._recognizer.supported_entities[0], self._recognizer.id
        return without_duplicates([Finding(*span, entity, self._recognizer.SCORE, source) for span in spans])

    def _spans(self, text: str) -> set[tuple[int, int]]:
        spans: set[tuple[int, int]] = set()
        waiting = {0: self._all}
        tries = 0
        while waiting:
            at = min(waiting) if len(waiting) > 1 else next(iter(waiting))
            regions = waiting.pop(at)
            digit = _DIGIT.search(text, at)
            if digit is None:
                continue
            alone = _ALONE.match(text, digit.start())
            if alone:
                tries += 1
                if (alone.group(1) or not self._strict) and self._takers(alone.group()) & regions:
                    spans.add(alone.span())
                _go_on(waiting, alone.end(), regions)
                continue
            candidate = next_candidate(text, at, digit.start())
            if candidate is None:
                continue
            tries += self._judge(text, candidate, regions, spans, waiting)
            if tries >= _MOST_TRIES:
                break
        return spans if tries < _MOST_TRIES else self._stock_spans(text)

    def _stock_spans(self, text: str) -> set[tuple[int, int]]:
        """The answer where the matcher may give the text up: so do we, where it does."""
        found = self._recognizer.analyze(text, self._recognizer.supported_entities)
        return {(result.start, result.end) for result in found}

    def _judge(
        self, text: str, candidate: Candidate, regions: int, spans: set[tuple[int, int]], waiting: dict[int, int]
    ) -> int:
        """Add what the regions take to the spans, and to `waiting` where which of them go on.

        Returns:
            How often a region failed on the candidate, or more.
        """
        if is_date(text, candidate):
            _go_on(waiting, candidate.end, regions)
            return 1
        taking = self._taking(text, candidate.start, candidate.text, regions, first=candidate.closed)
        if taking:
            spans.add((candidate.start, candidate.end))
            # Whatever other regions would take inside a closed candidate is its part, and they go on where it ends.
            taking = regions if candidate.closed else taking
            _go_on(waiting, candidate.end, taking)
        tries = most_tries(candidate.text) if taking and candidate.closed else 1
        regions &= ~taking
        for offset, group in groups_of(candidate.text) if regions else ():
            start = candidate.start + offset
            taking = self._taking(text, start, group, regions)
            if taking:
                spans.add((start, start + len(group)))
                _go_on(waiting, start + len(group), taking)
                regions &= ~taking
            if not regions:
                return tries
            tries += 1
        if regions:
            _go_on(waiting, candidate.end, regions)
        return tries

    def _taking(self, text: str, start: int, group: str, regions: int, first: bool = False) -> int:
        """Regions in which the group is a number; with `first` one of them is enough."""
        if self._strict and is_glued(text, start, group):
            return 0
        if self._strict and "+" not in group and GROUPED.fullmatch(group):
            digits = _NO_DIGIT.sub("", group)
            regions &= self._may_take(digits)
        taking = 0
        for bit, region in self._regions:
            if regions & bit and self._takes(group, region.code):
                taking |= bit
                if first:
                    break
        return taking

    def _find_may_take(self, digits: str) -> int:
        """Regions whose plans hold these digits."""
        return sum(bit for bit, region in self._regions if region.may_take(digits))

    def _find_takers(self, digits: str) -> int:
        """Regions in which digits without any sign between them are a number."""
        return self._taking(digits, 0, digits, self._all)

    def _ask(self, group: str, region: str) -> bool:
        matcher = PhoneNumberMatcher(group, region, leniency=self._recognizer.leniency)
        return matcher._parse_and_verify(group, 0) is not None


def _go_on(waiting: dict[int, int], at: int, regions: int) -> None:
    waiting[at] = waiting.get(at, 0) | regions
