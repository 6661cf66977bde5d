"""What our recognizers know beyond Presidio's: numbers in groups, newer Mastercards, words of four languages."""

import pytest

from pipeline.privacy.context_words import CONTEXT_WORDS
from pipeline.privacy.recognizers import make_recognizers
from pipeline.privacy.scanner import shared_scanner


def found(text: str) -> set[tuple[str, str]]:
    return {(span.entity_type, text[span.start : span.end]) for span in shared_scanner().scan(text)}


@pytest.mark.parametrize(
    ("text", "entity_type", "value"),
    [
        ("paid with 2221 0000 0000 0009", "CREDIT_CARD", "2221 0000 0000 0009"),
        ("written ABCPE 1234 F on it", "IN_PAN", "ABCPE 1234 F"),
        ("parked MH 12 AB 1234 there", "IN_VEHICLE_REGISTRATION", "MH 12 AB 1234"),
        ("parked MH-12-AB-1234 there", "IN_VEHICLE_REGISTRATION", "MH-12-AB-1234"),
        ("vehicle DL 3C AB 1234", "IN_VEHICLE_REGISTRATION", "DL 3C AB 1234"),
        ("shown MORGA 657054 SM9IJ there", "UK_DRIVING_LICENCE", "MORGA 657054 SM9IJ"),
        ("on file AB-12-34-56-C since", "UK_NINO", "AB-12-34-56-C"),
        ("bank account 1234-5678-9012", "US_BANK_NUMBER", "1234-5678-9012"),
        ("driver license D123-4567-8901", "US_DRIVER_LICENSE", "D123-4567-8901"),
        ("driver license J123-4567-8901-23", "US_DRIVER_LICENSE", "J123-4567-8901-23"),
        ("driver license 123 456 789", "US_DRIVER_LICENSE", "123 456 789"),
        ("Reisepass-Nr. K1234567", "IN_PASSPORT", "K1234567"),
        ("son passeport 123456789", "US_PASSPORT", "123456789"),
        ("पासपोर्ट AB1234567", "UK_PASSPORT", "AB1234567"),
        ("Kontonummer: 12345678901", "US_BANK_NUMBER", "12345678901"),
        ("खाता संख्या 12345678901", "US_BANK_NUMBER", "12345678901"),
        ("Führerschein D1234567", "US_DRIVER_LICENSE", "D1234567"),
        ("Postleitzahl SW1A 1AA", "UK_POSTCODE", "SW1A 1AA"),
    ],
)
def test_found(text: str, entity_type: str, value: str) -> None:
    """The whole value is found under its type."""
    assert (entity_type, value) in found(text)


@pytest.mark.parametrize(
    ("text", "entity_type"),
    [
        ("paid with 2221 0000 0000 0008", "CREDIT_CARD"),
        ("paid with 2121 0000 0000 0000", "CREDIT_CARD"),
        ("written abcpe 1234 f on it", "IN_PAN"),
        ("written ABCDE 1234 F on it", "IN_PAN"),
        ("we went up 16 in 2024 again", "IN_VEHICLE_REGISTRATION"),
        ("parked MH 12 AB 0000 there", "IN_VEHICLE_REGISTRATION"),
        ("shown MORGA 659954 SM9IJ there", "UK_DRIVING_LICENCE"),
        ("on file AB-12-34-56-E since", "UK_NINO"),
        ("order 1234-5678-9012", "US_BANK_NUMBER"),
        ("part D123-4567-8901", "US_DRIVER_LICENSE"),
        ("Bestellung 12345678901", "US_BANK_NUMBER"),
        ("K1234567 is her passport", "IN_PASSPORT"),
    ],
)
def test_not_found(text: str, entity_type: str) -> None:
    """Wrong check digits, small letters, dates that do not exist, and weak numbers without their word are left."""
    assert entity_type not in {kind for kind, _ in found(text)}


def test_words_are_for_types_that_are_found() -> None:
    """No list of words stands for a type that no recognizer finds."""
    assert set(CONTEXT_WORDS) <= {name for item in make_recognizers() for name in item.supported_entities}


def test_words_are_added_to_those_of_presidio() -> None:
    """Presidio's own words stay, and making recognizers twice adds nothing."""
    for kind, again in zip(make_recognizers(), make_recognizers(), strict=True):
        assert set(type(kind).CONTEXT) <= set(kind.context)
        assert kind.context == again.context
