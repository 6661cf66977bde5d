"""Measured recall, and the values that it plants."""

import re
from random import Random

import phonenumbers
import pytest

from pipeline.privacy.planted import PLANTED
from pipeline.privacy.recall import PLANTED_EACH, measure_recall, wilson_lower_bound
from pipeline.privacy.redact import Redactor
from pipeline.privacy.roster import Roster
from pipeline.privacy.scanner import Scanner, shared_scanner
from pipeline.privacy.spans import Span

ROSTER = Roster.build([{"given_name": name, "family_name": "Rao"} for name in ("Asha", "Rose", "Na", "José", "प्रिया")])
NAMES = ROSTER.sample_names(100, 1)
TYPES = {"PERSON", "EMAIL_ADDRESS", "PHONE_NUMBER", "IN_AADHAAR", "IN_PAN", "US_SSN", "CREDIT_CARD", "IBAN_CODE"} | {
    "IP_ADDRESS",
    "URL",
}


class Blind(Scanner):
    """A scanner that overlooks one type, or the last character of it."""

    def __init__(self, overlooked: str, characters: int | None = None) -> None:
        super().__init__()
        self._overlooked, self._characters = overlooked, characters

    def scan(self, text: str) -> list[Span]:
        spans = super().scan(text)
        kept = [span for span in spans if span.entity_type != self._overlooked]
        cut = [] if self._characters is None else [span for span in spans if span not in kept]
        return kept + [span._replace(end=span.end - (self._characters or 0)) for span in cut]


def recall_of(redactor: Redactor, seed: int = 7) -> dict[str, int]:
    return {row["entity_type"]: row["found"] for row in measure_recall(redactor, NAMES, seed)}


def test_the_real_redactor() -> None:
    """Every type is planted at least 100 times and found in nearly all of them; equal seeds measure alike."""
    redactor = Redactor(shared_scanner(), ROSTER)
    rows = measure_recall(redactor, NAMES, 7)
    assert {row["entity_type"] for row in rows} == TYPES
    for row in rows:
        assert row["planted"] == PLANTED_EACH >= 100
        assert row["recall"] == row["found"] / row["planted"]
        assert row["lower_bound"] == wilson_lower_bound(row["found"], row["planted"])
        assert row["lower_bound"] > 0.9, row["entity_type"]
    assert measure_recall(redactor, NAMES, 7) == rows


@pytest.mark.parametrize("kind", ["US_SSN", "IN_AADHAAR", "CREDIT_CARD"])
def test_an_overlooked_type_shows(kind: str) -> None:
    """A scanner that misses a type, or one character of each value, has a low recall of it and of nothing else."""
    for scanner in (Blind(kind), Blind(kind, characters=1)):
        found = recall_of(Redactor(scanner, ROSTER))
        assert found[kind] < PLANTED_EACH // 2
        assert found["EMAIL_ADDRESS"] == PLANTED_EACH


def test_names_without_a_roster_are_not_found() -> None:
    """Without a roster strangers are planted, and the figure is honest: nobody is found."""
    person = measure_recall(Redactor(shared_scanner(), Roster.build([])), [], 7)[0]
    assert (person["entity_type"], person["found"], person["lower_bound"]) == ("PERSON", 0, 0.0)


@pytest.mark.parametrize(
    ("found", "planted", "expected"),
    [(0, 0, 0.0), (0, 100, 0.0), (100, 100, 0.9630), (120, 120, 0.9690), (50, 100, 0.4038), (1, 1, 0.2065)],
)
def test_wilson_lower_bound(found: int, planted: int, expected: float) -> None:
    """The bound agrees with published tables of the score interval."""
    assert wilson_lower_bound(found, planted) == pytest.approx(expected, abs=5e-5)


def luhn(number: str) -> bool:
    pairs = [int(char) * (1 + index % 2) for index, char in enumerate(reversed(number))]
    return sum(sum(map(int, str(value))) for value in pairs) % 10 == 0


def mod_97(iban: str) -> bool:
    return int("".join(str(int(char, 36)) for char in iban[4:] + iban[:4])) % 97 == 1


VERHOEFF = [
    [
        (i + j) % 5 + (5 if (i < 5) != (j < 5) else 0) if i < 5 else (i - j) % 5 + (5 if (i < 5) != (j < 5) else 0)
        for j in range(10)
    ]
    for i in range(10)
]


def verhoeff(number: str) -> bool:
    """The check by tables, as the algorithm's author gives it."""
    rows = [list(range(10)), [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
    for _ in range(6):
        rows.append([rows[-1][digit] for digit in rows[1]])
    check = 0
    for index, char in enumerate(reversed(number)):
        check = VERHOEFF[check][rows[index % 8][int(char)]]
    return check == 0


@pytest.mark.parametrize(
    ("kind", "valid"),
    [
        ("IN_AADHAAR", lambda value: value[0] in "23456789" and verhoeff(re.sub(r"\D", "", value))),
        ("CREDIT_CARD", lambda value: luhn(re.sub(r"\D", "", value))),
        ("IBAN_CODE", lambda value: mod_97(value.replace(" ", ""))),
        ("IN_PAN", lambda value: re.fullmatch(r"[A-Z]{3}P[A-Z]\d{4}[A-Z]", value.upper())),
        ("US_SSN", lambda value: re.fullmatch(r"(?!000|666|9)\d{3}([- ])(?!00)\d\d\1(?!0000)\d{4}", value)),
        ("EMAIL_ADDRESS", lambda value: re.fullmatch(r"[\w.-]+@[\w.]+", value)),
        ("URL", lambda value: "example" in value),
        ("IP_ADDRESS", lambda value: value.count(".") == 3 or value.count(":") == 7),
    ],
)
def test_planted_values_are_well_formed(kind: str, valid: object) -> None:
    """Values have valid check digits and ranges, so that a miss is the scanner's."""
    assert callable(valid)
    random = Random(3)
    assert all(valid(PLANTED[kind](random)) for _ in range(300))


def test_planted_phones_are_valid() -> None:
    """Each phone number is valid in one of the countries planted."""
    random = Random(3)
    for _ in range(200):
        value = PLANTED["PHONE_NUMBER"](random)
        numbers = []
        for region in ("IN", "US", "GB", "DE"):
            try:
                numbers.append(phonenumbers.parse(value, region))
            except phonenumbers.NumberParseException:
                continue
        assert any(map(phonenumbers.is_valid_number, numbers))
