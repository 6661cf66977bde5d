"""Columns that sound like a special category of personal data (GDPR article 9) and are not declared as one."""

import re
from collections.abc import Iterator

from pipeline.contracts.model import Column, Contract
from pipeline.onboarding.meaning import SPECIAL, by_header
from pipeline.onboarding.names import words_of

_TOLD = {
    "ethnicity": "ethnic origin", "union": "union membership", "politics": "political opinions",
    "sexuality": "sex life", "genetics": "genetic or biometric data",
}  # fmt: skip
#: `words_of` reads Latin letters alone.
_DEVANAGARI = re.compile(r"[\u0900-\u097f]+")


def undeclared(contract: Contract) -> Iterator[tuple[str, str]]:
    """Name of each such column, and what it sounds like by its name, its place in the source or its description."""
    for column in contract.columns:
        if not column.privacy.special_category and (found := _sounds_like(column)):
            yield column.name, found


def _sounds_like(column: Column) -> str:
    for text in (column.name, column.place, column.description):
        found = by_header((*words_of(text), *_DEVANAGARI.findall(text)))
        if found in SPECIAL:
            return _TOLD.get(found, found)
    return ""
