"""The last look before publishing: no known identity, no canary and no pattern of one in the bytes."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline.errors import PrivacyError
from pipeline.privacy.fingerprints import Fingerprints, plain_words
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.published_texts import Place, texts_of
from pipeline.privacy.scanner import Scanner, shared_scanner

__all__ = ["Fingerprints", "Leak", "LeakReport", "scan_files", "stop_on_leaks"]

#: Patterns that mean a person wherever they stand. URLs, IP addresses and vehicles are left to redaction: a published
#: cell may rightly look like one.
PATTERNS = frozenset(
    {"CREDIT_CARD", "EMAIL_ADDRESS", "IBAN_CODE", "IN_AADHAAR", "IN_PAN", "PHONE_NUMBER", "UK_NHS", "UK_NINO"}
    | {"US_ITIN", "US_SSN"}
)
#: Texts that hold no identity: short integers, fractions, dates, times. Digits of a fraction would meet a phone number
#: by chance.
_PLAIN = re.compile(
    r"[-+]?\d{1,6}|[-+]?\d{0,12}\.\d+(?:[eE][-+]?\d+)?|\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z?)?"
)
#: A pseudonym is one word of 32 hex digits, in which no pattern has an edge to begin at.
_PSEUDONYM = re.compile(r"[0-9a-f]{32}")
_REMEMBERED_TEXTS, _REMEMBERED_LENGTH = 65_536, 200
#: All of `PATTERNS` have an @ or four digits.
_MAY_MATCH = re.compile(r"@|\d(?:\D*\d){3}")


@dataclass(frozen=True)
class Leak:
    """Something personal in a file: where and what kind, never the value.

    Attributes:
        file: the file's name.
        place: column, JSON position, or part of the page.
        kind: kind of fingerprint, "canary", or a pattern's entity type.
        count: distinct texts.
    """

    file: str
    place: str
    kind: str
    count: int


@dataclass(frozen=True)
class LeakReport:
    """What was scanned and what was found; `values` counts the distinct texts read."""

    files: int
    values: int
    fingerprints: int
    canaries: int
    hits: tuple[Leak, ...]

    def document(self) -> dict[str, Any]:
        """Evidence of the stage `publish`."""
        return {**vars(self), "hits": [vars(hit) for hit in self.hits]}


def scan_files(
    paths: Iterable[Path],
    fingerprints: Fingerprints,
    pseudonymiser: Pseudonymiser,
    canaries: Collection[str],
    accepted: Collection[str],
) -> LeakReport:
    """Scan staged files (.csv, .parquet, .json, .html): cells by column, each distinct value once; other texts whole.

    Args:
        paths: the files.
        fingerprints: of the run's identities.
        pseudonymiser: with the key that made them.
        canaries: clear values that were planted to see whether they come through; case does not count.
        accepted: values that the contract allows ("Delhi"): a cell that is one, or their words in a text, is no leak.

    Raises:
        PrivacyError: a file can't be read; nothing that was not scanned may be published.
    """
    watch = _Watch(fingerprints, pseudonymiser, canaries, accepted)
    found: Counter[tuple[str, str, str]] = Counter()
    files = values = 0
    for path in paths:
        files += 1
        for place, texts in texts_of(path):
            values += len(texts)
            for text in texts:
                found.update((path.name, watch.shown(place), kind) for kind in watch.kinds_in(text, place.cells))
    hits = tuple(Leak(*where, count) for where, count in sorted(found.items()))
    return LeakReport(files, values, len(fingerprints), len(canaries), hits)


def stop_on_leaks(report: LeakReport) -> None:
    """Raises PrivacyError when the report has a hit; the message names file, place, kind and count of each."""
    if report.hits:
        places = "; ".join(f"{hit.file}, {hit.place}: {hit.count} x {hit.kind}" for hit in report.hits)
        raise PrivacyError(
            "personal data in what would be published",
            given=places,
            allowed="none",
            hint="give the column a privacy action in its contract, or list an allowed value in its validValues",
        )


class _Watch:
    """Everything that must not come through."""

    def __init__(
        self,
        fingerprints: Fingerprints,
        pseudonymiser: Pseudonymiser,
        canaries: Collection[str],
        accepted: Collection[str],
    ) -> None:
        self._fingerprints = fingerprints
        self._pseudonymiser = pseudonymiser
        self._canaries = [canary.casefold() for canary in canaries]
        self._accepted = frozenset(accepted)
        self._accepted_words = frozenset(" ".join(plain_words(value)) for value in accepted)
        self._scanner: Scanner = shared_scanner()
        self._remember = lru_cache(maxsize=_REMEMBERED_TEXTS)(self._kinds_in)

    def kinds_in(self, text: str, is_cell: bool) -> frozenset[str]:
        """Kinds of leaks in a text; a wide table says the same figures and words in many places."""
        return (self._remember if len(text) <= _REMEMBERED_LENGTH else self._kinds_in)(text, is_cell)

    def _kinds_in(self, text: str, is_cell: bool) -> frozenset[str]:
        folded = text.casefold()
        kinds = {"canary"} if any(canary in folded for canary in self._canaries) else set()
        if _PLAIN.fullmatch(text) or (is_cell and text in self._accepted):
            return frozenset(kinds)
        kinds |= self._fingerprints.kinds_in(text, self._pseudonymiser, self._accepted_words)
        if is_cell and _MAY_MATCH.search(text) and not _PSEUDONYM.fullmatch(text):
            kinds |= {span.entity_type for span in self._scanner.scan(text)} & PATTERNS
        return frozenset(kinds)

    def shown(self, place: Place) -> str:
        """The place's name unless that leaks as well."""
        return f"column {place.number}" if place.number and self.kinds_in(place.name, is_cell=True) else place.name
