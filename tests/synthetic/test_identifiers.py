"""Numbers that name persons have the form that their issuers give them."""

import random
import re

import phonenumbers
import pytest

from pipeline.synthetic import check_digits, identifiers
from pipeline.synthetic.person import COUNTRIES

MANY = 400


@pytest.fixture
def rng() -> random.Random:
    return random.Random(5)


@pytest.mark.parametrize("country", COUNTRIES)
def test_phones_are_valid(rng: random.Random, country: str) -> None:
    """Every phone number is one that its country could assign, in either writing."""
    drawn = [identifiers.phone(rng, country) for _ in range(MANY)]
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(number, country)) for number in drawn)
    assert {number.startswith("+") and " " not in number for number in drawn} == {True, False}


def test_aadhaar_has_its_check_digit(rng: random.Random) -> None:
    """Twelve digits, not beginning with 0 or 1, that pass Verhoeff's check."""
    for _ in range(MANY):
        number = identifiers.aadhaar(rng).replace(" ", "")
        assert re.fullmatch(r"[2-9]\d{11}", number)
        assert check_digits.verhoeff_sum(number) == 0


def test_pan_names_a_person(rng: random.Random) -> None:
    """The fourth letter says person, the fifth is the family name's, and the number is not 0000."""
    assert all(re.fullmatch(r"[A-Z]{3}PS(?!0000)\d{4}[A-Z]", identifiers.pan(rng, "sharma")) for _ in range(MANY))


def test_ssn_avoids_what_is_never_given_out(rng: random.Random) -> None:
    """No area 000, 666 or 9xx, no group 00, no serial 0000."""
    allowed = re.compile(r"(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
    assert all(allowed.fullmatch(identifiers.ssn(rng)) for _ in range(MANY))


def test_cards_and_accounts_have_their_check_digits(rng: random.Random) -> None:
    """Cards pass Luhn's check, accounts that of ISO 13616."""
    for country in COUNTRIES:
        assert check_digits.luhn_sum(identifiers.card(rng).replace(" ", "")) == 0
        iban = identifiers.iban(rng, country).replace(" ", "")
        assert check_digits.iban_remainder(iban) == 1
        assert len(iban) == {"DE": 22, "GB": 22, "FR": 27}[iban[:2]]
