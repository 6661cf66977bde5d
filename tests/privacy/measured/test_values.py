"""Planted values are what they claim to be: a miss is the scanner's, not theirs."""

import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from random import Random

import phonenumbers
import pytest
from presidio_analyzer.predefined_recognizers import CryptoRecognizer

from pipeline.privacy.measured.sentences import LANGUAGES
from pipeline.privacy.measured.values import CUES, MAKERS
from pipeline.privacy.scanner import shared_scanner

#: Types whose patterns alone score below the threshold in some of the ways in which they are written.
WEAK = {"IN_PASSPORT", "UK_PASSPORT", "US_PASSPORT", "UK_POSTCODE", "US_BANK_NUMBER", "US_DRIVER_LICENSE"}


def test_every_type_that_the_scanner_finds_is_planted() -> None:
    """A recognizer without a maker of values would never be measured."""
    assert set(MAKERS) == shared_scanner().entity_types


def test_words_before_values_exist_in_every_language() -> None:
    """Each type that needs words has some in each language, and no word is for a type that nobody plants."""
    assert WEAK <= set(CUES) <= set(MAKERS)
    assert all(set(cues) == set(LANGUAGES) and all(cues.values()) for cues in CUES.values())


def digits_of(value: str) -> str:
    return re.sub(r"\D", "", value)


def luhn(value: str) -> bool:
    pairs = [int(char) * (1 + index % 2) for index, char in enumerate(reversed(digits_of(value)))]
    return sum(sum(map(int, str(number))) for number in pairs) % 10 == 0


def mod_97(value: str) -> bool:
    iban = re.sub(r"\W", "", value)
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


def mod_11(value: str) -> bool:
    number = digits_of(value)
    return len(number) == 10 and sum(int(char) * (10 - at) for at, char in enumerate(number)) % 11 == 0


VERHOEFF = [
    [
        (i + j) % 5 + (5 if (i < 5) != (j < 5) else 0) if i < 5 else (i - j) % 5 + (5 if (i < 5) != (j < 5) else 0)
        for j in range(10)
    ]
    for i in range(10)
]


def verhoeff(value: str) -> bool:
    """The check by tables, as the algorithm's author gives it."""
    rows = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        rows.append([rows[-1][digit] for digit in rows[1]])
    check = 0
    for index, char in enumerate(reversed(digits_of(value))):
        check = VERHOEFF[check][rows[index % 8][int(char)]]
    return check == 0 and digits_of(value)[0] in "23456789"


def address(value: str) -> bool:
    return bool(ip_network(value, strict=False) if "/" in value else ip_address(value))


def matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


@pytest.mark.parametrize(
    ("kind", "valid"),
    [
        ("CREDIT_CARD", luhn),
        ("CRYPTO", CryptoRecognizer().validate_result),
        ("EMAIL_ADDRESS", matches(r"[\w.+-]+@[\w.]+")),
        ("IBAN_CODE", mod_97),
        ("IP_ADDRESS", address),
        ("URL", lambda value: "example" in value.lower()),
        ("IN_AADHAAR", verhoeff),
        ("IN_GSTIN", matches(r"(0[1-9]|[123]\d)[A-Z]{3}P[A-Z]\d{4}[A-Z][1-9]Z[A-Z0-9]")),
        ("IN_PAN", lambda value: re.fullmatch(r"[A-Z]{3}P[A-Z] ?\d{4} ?[A-Z]", value.upper())),
        ("IN_PASSPORT", matches(r"[A-Z][1-9]\d ?\d{4}[1-9]")),
        ("IN_VEHICLE_REGISTRATION", matches(r"[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{1,2}[ -]?\d{4}|2\dBH\d{4}[A-Z]{2}")),
        ("IN_VOTER", lambda value: re.fullmatch(r"[A-Z]{3}\d{7}", value.upper())),
        ("UK_DRIVING_LICENCE", matches(r"[A-Z]{3}[A-Z9]{2} ?\d{6} ?[A-Z][A-Z9][A-Z0-9][A-Z]{2}")),
        ("UK_NHS", mod_11),
        ("UK_NINO", lambda value: re.fullmatch(r"[A-Z]{2}\d{6}[A-D]", re.sub(r"[ -]", "", value).upper())),
        ("UK_PASSPORT", matches(r"[1-9]\d{8}|[A-Z]{2}\d{7}")),
        ("UK_POSTCODE", matches(r"[A-Z]{1,2}\d[\dA-Z]? ?\d[A-Z]{2}")),
        ("UK_VEHICLE_REGISTRATION", matches(r"[A-Z]{2}\d{2} ?[A-Z]{3}|[A-Z]\d{3} ?[A-Z]{3}|[A-Z]{3} ?\d{3}[A-Z]")),
        ("US_BANK_NUMBER", lambda value: 8 <= len(digits_of(value)) <= 17),
        ("US_DRIVER_LICENSE", matches(r"[A-Z]{0,2}[\d -]+")),
        ("US_ITIN", matches(r"9\d{2}([- ]?)\d{2}\1\d{4}")),
        ("US_PASSPORT", matches(r"[A-Z]\d{8}|\d{9}")),
        ("US_SSN", matches(r"(?!000|666|9)\d{3}([-. ]?)(?!00)\d\d\1(?!0000)\d{4}")),
    ],
)
def test_values_are_well_formed(kind: str, valid: Callable[[str], object]) -> None:
    """Values have valid check digits and ranges, in all the ways in which they are written."""
    random = Random(3)
    values = [MAKERS[kind](random) for _ in range(300)]
    assert [value for value in values if not valid(value)] == []
    assert len(set(values)) > 200 or kind == "URL"


def test_phones_are_valid() -> None:
    """Each phone number is valid in the country for which it is written."""
    random = Random(3)
    for _ in range(300):
        value = MAKERS["PHONE_NUMBER"](random)
        numbers = []
        for region in ("IN", "US", "GB", "DE", "FR"):
            try:
                numbers.append(phonenumbers.parse(value, region))
            except phonenumbers.NumberParseException:
                continue
        assert any(map(phonenumbers.is_valid_number, numbers))
