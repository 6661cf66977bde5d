"""Nicknames and initials of the roster's people."""

import pickle

import pytest

from pipeline.errors import PrivacyError
from pipeline.privacy.rosters.nicknames import other_forms
from pipeline.privacy.rosters.roster import Roster

ROSTER = Roster.build(
    [
        {"given_name": "Robert", "family_name": "Sharma"},
        {"given_name": "William", "family_name": "Fox"},
        {"given_name": "Abhishek", "family_name": "Gupta"},
        {"given_name": "Katharina", "family_name": "Vogt"},
        {"given_name": "François", "family_name": "Petit"},
        {"given_name": "Bill", "family_name": "Yates"},
        {"given_name": "Yan", "family_name": "Li"},
        {"given_name": "Édith", "family_name": "Roux"},
    ]
)


def people(text: str) -> list[str]:
    return [text[span.start : span.end] for span in ROSTER.find(text) if span.entity_type == "PERSON"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bob left", ["Bob"]),
        ("ask bobby", ["bobby"]),
        ("Bob Sharma", ["Bob Sharma"]),
        ("Abhi left", ["Abhi"]),
        ("Kathi kommt", ["Kathi"]),
        ("vu avec Fanfan", ["Fanfan"]),
        ("Billy Fox", ["Billy Fox"]),
        ("Will agreed", ["Will"]),
        ("she will pay the bill", []),
        ("bill fox", []),
        ("William Yates", ["William Yates"]),
        ("Willy left", ["Willy"]),
        ("Jack left", []),
        ("Bobsled", []),
    ],
)
def test_nicknames(text: str, expected: list[str]) -> None:
    """A nickname counts as the name does, in both directions; one that is a word counts with a capital."""
    assert people(text) == expected


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [("robert", "bob", True), ("bob", "robert", True), ("bob", "rob", False), ("asha", "robert", False)],
)
def test_forms_of_a_name(name: str, form: str, expected: bool) -> None:
    """The table leads from a name to its nicknames and back, not from one nickname to another."""
    assert (form in other_forms(name)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R. Sharma said", ["R. Sharma"]),
        ("R.Sharma said", ["R.Sharma"]),
        ("A. K. Sharma said", ["A. K. Sharma"]),
        ("A.K. Sharma said", ["A.K. Sharma"]),
        ("R Sharma said", ["R Sharma"]),
        ("X Sharma said", ["Sharma"]),
        ("I Sharma said", ["Sharma"]),
        ("Sharma R. said", ["Sharma R."]),
        ("Sharma, R. said", ["Sharma, R."]),
        ("Sharma R said", ["Sharma R"]),
        ("Sharma X. said", ["Sharma"]),
        ("Sharma R&D", ["Sharma"]),
        ("Sharma. R. said", ["Sharma"]),
        ("Robert A. B. Sharma", ["Robert A. B. Sharma"]),
        ("É. Roux", ["É. Roux"]),
        ("Y. Li said", ["Y. Li"]),
        ("Li said", []),
        ("r. fox", []),
    ],
)
def test_initials_beside_a_name(text: str, expected: list[str]) -> None:
    """Initials belong to the name: dotted before it, else those that somebody has beside it."""
    assert people(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Robert Sharma came. R.S. agreed", ["Robert Sharma", "R.S."]),
        ("R. S. agreed with Robert K. Sharma, and R.K.S. too", ["R. S.", "Robert K. Sharma", "R.K.S."]),
        ("R.S. agreed", []),
        ("Robert came. R.S. agreed", ["Robert"]),
        ("Robert Sharma came. RS agreed, U.S. too", ["Robert Sharma"]),
    ],
)
def test_initials_alone(text: str, expected: list[str]) -> None:
    """They count where they are dotted and those of a full name in the same text."""
    assert people(text) == expected


def test_a_roster_is_not_sent() -> None:
    """A task that captures a roster fails with the reason, and none of its values in it."""
    ROSTER.find("")
    with pytest.raises(PrivacyError, match="a roster can't be pickled") as raised:
        pickle.dumps(ROSTER)
    assert "Sharma" not in str(raised.value)
