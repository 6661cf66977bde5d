"""Identifiers found by hash are those that a plain search for every spelling finds."""

import string
from collections.abc import Iterator

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.privacy.folding import fold, has_edges
from pipeline.privacy.rosters.known_strings import Heads, KnownStrings
from pipeline.privacy.rosters.phones import RosterPhones
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.rosters.terms import address_terms, identifier_terms, phone_terms

EMAILS = ["Asha.Rao@corp.in", "a@b", "x@y@z", "<q@r.de>", "mü@ß.de", "邮@x.cn", "a b@c d", "a_b@c_d.e", "a@b.c"]
PHONES = [
    "+91 98765 43210",
    "(415) 555-2671",
    "089 1234567",
    "+1 415 555 2671 ext. 5",
    "+54 2966 15 123456",
    "+39 06 698 12345",
    "+49 (0)170 1234567",
    "+1 800 FLOWERS",
    "１２３４５６７８",
    "0012345",
    "+91",
]
NATIONAL_IDS = ["2345 6789 0124", "AB12345C", "ABCDEF", "12-345", "王1234", "98765 43210"]
ADDRESSES = [
    "12 MG Road, Indiranagar, Bengaluru 560038",
    "Rose Cottage, Little Hamlet",
    "北京市朝阳区建国路1号",
    "1234567",
]
ROSTER = Roster.build(
    [
        {kind: value}
        for kind, values in (
            ("email", EMAILS),
            ("phone", PHONES),
            ("national_id", NATIONAL_IDS),
            ("address", ADDRESSES),
        )
        for value in values
    ]
)

Found = tuple[int, int, str]


def plainly(text: str) -> set[Found]:
    """Every spelling of every value, looked for at every place."""
    folded = fold(text)
    places = [at for at, char in enumerate(folded.text) if char.isalnum()]
    compact = "".join(folded.text[at] for at in places)
    terms: dict[str, str] = {}
    for values, spelt, kind in (
        (ADDRESSES, address_terms, "ADDRESS"),
        (NATIONAL_IDS, identifier_terms, "NATIONAL_ID"),
        (PHONES, phone_terms, "PHONE_NUMBER"),
    ):
        terms |= {term: kind for value in values for term in spelt(value)}
    found = {
        (*folded.original(start, start + len(mail)), "EMAIL_ADDRESS")
        for mail in {fold(mail).text for mail in EMAILS}
        for start in occurrences(folded.text, mail)
        if has_edges(folded.text, start, start + len(mail))
    }
    for term, kind in terms.items():
        for at in occurrences(compact, term):
            start, end = places[at], places[at + len(term) - 1] + 1
            if end - start <= 2 * len(term) and has_edges(folded.text, start, end):
                first, after = folded.original(start, end)
                found.add((first - len(text[:first]) + len(text[:first].rstrip("+(")), after, kind))
    return found


def occurrences(text: str, term: str) -> Iterator[int]:
    return (at for at in range(len(text)) if text.startswith(term, at))


PIECES = st.sampled_from([*EMAILS, *PHONES, *NATIONAL_IDS, *ADDRESSES, "went", "7"])
JOINTS = st.sampled_from(
    [" ", "-", ", ", ".", "", "_", "\u0301", "+", "(", "@", "\n", "  ", "0", "00", "91", "王", "x"]
)
SPACED = st.tuples(PIECES, st.sampled_from(["", "-", "  ", " "])).map(lambda pair: pair[0].replace(" ", pair[1]))
TEXTS = st.lists(st.tuples(SPACED, JOINTS), max_size=5).map(lambda pairs: "".join(map("".join, pairs)))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_as_a_plain_search(text: str) -> None:
    """Nothing more and nothing less, in any grouping, script and neighbourhood."""
    found = {(span.start, span.end, span.entity_type) for span in ROSTER.find(text) if span.entity_type != "PERSON"}
    assert found == plainly(text)


@pytest.mark.parametrize("value", PHONES)
def test_every_spelling_of_a_phone_is_known(value: str) -> None:
    """Also of numbers that their country rewrites, or that name letters or an extension."""
    phones = RosterPhones([value, "+91 11111 11111"])
    assert all(term in phones for term in phone_terms(value))
    assert "5550001111" not in phones


@pytest.mark.parametrize("inner", ["", "0", "(0)", "00", "15", "8"])
def test_every_country(inner: str) -> None:
    """Whatever a country dials from within, every spelling of its numbers is known."""
    numbers = [
        f"+{country} {inner}{phonenumbers.national_significant_number(example)}"
        for country, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()
        if (example := phonenumbers.example_number(regions[0]))
    ]
    phones = RosterPhones(numbers)
    assert len(numbers) > 190
    assert all(term in phones for value in numbers for term in phone_terms(value))


@given(st.sets(st.text(string.ascii_lowercase, min_size=1, max_size=8)), st.text(string.ascii_lowercase, max_size=8))
def test_known_strings(strings: set[str], other: str) -> None:
    """A string is known if it was given; where none can start, none does."""
    heads = Heads(3)
    known = KnownStrings(heads.watch(strings))
    assert len(known) == len(strings)
    assert all(item in known and heads.may_start(item, 0) for item in strings)
    assert (other in known) == (other in strings)
