"""Patterns of strangers: searched for in cells, where they mean a person."""

from pathlib import Path

import pytest

from pipeline.privacy.leaks.patterns import LEFT_OUT, SEARCHED
from pipeline.privacy.scanner import shared_scanner
from tests.privacy.leaks.planted import CLEAN, WATCH, kinds, write

EXAMPLES = {
    "CREDIT_CARD": "4111 1111 1111 1111",
    "CRYPTO": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "EMAIL_ADDRESS": "stranger@example.com",
    "IBAN_CODE": "DE89370400440532013000",
    "IN_AADHAAR": "2345 6789 0124",
    "IN_GSTIN": "27ABCPE1234F1Z5",
    "IN_PAN": "ABCPE1234F",
    "IN_PASSPORT": "passport K1234567",
    "IN_VOTER": "ABC1234567",
    "PHONE_NUMBER": "+1 212-456-7890",
    "UK_DRIVING_LICENCE": "MORGA753116SM9IJ",
    "UK_NHS": "943 476 5919",
    "UK_NINO": "AB123456C",
    "UK_PASSPORT": "passport AB1234567",
    "US_BANK_NUMBER": "account 12345678",
    "US_ITIN": "912-70-1234",
    "US_PASSPORT": "passport 123456789",
    "US_SSN": "536-90-4399",
}


def test_every_type_of_the_scanner_is_decided() -> None:
    """Each type is searched for or left out, with a reason; a new recognizer makes somebody decide."""
    assert SEARCHED.keys() | LEFT_OUT.keys() == shared_scanner().entity_types
    assert not SEARCHED.keys() & LEFT_OUT.keys()
    assert EXAMPLES.keys() == SEARCHED.keys()


@pytest.mark.parametrize(("kind", "cell"), EXAMPLES.items())
def test_searched_pattern_is_found_in_a_cell(kind: str, cell: str) -> None:
    """A cell that looks like an identifier is a leak even if nobody known has it."""
    assert kind in WATCH.kinds_in(cell, is_cell=True)


@pytest.mark.parametrize("name", ["v.csv", "v.parquet"])
def test_both_tables_are_searched_for_patterns(tmp_path: Path, name: str) -> None:
    """CSV and Parquet are different bytes: either alone is enough."""
    assert kinds(write(tmp_path / name, [*CLEAN, "stranger@example.com"])) == {"EMAIL_ADDRESS"}


@pytest.mark.parametrize(
    "cell",
    [
        "10.0.0.1",
        "example.com",
        "KA01AB1234",
        "AB12 CDE",
        "SW1A 1AA",
        "licence B2",
        "12345678",
        "Team 4711",
        "K1234567",
    ],
)
def test_what_things_have_as_well_is_no_leak(cell: str) -> None:
    """Hosts, plates, places and numbers of things may be published."""
    assert WATCH.kinds_in(cell, is_cell=True) == set()


def test_running_text_is_not_searched_for_patterns() -> None:
    """A report's figures and digests look like anything; known people and keys are searched for in it."""
    assert WATCH.kinds_in("stranger@example.com", is_cell=False) == set()
