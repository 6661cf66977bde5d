"""Redaction masks whatever scanner or roster flags, once and for all."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.privacy.redact import Redactor
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.scanner import shared_scanner

ROSTER = Roster.build(
    [
        {"given_name": "Asha", "family_name": "Rao", "email": "asha.rao@corp.in", "phone": "+91 98765 43210"},
        {"given_name": "Person", "family_name": "Url", "national_id": "ZX-77-81"},
        {"given_name": "प्रिया", "family_name": "शर्मा"},
    ]
)
REDACTOR = Redactor(shared_scanner(), ROSTER)


@pytest.mark.parametrize(
    ("text", "masked", "counts"),
    [
        ("Asha Rao agreed.", "<PERSON> agreed.", {"PERSON": 1}),
        ("Asha asked Rao", "<PERSON> asked <PERSON>", {"PERSON": 2}),
        ("mail asha.rao@corp.in", "mail <EMAIL_ADDRESS>", {"EMAIL_ADDRESS": 1}),
        ("+91 98765 43210, zx7781", "<PHONE_NUMBER>, <NATIONAL_ID>", {"PHONE_NUMBER": 1, "NATIONAL_ID": 1}),
        ("कल प्रिया शर्मा आई", "कल <PERSON> आई", {"PERSON": 1}),
        ("<PERSON> met Asha", "<PERSON> met <PERSON>", {"PERSON": 1}),
        ("<ASHA> met <Asha>", "<<PERSON>> met <<PERSON>>", {"PERSON": 2}),
        ("Nothing here", "Nothing here", {}),
        ("", "", {}),
        (None, None, {}),
    ],
)
def test_examples(text: str | None, masked: str | None, counts: dict[str, int]) -> None:
    """Each flagged stretch becomes its type in brackets; placeholders that stood before stay and don't count."""
    assert REDACTOR.redact(text) == (masked, counts)


def test_overlap_takes_the_longest_type_and_masks_everything() -> None:
    """Name, URL and address inside one e-mail become one EMAIL_ADDRESS."""
    text = "see asha.rao@corp.in."
    assert [(span.start, span.end, span.entity_type) for span in REDACTOR.find(text)] == [(4, 20, "EMAIL_ADDRESS")]


def test_masking_that_uncovers_a_context_word_masks_on() -> None:
    """A number that gets near its context word only by masking what stood between is masked as well."""
    text = "license Asha Rao Asha Rao Asha Rao J1234567"
    assert "US_DRIVER_LICENSE" not in {span.entity_type for span in shared_scanner().scan(text)}
    assert REDACTOR.redact(text) == ("license <PERSON> <US_DRIVER_LICENSE>", {"PERSON": 1, "US_DRIVER_LICENSE": 1})


NAMES = ("Asha", "rao", "Person", "url", "प्रिया", "<PERSON>", "PERSON", "<", ">", ",", "\n")
NUMBERS = ("A1234567", "536904399", "98765 43210", "Z1234567", "4111 1111 1111 1111", "asha.rao@corp.in")
CONTEXT = ("license", "ssn", "passport", "call")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(NAMES + NUMBERS + CONTEXT), max_size=12),
    st.sampled_from([" ", ""]),
)
def test_redacting_twice_changes_nothing(parts: list[str], separator: str) -> None:
    """The output of redaction is its own redaction, and every flagged character is gone."""
    text = separator.join(parts)
    masked, counts = REDACTOR.redact(text)
    assert masked is not None
    assert REDACTOR.redact(masked) == (masked, {})
    spans = REDACTOR.find(text)
    assert sum(counts.values()) == len(spans)
    assert all(left.end <= right.start for left, right in pairwise(spans))
    flagged = {index for span in ROSTER.find(text) for index in range(span.start, span.end)}
    standing = {index for start in _starts(text, "<PERSON>") for index in range(start, start + len("<PERSON>"))}
    covered = {index for span in spans for index in range(span.start, span.end)}
    assert flagged - standing <= covered


def _starts(text: str, part: str) -> list[int]:
    return [index for index in range(len(text)) if text.startswith(part, index)]


def test_batch_keeps_order() -> None:
    """A batch gives each text's own answer and counts, in their order."""
    assert REDACTOR.redact_many(["Asha", None, "plain", "Rao and x@y.com"]) == [
        ("<PERSON>", {"PERSON": 1}),
        (None, {}),
        ("plain", {}),
        ("<PERSON> and <EMAIL_ADDRESS>", {"PERSON": 1, "EMAIL_ADDRESS": 1}),
    ]
