"""The roster finds the run's own people, and little else."""

import random

import pytest

from pipeline.errors import PrivacyError
from pipeline.privacy.rosters.roster import Roster, people_of

PEOPLE: list[dict[str, str | None]] = [
    {
        "given_name": "Asha",
        "family_name": "Rao",
        "email": "Asha.Rao@corp.in",
        "phone": "+91 98765 43210",
        "national_id": "2345 6789 0124",
        "address": "12 MG Road, Indiranagar, Bengaluru 560038",
    },
    {"given_name": "Rose", "family_name": "Will", "phone": "(415) 555-2671", "national_id": None},
    {"given_name": "Na", "family_name": "Li", "email": "", "address": "  "},
    {"given_name": "प्रिया", "family_name": "शर्मा"},
    {"given_name": "José", "family_name": "Müller-Weiß"},
    {"given_name": "Bo", "family_name": "Weiß"},
    {"given_name": "伟", "family_name": "王"},
    {"given_name": "Jean-Luc", "family_name": "O'Neil"},
    {"given_name": "Mary Ann", "family_name": "van der Berg", "phone": "089 1234567"},
]
ROSTER = Roster.build(PEOPLE)


def found(text: str) -> list[tuple[str, str]]:
    return [(text[span.start : span.end], span.entity_type) for span in ROSTER.find(text)]


def people(text: str) -> list[str]:
    return [part for part, kind in found(text) if kind == "PERSON"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Asha said so", ["Asha"]),
        ("asha said so", ["asha"]),
        ("ASHA RAO's note", ["ASHA RAO"]),
        ("Rao, Asha", ["Rao", "Asha"]),
        ("Asha K. Rao left", ["Asha K. Rao"]),
        ("(Asha)", ["Asha"]),
        ("Asha_Rao", ["Asha", "Rao"]),
        ("ashamed", []),
        ("Sasha", []),
        ("asha2", []),
        ("Meera said so", []),
        ("", []),
    ],
)
def test_names_at_word_edges(text: str, expected: list[str]) -> None:
    """Names count in any case, where a word begins and ends, joined with their neighbours."""
    assert people(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a rose is a rose", []),
        ("she will come", []),
        ("Rose left", ["Rose"]),
        ("asha will come", ["asha will"]),
        ("rose rao", ["rose rao"]),
        ("rose will", ["rose will"]),
        ("Will, rose", ["Will, rose"]),
        ("Will; rose", ["Will"]),
    ],
)
def test_common_words(text: str, expected: list[str]) -> None:
    """A name that is a word counts with a capital, beside a certain name, or as a full name."""
    assert people(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Li alone", []),
        ("Li Na came", ["Li Na"]),
        ("na li", ["na li"]),
        ("Na K. Li", ["Na K. Li"]),
        ("Asha Li", ["Asha Li"]),
        ("asha li", ["asha"]),
        ("li, NA", ["li, NA"]),
        ("Weiß, Bo", ["Weiß, Bo"]),
        ("Na, well", []),
    ],
)
def test_short_names(text: str, expected: list[str]) -> None:
    """One or two letters count beside another name with a capital, or as a full name."""
    assert people(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("कल प्रिया शर्मा आई", ["प्रिया शर्मा"]),
        ("प्रियांका आई", []),
        ("Jose Muller", ["Jose Muller"]),
        ("JOSE\u0301 MU\u0308LLER-WEISS!", ["JOSE\u0301 MU\u0308LLER-WEISS"]),
        ("josé müller weiß", ["josé müller weiß"]),
        ("今天王伟来了", ["王伟"]),
        ("jean luc o\u2019neil", ["jean luc o\u2019neil"]),
        ("Mary went", ["Mary"]),
        ("Frau van der Berg", ["van der Berg"]),
        ("der Berg", ["Berg"]),
        ("the der van", []),
    ],
)
def test_scripts_and_spellings(text: str, expected: list[str]) -> None:
    """Marks belong to words; accents may be missing or decomposed; particles never count alone."""
    assert people(text) == expected


