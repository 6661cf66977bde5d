"""Known people are found in any kind of file and writing; where nothing is, the scan is silent."""

import random
from pathlib import Path

import pytest

from pipeline.errors import PrivacyError
from pipeline.privacy.leaks.fingerprints import Fingerprints
from pipeline.privacy.leaks.scan import scan_files, stop_on_leaks
from pipeline.privacy.leaks.watch import Watch
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.rosters.roster import Roster
from tests.privacy.leaks.planted import CLEAN, FILES, FINGERPRINTS, PSEUDONYMISER, ROSTER, WATCH, kinds, scan, write


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("planted", "kind"),
    [
        ("Asha Rao", "full_name"),
        ("RAO, ASHA", "full_name"),
        ("by asha-rao in May", "full_name"),
        ("jean luc muller", "full_name"),
        ("asha.rao@corp.example", "email"),
        ("see ASHA.RAO@corp.example.", "email"),
        ("+91 98765-43210", "phone"),
        ("9876543210", "phone"),
        ("9876543210.0", "phone"),
        ("call 098765 43210 now", "phone"),
        ("zx778199", "national_id"),
        ("12 MG Road", "address"),
        ("12, MG Road; Indiranagar, Bengaluru 560038", "address"),
        ("E-100742", "identifier"),
        ("by e-100743", "identifier"),
        ("x/E-100742/y", "identifier"),
        ("JO@corp.example", "identifier"),
    ],
)
def test_planted_identity_is_found(tmp_path: Path, name: str, planted: str, kind: str) -> None:
    """A known person or key is found in every kind of file, in other writings as well."""
    assert kind in kinds(write(tmp_path / name, [*CLEAN, planted]))


@pytest.mark.parametrize("name", FILES)
def test_clean_file_is_silent(tmp_path: Path, name: str) -> None:
    """Categories, accepted values, single names, pseudonyms, fractions, dates and counts are no leaks."""
    report = scan(write(tmp_path / name, CLEAN))
    assert report.hits == ()
    assert report.values > 1
    stop_on_leaks(report)


@pytest.mark.parametrize(
    ("text", "is_cell", "found"),
    [
        ("Nightwing", True, True),
        ("team nightwing", False, False),
        ("E-10074", True, False),
        ("E-1007421", True, False),
        ("4711", True, False),
        ("HR", True, False),
        ("70012345.5", True, False),
        ("70012345.0", True, True),
        ("70012345", True, True),
        ("no. 70012345", True, True),
        ("no. 70012345", False, False),
    ],
)
def test_keys_are_found_where_no_chance_would_put_them(text: str, is_cell: bool, found: bool) -> None:
    """A key is met whole; short ones never, words as a whole cell alone, digits alone in cells."""
    assert WATCH.kinds_in(text, is_cell) == ({"identifier"} if found else set())


@pytest.mark.parametrize(
    "cell",
    ["98765.43210", "-0.9876543210", "1234567.89", "5e-7", "2021-12-31", "2021-12-31T10:00:00.000000Z", "0a" * 16],
)
def test_plain_writings_hold_no_identity(cell: str) -> None:
    """Fractions, days, times and pseudonyms are dropped unread."""
    assert WATCH.kinds_in(cell, is_cell=True) == set()


@pytest.mark.parametrize("cell", ["9876543210.0", "9.87654321e+09", "9.876543210E9", "09876543210", "+9876543210"])
def test_numbers_are_read_however_they_are_typed(cell: str) -> None:
    """A whole number may be a phone, whether its column holds integers, floats or text."""
    assert "phone" in WATCH.kinds_in(cell, is_cell=True)


def test_one_number_may_be_of_two_kinds() -> None:
    """A phone number that is a national id as well is found as both."""
    roster = Roster.build([{"phone": "5551234567", "national_id": "555-123-4567"}])
    watch = Watch(Fingerprints.build(roster, PSEUDONYMISER), PSEUDONYMISER)
    assert watch.kinds_in("no. 5551234567", is_cell=False) == {"phone", "national_id"}


def test_fingerprints_round_trip_and_hold_nothing_clear() -> None:
    """Fingerprints read back are equal and find the same; no part of a name or number is in their bytes."""
    data = FINGERPRINTS.to_bytes()
    again = Fingerprints.from_bytes(data)
    assert again.to_bytes() == data == Fingerprints.build(ROSTER, PSEUDONYMISER).to_bytes()
    assert Watch(again, PSEUDONYMISER).kinds_in("Rao, Asha: ZX-7781-99", is_cell=False) == {"full_name", "national_id"}
    assert not any(part in data.lower() for part in (b"asha", b"rao", b"98765", b"corp", b"road"))


def test_least_and_greatest_fingerprint_are_found() -> None:
    """Of two fingerprints either is found: a search of a sorted list must not miss its ends."""
    roster = Roster.build([{"given_name": "Asha", "family_name": "Rao"}])
    watch = Watch(Fingerprints.build(roster, PSEUDONYMISER), PSEUDONYMISER)
    assert watch.kinds_in("Asha Rao", is_cell=False) == watch.kinds_in("Rao Asha", is_cell=False) == {"full_name"}


def test_fingerprints_of_nobody_find_nobody() -> None:
    """A run without identity columns has no fingerprints, and its scan still looks for patterns."""
    nobody = Fingerprints.from_bytes(Fingerprints.build(Roster.build([]), PSEUDONYMISER).to_bytes())
    assert len(nobody) == 0
    assert Watch(nobody, PSEUDONYMISER).kinds_in("Asha Rao 536-90-4399", is_cell=True) == {"US_SSN"}


FIRST_FORMAT = b'{"format": 1, "longest": 2, "counts": [0, 0, 0, 0, 0]}\n'


@pytest.mark.parametrize(
    "data", [b"", b"{}\n", b"x", FIRST_FORMAT, FINGERPRINTS.to_bytes()[:-1], FINGERPRINTS.to_bytes() + b"x"]
)
def test_damaged_fingerprints_are_refused(data: bytes) -> None:
    """A scan against half the fingerprints would pass what it should not."""
    with pytest.raises(PrivacyError, match="no fingerprints"):
        Fingerprints.from_bytes(data)


def test_another_key_finds_nobody(tmp_path: Path) -> None:
    """Fingerprints are of no use without the key that made them."""
    path = write(tmp_path / "v.csv", ["Asha Rao"])
    assert scan_files([path], Watch(FINGERPRINTS, Pseudonymiser(b"x" * 32))).hits == ()


def test_pseudonyms_are_never_taken_for_identifiers() -> None:
    """A pseudonym of 32 hex digits is no leak, whatever digits it draws."""
    draw = random.Random(1)
    assert not any(WATCH.kinds_in(f"{draw.getrandbits(128):032x}", is_cell=True) for _ in range(300))
