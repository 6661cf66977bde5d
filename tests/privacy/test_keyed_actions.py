"""Pseudonyms and redaction as refine applies them, a batch at a time: what is equal stays equal, blanks name nobody."""

import unicodedata
from typing import Any

import pyarrow as pa
import pytest

from pipeline.keys import KEY_BYTES
from pipeline.privacy.kernel import mask_batch
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.redact import Redactor
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.scanner import shared_scanner

PSEUDONYMISER = Pseudonymiser(b"k" * KEY_BYTES)
ZOE = "Zoë"


def masked(values: list[str | None], domain: str = "", *, redact: bool = False) -> tuple[list[Any], list[Any]]:
    """The column after its action, and what was counted."""
    batch = pa.record_batch(
        {
            "x": pa.array(values, pa.string()),
            "_digest": pa.array([b"d"] * len(values), pa.binary()),
            "_counts": pa.array([[]] * len(values), pa.map_(pa.string(), pa.int64())),
        }
    )
    redactor = Redactor(shared_scanner(), Roster.build([])) if redact else None
    hashed, texts = ({}, ("x",)) if redact else ({"x": domain}, ())
    found = mask_batch(batch, hashed, texts, PSEUDONYMISER, redactor)
    return found.column("x").to_pylist(), found.column("_counts").to_pylist()


@pytest.mark.parametrize("blank", [None, "", " ", "\t\n", "\N{NO-BREAK SPACE}"])
def test_blanks_have_no_pseudonym(blank: str | None) -> None:
    """Else all rows without a value would seem to be of one person."""
    assert masked([blank, "7"], "employee")[0][0] is None


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        (unicodedata.normalize("NFC", ZOE), unicodedata.normalize("NFD", ZOE), True),
        (" E1 ", "E1", True),
        ("E1", "e1", False),
        ("E1", "E2", False),
        ("🙂", "🙃", False),
    ],
)
def test_what_is_one_value_has_one_pseudonym(one: str, other: str, equal: bool) -> None:
    """Forms of Unicode and blanks around a value are no part of it; letters and signs are."""
    first, second = masked([one, other], "employee")[0]
    assert (first == second) is equal


def test_sources_that_share_a_domain_join() -> None:
    """Equal in every batch of every source of one domain, whatever stands beside it; in no other domain."""
    here, there = masked(["E1", "E2"], "employee")[0], masked(["E2", None, "E1"], "employee")[0]
    assert (here[0], here[1]) == (there[2], there[0])
    assert not {*masked(["E1", "E2"], "manager")[0]} & {*here}


def test_a_pseudonym_says_nothing_of_length_or_order() -> None:
    """32 hex digits for a letter and for a book."""
    assert {len(name) for name in masked(["a", "b" * 100_000], "employee")[0]} == {32}


@pytest.mark.parametrize("text", [None, "", " ", "nothing to see", "日本語 🙂"])
def test_texts_about_nobody_stay(text: str | None) -> None:
    """Redaction touches no other text, and counts nothing there."""
    assert masked([text], redact=True) == ([text], [[]])


def test_what_is_redacted_is_counted_by_kind() -> None:
    """The value is gone, the words around it stay, and the row counts what was masked."""
    [[text], [counts]] = masked(["Write to asha.rao@example.com today"], redact=True)
    assert "asha" not in text
    assert text.startswith("Write to ")
    assert text.endswith(" today")
    assert counts == [("masked:EMAIL_ADDRESS", 1)]