@pytest.mark.parametrize(
    ("text", "part", "kind"),
    [
        ("mail ASHA.RAO@CORP.IN now", "ASHA.RAO@CORP.IN", "EMAIL_ADDRESS"),
        ("call 9876543210.", "9876543210", "PHONE_NUMBER"),
        ("call 098765 43210", "098765 43210", "PHONE_NUMBER"),
        ("call +91-98765-43210", "+91-98765-43210", "PHONE_NUMBER"),
        ("call 0091 98765 43210", "0091 98765 43210", "PHONE_NUMBER"),
        ("call (415)555.2671", "(415)555.2671", "PHONE_NUMBER"),
        ("Tel. 89 1234567", "89 1234567", "PHONE_NUMBER"),
        ("id 234567890124", "234567890124", "NATIONAL_ID"),
        ("id 2345-6789-0124", "2345-6789-0124", "NATIONAL_ID"),
        ("at 12, M.G. Road\n", "12, M.G. Road", "ADDRESS"),
        ("12 mg road indiranagar bengaluru 560038", "12 mg road indiranagar bengaluru 560038", "ADDRESS"),
    ],
)
def test_identifiers_in_any_grouping(text: str, part: str, kind: str) -> None:
    """Identifiers are found however their characters are grouped, country codes included."""
    assert (part, kind) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "19876543210",
        "98765432101",
        "98765 4321",
        "x234567890124",
        "asha.rao@corp.info",
        "9 8 7 6 5 4 3 2 1 0 as ten words".replace(" ", "   "),
        "in Bengaluru, Indiranagar",
    ],
)
def test_near_misses_are_no_identifiers(text: str) -> None:
    """A longer or shorter number, another domain, digits far apart and a city alone are nobody's."""
    assert [kind for _, kind in found(text) if kind != "PERSON"] == []


def test_bytes_are_equal_for_equal_people() -> None:
    """Order and repetition of people don't count; blanks are no values."""
    shuffled = PEOPLE * 2
    random.Random(1).shuffle(shuffled)
    again = Roster.build(shuffled)
    assert again == ROSTER
    assert again.to_bytes() == ROSTER.to_bytes()
    assert ROSTER.counts() == {"identities": 9, "terms": 9 + 1 + 3 + 1 + 1}


def test_round_trip() -> None:
    """A roster read back is equal and finds the same."""
    again = Roster.from_bytes(ROSTER.to_bytes())
    assert again == ROSTER
    assert again.find("Asha Rao") == ROSTER.find("Asha Rao")


@pytest.mark.parametrize("data", [b"", b"x", ROSTER.to_bytes()[:-5], b"{}"], ids=["empty", "text", "cut", "json"])
def test_damaged_bytes_are_refused(data: bytes) -> None:
    """Bytes that are no roster raise an error that shows none of them."""
    with pytest.raises(PrivacyError, match="these bytes are no roster"):
        Roster.from_bytes(data)


def test_empty_roster_finds_nothing() -> None:
    """Nobody known, nobody found; not even a NUL is a name."""
    empty = Roster.build([{}, {"email": None}])
    assert empty.counts() == {"identities": 0, "terms": 0}
    assert empty.find("Asha \0 9876543210") == []


def test_repr_names_nobody() -> None:
    """A roster that is printed by accident shows counts only."""
    assert repr(ROSTER) == "Roster({'identities': 9, 'terms': 15})"


def test_sample_of_names() -> None:
    """A sample has full names only, no more than asked, equal for an equal seed."""
    assert sorted(ROSTER.sample_names(99, 1)) == sorted(f"{one} {two}" for one, two in ROSTER.names)
    assert len(ROSTER.sample_names(3, 1)) == 3
    assert ROSTER.sample_names(3, 1) == ROSTER.sample_names(3, 1)
    assert Roster.build([{"given_name": "Asha"}]).sample_names(3, 1) == []


NAMED = [
    (
        {"given": "given_name", "family": "family_name", "mail": "email"},
        [["Ann", "Lee", "ann@club.org"]],
        [{"given_name": "Ann", "family_name": "Lee", "email": "ann@club.org"}],
    ),
    (
        {"family": "family_name", "boss": "family_name", "given": "given_name"},
        [["Lee", "Rao", "Ann"]],
        [{"family_name": "Lee", "given_name": "Ann"}, {"family_name": "Rao"}],
    ),
    ({"work": "email", "home": "email"}, [["a@x.org", None]], [{"email": "a@x.org"}, {"email": None}]),
    ({"work": "email"}, [], []),
]


@pytest.mark.parametrize(("kinds", "rows", "people"), NAMED)
def test_every_identity_column_of_a_row_names_somebody(
    kinds: dict[str, str], rows: list[list[str | None]], people: list[dict[str, str | None]]
) -> None:
    """A second column of one kind names another person than the first, and none is forgotten."""
    assert list(people_of(kinds, rows)) == people
