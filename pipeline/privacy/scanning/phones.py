"""Phone numbers as Presidio's recognizer finds them, all regions in one pass.

Presidio runs the matcher of `phonenumbers` once a region. What looks like a number does not depend on the region, only
whether it is one; so candidates are found once, and regions part only where one takes what another does not.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from phonenumbers import PhoneNumberMatcher
from phonenumbers import phonenumbermatcher as stock
from phonenumbers.phonenumberutil import _SECOND_NUMBER_START_PATTERN, _UNWANTED_END_CHAR_PATTERN
from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from pipeline.privacy.scanning.findings import Finding, without_duplicates
from pipeline.privacy.scanning.regions import region_of

#: What may lead a candidate: two brackets or plus signs, four signs after each.
_LONGEST_LEAD = 10
#: The matcher gives a text up after so many tries that failed.
_MOST_TRIES = 65_535
_DIGIT = re.compile(r"\d")
_NO_DIGIT = re.compile(r"[^0-9]")
#: Digits and what groups them. Nothing in it can begin an extension.
_GROUPED = re.compile(r"[+(\[]?[0-9 ()\[\]./-]+")
#: A number by itself: a word and a blank before it, and after it a letter that begins no word for an extension.
_ALONE = re.compile(r"(?<=[A-Za-z] )[0-9]{1,20}(?=([ .,)-]{0,2})[b-df-hj-wyzB-DF-HJ-WYZ])")
#: The matcher takes so many groups of so many digits as one number at most.
_MOST_GROUPS = 20
#: Numbers of fewer digits are no phone numbers anywhere, unless a plus sign leads.
_LEAST_DIGITS = 4
_REMEMBERED = 65_536


def is_plain_phone(recognizer: EntityRecognizer) -> bool:
    """Whether a recognizer finds phones as Presidio wrote it."""
    return type(recognizer) is PhoneRecognizer


class _Candidate(NamedTuple):
    """Text that looks like a number; closed: no number that begins inside can end beyond it."""

    start: int
    text: str
    closed: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


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
                waiting[alone.end()] = waiting.get(alone.end(), 0) | regions
                continue
            candidate = _candidate(text, at, digit.start())
            if candidate is None:
                continue
            tries += _most_tries(candidate.text)
            if tries >= _MOST_TRIES:
                return self._stock_spans(text)
            for end, some in self._judged(text, candidate, regions, spans):
                waiting[end] = waiting.get(end, 0) | some
        return spans if tries < _MOST_TRIES else self._stock_spans(text)

    def _stock_spans(self, text: str) -> set[tuple[int, int]]:
        """The answer where the matcher may give the text up: so do we, where it does."""
        found = self._recognizer.analyze(text, self._recognizer.supported_entities)
        return {(result.start, result.end) for result in found}

    def _judged(
        self, text: str, candidate: _Candidate, regions: int, spans: set[tuple[int, int]]
    ) -> Iterator[tuple[int, int]]:
        """Where which of the regions go on; spans gains what they take."""
        if _is_date(text, candidate):
            yield candidate.end, regions
            return
        taking = self._taking(text, candidate.start, candidate.text, regions, first=candidate.closed)
        if taking:
            spans.add((candidate.start, candidate.end))
            # Whatever other regions would take inside a closed candidate is its part, and they go on where it ends.
            taking = regions if candidate.closed else taking
            yield candidate.end, taking
        regions &= ~taking
        for offset, group in _groups(candidate.text):
            if not regions:
                return
            start = candidate.start + offset
            taking = self._taking(text, start, group, regions)
            if taking:
                spans.add((start, start + len(group)))
                yield start + len(group), taking
                regions &= ~taking
        if regions:
            yield candidate.end, regions

    def _taking(self, text: str, start: int, group: str, regions: int, first: bool = False) -> int:
        """Regions in which the group is a number; with `first` one of them is enough."""
        if self._strict and _is_glued(text, start, group):
            return 0
        if self._strict and "+" not in group and _GROUPED.fullmatch(group):
            digits = _NO_DIGIT.sub("", group)
            regions &= self._may_take(digits) if len(digits) >= _LEAST_DIGITS else 0
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


def _candidate(text: str, at: int, digit: int) -> _Candidate | None:
    """What looks like a number first from `at` on, where the next digit stands at `digit`."""
    match = stock._PATTERN.search(text, max(at, digit - _LONGEST_LEAD))
    if not match:
        return None
    whole = match.group()
    second = _SECOND_NUMBER_START_PATTERN.search(whole)
    kept = whole[: second.start()] if second else whole
    closed = not second and len(kept) <= _MOST_GROUPS and _GROUPED.fullmatch(kept) is not None
    return _Candidate(match.start(), kept, closed)


def _most_tries(candidate: str) -> int:
    """How often a region may fail on a candidate: once, and inside once for each sign of each of six kinds of break."""
    return 1 if candidate.isdigit() else 1 + 6 * (2 + sum(not char.isdigit() for char in candidate))


def _is_date(text: str, candidate: _Candidate) -> bool:
    if stock._SLASH_SEPARATED_DATES.search(candidate.text):
        return True
    stamp = stock._TIME_STAMPS.search(candidate.text)
    return bool(stamp and stock._TIME_STAMPS_SUFFIX.match(text, candidate.end))


def _groups(candidate: str) -> Iterator[tuple[int, str]]:
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


def _is_glued(text: str, start: int, group: str) -> bool:
    """Whether a letter, a currency or a percent sign touches the group."""
    if start and not stock._LEAD_PATTERN.match(group) and _spoils(text[start - 1]):
        return True
    end = start + len(group)
    return end < len(text) and _spoils(text[end])


@lru_cache(maxsize=4096)
def _spoils(char: str) -> bool:
    return PhoneNumberMatcher._is_invalid_punctuation_symbol(char) or PhoneNumberMatcher._is_latin_letter(char)
