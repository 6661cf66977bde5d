"""All that must not come through, and whether it stands in a text."""

import re
from collections.abc import Collection
from decimal import Decimal
from functools import lru_cache

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.privacy.leaks.accepted import Accepted
from pipeline.privacy.leaks.canaries import Canaries
from pipeline.privacy.leaks.fingerprints import Fingerprints
from pipeline.privacy.leaks.identifiers import Identifiers
from pipeline.privacy.leaks.patterns import SEARCHED
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.scanner import Scanner, shared_scanner

CANARY, IDENTIFIER = "canary", "identifier"
_NO_IDENTIFIERS = Identifiers({})
#: Plain texts, which hold no identity: whole numbers of up to six digits, fractions, days, times, pseudonyms (32 hex
#: digits: no pattern has an edge to begin at). It is the writing that decides, not the column's type: a whole number of
#: seven digits may be a phone or a key, whether it stands as text, as 9876543210.0 or as 9.87654321e+09. Both engines,
#: Python's and Arrow's, read this expression alike.
_PLAIN = (
    r"[-+]?[0-9]{1,6}|[-+]?[0-9]{0,6}\.[0-9]+(?:[eE]-[0-9]+)?|[-+]?[0-9]{1,6}[eE]-[0-9]+"
    r"|[-+]?[0-9]{7,12}\.[0-9]*[1-9][0-9]*"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?)?|[0-9a-f]{32}"
)
_IS_PLAIN = re.compile(_PLAIN)
_ARE_PLAIN = f"^(?:{_PLAIN})$"
_FLOAT = re.compile(r"[-+]?[0-9]+(?:\.[0-9]*(?:[eE]\+?[0-9]{1,2})?|[eE]\+?[0-9]{1,2})")
#: All patterns have an @ or a digit.
_MAY_MATCH = re.compile(r"[@\d]")
_REMEMBERED_TEXTS, _REMEMBERED_LENGTH = 65_536, 200


class Watch:
    """Known people, keys in clear, canaries and patterns.

    Args:
        fingerprints: of the people.
        pseudonymiser: with the key that made them.
        canaries: clear values that must not be there.
        accepted: values that the contract allows ("Delhi"): a cell that is one, or their words in a text, is no leak.
        identifiers: pseudonyms whose clear values must not be there.
    """

    def __init__(
        self,
        fingerprints: Fingerprints,
        pseudonymiser: Pseudonymiser,
        canaries: Collection[str] = (),
        accepted: Collection[str] = (),
        identifiers: Identifiers = _NO_IDENTIFIERS,
    ) -> None:
        self.fingerprints = fingerprints
        self.identifiers = identifiers
        self.canaries = Canaries(canaries)
        self._pseudonymiser = pseudonymiser
        self._accepted = Accepted(accepted)
        self._scanner: Scanner = shared_scanner()
        self._remember = lru_cache(maxsize=_REMEMBERED_TEXTS)(self._look_up)

    def kinds_in(self, text: str, is_cell: bool) -> frozenset[str]:
        """Kinds of leaks in a text: of fingerprints, `identifier`, `canary`, and in cells the patterns' types."""
        [kinds] = self._kinds_of([text], is_cell)
        return kinds

    def hits(self, cells: pa.Array) -> list[tuple[str, frozenset[str]]]:
        """Distinct cells with a leak, and its kinds: what `kinds_in` says of each, quickly where most are plain.

        Args:
            cells: strings; null holds nothing.
        """
        distinct = pc.drop_null(pc.unique(cells))
        plain = pc.match_substring_regex(distinct, _ARE_PLAIN)
        texts = distinct.filter(pc.invert(plain)).to_pylist()
        texts += self.canaries.among_plain(distinct.filter(plain)).to_pylist()
        return [(text, kinds) for text, kinds in zip(texts, self._kinds_of(texts, True), strict=True) if kinds]

    def _kinds_of(self, texts: list[str], is_cell: bool) -> list[frozenset[str]]:
        known = [self._known_in(text, is_cell) for text in texts]
        if not is_cell:
            return known
        written = [_whole_number(text) if self._may_match(text) else "" for text in texts]
        spans = self._scanner.scan_many(written)
        return [
            kinds | {span.entity_type for span in found} & SEARCHED.keys()
            for kinds, found in zip(known, spans, strict=True)
        ]

    def _may_match(self, text: str) -> bool:
        return bool(_MAY_MATCH.search(text)) and text not in self._accepted.cells and not _IS_PLAIN.fullmatch(text)

    def _known_in(self, text: str, is_cell: bool) -> frozenset[str]:
        return (self._remember if len(text) <= _REMEMBERED_LENGTH else self._look_up)(text, is_cell)

    def _look_up(self, text: str, is_cell: bool) -> frozenset[str]:
        if _IS_PLAIN.fullmatch(text):
            return frozenset({CANARY} if self.canaries.stand_in_plain(text) else ())
        kinds = {CANARY} if self.canaries.stand_in(text) else set()
        if is_cell and text in self._accepted.cells:
            return frozenset(kinds)
        text = _whole_number(text)
        kinds |= self.fingerprints.kinds_in(text, self._pseudonymiser, self._accepted)
        if self.identifiers.stand_in(text, is_cell, self._pseudonymiser, self._accepted):
            kinds.add(IDENTIFIER)
        return frozenset(kinds)


def _whole_number(text: str) -> str:
    """The digits of a whole number that is written as a fraction or power; other texts as they are."""
    if not _FLOAT.fullmatch(text):
        return text
    number = Decimal(text)
    return str(int(number)) if number == int(number) else text
