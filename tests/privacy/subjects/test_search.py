"""What counts as a term in a text, what is left of a text without it, and that no quicker search sees less."""

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.privacy.leaks.accepted import Accepted
from pipeline.privacy.leaks.fingerprints import Fingerprints
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.subjects.bytes_search import BytesSearch
from pipeline.privacy.subjects.search import ERASED, TermSearch
from pipeline.privacy.subjects.terms import (
    address_terms,
    email_terms,
    identifier_terms,
    key_terms,
    name_terms,
    phone_number_terms,
    together,
)

TERMS = together(
    [
        name_terms("Vidya", "Hegde"),
        name_terms("José", "Núñez"),
        name_terms("विद्या", "शर्मा"),
        name_terms("太郎", "田中"),
        email_terms("v.hegde@corp.example"),
        phone_number_terms("+91 88145 27394"),
        identifier_terms("8748 9254 5467"),
        key_terms("E0000001"),
        address_terms("53, Station Road, Mumbai 813189"),
    ]
)
SEARCH = TermSearch(TERMS)
BYTES = BytesSearch(TERMS)

EDITED = [
    ("Vidya Hegde", None),
    ("met Vidya Hegde.", "met <ERASED>."),
    ("met HEGDE, vidya.", "met <ERASED>."),
    ("Vidya K. Hegde said", "<ERASED> said"),
    ("Vidya Anna Maria Hegde said", "<ERASED> said"),
    ("Hegde, Anna Vidya said", "<ERASED> said"),
    ("vidya.hegde@other.example", "<ERASED>@other.example"),
    ("JOSE NUN\u0303EZ came", "<ERASED> came"),
    ("विद्या शर्मा आईं", "<ERASED> आईं"),
    ("田中太郎さん", "<ERASED>さん"),
    ("to V.Hegde@Corp.example, now", "to <ERASED>, now"),
    ("call 088145-27394", "call <ERASED>"),
    ("call (+91) 8814 527 394 now", "call (+<ERASED> now"),
    ("8 8 1 4 5 2 7 3 9 4", None),
    ("id 8748-9254-5467.", "id <ERASED>."),
    ("by e0000001", "by <ERASED>"),
    ("at 53 Station Road; Mumbai 813189!", "at <ERASED>!"),
    ("Vidya Hegde and v.hegde@corp.example", "<ERASED> and <ERASED>"),
]
ELSEWHERE = [
    "Vidya",
    "Hegde",
    "Vidya told Hegde",
    "Vidya Anna Maria Luisa Hegde",
    "Vidya, Rahul Hegde",
    "Vidya left. Rahul Hegde stayed",
    "Vidyas Hegde",
    "ann.v.hegde@corp.example",
    "v.hegde@corp.example.au",
    "v.hegde@corp",
    "88145273941",
    "x88145 27394",
    "8814,527,394",
    "E00000011",
    "53 Station Road, Pune 813189",
    "",
    "<ERASED>",
]


@pytest.mark.parametrize(("text", "left"), EDITED)
def test_a_term_is_found_and_taken_out(text: str, left: str | None) -> None:
    """A term is found in every spelling; alone it leaves no value, inside of a text `<ERASED>`."""
    assert SEARCH.found(text)
    assert SEARCH.edited(text) == left
    assert left is None or not SEARCH.found(left)


@pytest.mark.parametrize("text", ELSEWHERE)
def test_what_only_looks_like_a_term_stays(text: str) -> None:
    """Parts of terms, terms inside of longer words and numbers, and other people's addresses are no terms."""
    assert not SEARCH.found(text)
    assert SEARCH.edited(text) == text


def test_many_texts_are_judged_as_each_of_them() -> None:
    """The search over a column marks what the search of one text finds, nulls and slices included."""
    texts = [text for text, _ in EDITED] + [*ELSEWHERE, None]
    column = pa.array([None, "Vidya Hegde", *texts], pa.string()).slice(2)
    assert SEARCH.hits(column).tolist() == [text is not None and SEARCH.found(text) for text in texts]


def test_a_name_over_the_border_of_two_texts_is_none() -> None:
    """Neighbouring texts lie side by side in memory, yet make no name together."""
    assert SEARCH.hits(pa.array(["Vidya ", "Hegde", "88145", "27394"])).tolist() == [False] * 4


@pytest.mark.parametrize(
    "value", ["17", "2024", "50000", "rose", "anna"], ids=["short", "year", "amount", "word", "name"]
)
def test_a_key_that_is_a_word_or_a_small_number_is_no_term(value: str) -> None:
    """Such a key stands in many texts by chance; it goes only where it is a whole value."""
    search = TermSearch(key_terms(value), values=[value])
    assert not search.found(value)
    assert search.edited(value) is None
    assert search.edited(f"{value} more") == f"{value} more"


WRAPPED = [
    ("utf-8", "met {} today"),
    ("windows-1252", "caf\u00e9, met {} today \u00fc"),
    ("utf-16-le", "met {} today"),
    ("utf-16-be", "met {} today"),
]


@pytest.mark.parametrize(("encoding", "around"), WRAPPED)
@pytest.mark.parametrize(
    "term", ["Vidya Hegde", "Jos\u00e9 N\u00fa\u00f1ez", "+91 88145-27394", "v.hegde@corp.example"]
)
def test_bytes_are_searched_in_every_encoding(encoding: str, around: str, term: str) -> None:
    """Raw bytes show a term in UTF-8, in a Western code page and in UTF-16 either way round."""
    assert BYTES.found(around.format(term).encode(encoding))
    assert not BYTES.found(around.format("nobody").encode(encoding))


ESCAPED = [
    json.dumps({"a": "José Núñez"}).encode(),
    json.dumps({"a": json.dumps({"b": "José Núñez"})}).encode(),
    json.dumps({"a": "Vidya\nHegde"}).encode(),
    json.dumps({"a": "田中太郎"}).encode(),
    b"<a b='Jos&#233; N&#xfa;&#xF1;ez'/>",
    rb"{\rtf1 Jos\'e9 N\u250?\u241?ez}",
    b"a\tVidya\\nHegde\tb\n",
]


@pytest.mark.parametrize("data", ESCAPED)
def test_bytes_are_searched_through_escapes(data: bytes) -> None:
    """Escapes of JSON (also within JSON), XML, RTF and COPY hide no term."""
    assert BYTES.found(data)


@pytest.mark.parametrize("data", [b'"Vidya","Hegde"', b"Vidya,Hegde,1", b"<a>Vidya</a><b>Hegde</b>", b"Vidya;Hegde"])
def test_two_fields_make_no_name_in_bytes(data: bytes) -> None:
    """In bytes of unknown structure names of two fields, which may be two persons', stay apart."""
    assert not BYTES.found(data)


@pytest.mark.parametrize("at", [0, 1_998, (4 << 20) - 6, (4 << 20) - 2_050, (4 << 20) + 3])
def test_a_term_across_the_border_of_two_blocks_is_found(at: int) -> None:
    """A stream is searched whole, wherever its pieces are cut."""
    data = b"x " * (at // 2) + b"Vidya Hegde" + b" y" * 3_000
    assert BYTES.kinds([data[:at], data[at:]])["full_name"] > 0
    assert BYTES.kinds([data[: at + 4], data[at + 4 :]])["full_name"] > 0


_WORDS = ["Vidya", "Hegde", "hegde", "JOSÉ", "Nu\u0301ñez", "Núñez", "विद्या", "शर्मा", "Rahul", "told", "K"]
_PIECES = [
    "88145",
    "27394",
    "+91",
    "0",
    "8748",
    "9254",
    "5467",
    "53",
    "Station",
    "Road",
    "Mumbai",
    "813189",
    "E0000001",
]
_SIGNS = [" ", "  ", ", ", "-", ".", "/", "(", ")", "\n", "; ", "_", "\u00a0", "'", "@", ":", "<b>", ""]
_MAILS = ["v.hegde@corp.example", "V.HEGDE@corp.example", "x.v.hegde@corp.example"]
_TEXTS = st.lists(st.sampled_from([*_WORDS, *_PIECES, *_SIGNS, *_MAILS]), max_size=14).map("".join)
_ROSTER = Roster.build(
    [
        {
            "given_name": "Vidya",
            "family_name": "Hegde",
            "email": "v.hegde@corp.example",
            "phone": "+91 88145 27394",
            "national_id": "8748 9254 5467",
            "address": "53, Station Road, Mumbai 813189",
        },
        {"given_name": "José", "family_name": "Núñez"},
        {"given_name": "विद्या", "family_name": "शर्मा"},
    ]
)
_PSEUDONYMISER = Pseudonymiser(bytes(32))
_FINGERPRINTS = Fingerprints.build(_ROSTER, _PSEUDONYMISER)
_NOTHING_ACCEPTED = Accepted(())


@settings(max_examples=600, deadline=None)
@given(_TEXTS)
def test_what_the_fingerprints_know_is_found(text: str) -> None:
    """Nobody whom the leak scan would find is overlooked."""
    if _FINGERPRINTS.kinds_in(text, _PSEUDONYMISER, _NOTHING_ACCEPTED):
        assert SEARCH.found(text)


@settings(max_examples=600, deadline=None)
@given(_TEXTS)
def test_an_edited_text_holds_nothing_more(text: str) -> None:
    """Taking terms out brings no new ones about, and the quick search agrees with the slow one."""
    left = SEARCH.edited(text)
    assert left is None or not SEARCH.found(left)
    assert SEARCH.hits(pa.array([text]))[0] == SEARCH.found(text)
    assert (left == text) == (not SEARCH.found(text))


def test_the_placeholder_is_told_from_a_name() -> None:
    """Two names with a placeholder between them are not one name."""
    assert not SEARCH.found(f"Vidya {ERASED} Hegde")
