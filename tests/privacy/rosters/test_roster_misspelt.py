"""Misspelt names are found where something else says that they are names, and ordinary words are left alone."""

import random
from collections.abc import Callable

import pytest

from pipeline.privacy.ordinary_words import is_ordinary
from pipeline.privacy.rosters.roster import Roster
from tests.privacy.rosters.many_people import listed, misspelt, names_of, personless_notes, roster_of

ROSTER = Roster.build(
    [
        {"given_name": "Asha", "family_name": "Rao"},
        {"given_name": "Ravi", "family_name": "Gupta"},
        {"given_name": "Lakshmi", "family_name": "Subramanian"},
        {"given_name": "José", "family_name": "Müller-Weiß"},
        {"given_name": "Katharina", "family_name": "Meier"},
        {"given_name": "Mohammed", "family_name": "O'Neill"},
        {"given_name": "प्रिया", "family_name": "शर्मा"},
        {"given_name": "Robert", "family_name": "Marker"},
        {"given_name": "Na", "family_name": "Li"},
    ]
)


def people(text: str) -> list[str]:
    return [text[span.start : span.end] for span in ROSTER.find(text) if span.entity_type == "PERSON"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we met Asha Roa", ["Asha Roa"]),
        ("we met Ahsa Rao", ["Ahsa Rao"]),
        ("Roa, Asha was there", ["Roa", "Asha"]),
        ("ASHA ROA", ["ASHA ROA"]),
        ("Asha K. Raoo", ["Asha K. Raoo"]),
        ("Bob Marcer", ["Bob Marcer"]),
        ("José Müller-Wiess", ["José Müller-Wiess"]),
        ("Mohammed O\u2019Neil", ["Mohammed O\u2019Neil"]),
        ("कल प्रिया शर्म आई", ["प्रिया शर्म"]),
        ("R. Guptaa agreed", ["R. Guptaa"]),
        ("K Meyer agreed", ["K Meyer"]),
        ("Asha Meyr", ["Asha"]),
        ("asha roa", ["asha"]),
        ("Asha said. Roa", ["Asha"]),
        ("Asha and Roa", ["Asha"]),
        ("Asha Run", ["Asha"]),
        ("X. Guptaa agreed", []),
    ],
)
def test_beside_kin(text: str, expected: list[str]) -> None:
    """A misspelt word counts beside a name, nickname or initial that the meant one has in the roster, in any length."""
    assert people(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we met Mr Guptaa", ["Guptaa"]),
        ("Frau Mejer kommt", ["Mejer"]),
        ("Herrn Markr", ["Markr"]),
        ("Mme Katarina", ["Katarina"]),
        ("Shri. Gupt", ["Gupt"]),
        ("श्री शमा आए", []),
        ("श्री शर्माा आए", ["शर्माा"]),
        ("Mr Rau", []),
        ("Mr Market", []),
        ("mr guptaa", []),
    ],
)
def test_after_a_title(text: str, expected: list[str]) -> None:
    """A misspelt word of four letters or more counts after a title, unless it is ordinary."""
    assert people(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("we met Guptaa today", ["Guptaa"]),
        ("we met Laxmi, then left", ["Laxmi"]),
        ("we met Muhamad's team", ["Muhamad"]),
        ("a point was made by Katarina.", ["Katarina"]),
        ("vu avec Katarina hier", ["Katarina"]),
        ("Guptaa was there", []),
        ("It ended. Guptaa left", []),
        ("- Guptaa", []),
        ("we met guptaa today", []),
        ("we met GUPTAA today", []),
        ("we met Rau today", []),
        ("we met Subramani today", []),
        ("we met Guptaa Systems today", []),
        ("the New Guptaa opened", []),
        ("we saw the Market today", []),
        ("das wurde mit Guptaa besprochen", []),
        ("Die Abgabe der Katarine ist am Freitag", []),
        ("write to x@Guptaa.org or Guptaa.org", []),
    ],
)
def test_alone(text: str, expected: list[str]) -> None:
    """By itself it counts only as the one word with a capital within a sentence, one edit away, never in German."""
    assert people(text) == expected


@pytest.mark.parametrize(
    "written", ["Laxmi", "Lakshmy", "Muhammad", "Mohamed", "Katarina", "Catharina", "Meyer", "Maier"]
)
def test_other_transliterations(written: str) -> None:
    """A word that sounds like a name is a misspelling of it."""
    assert people(f"we met {written} today") == [written]


@pytest.mark.parametrize(("word", "expected"), [("goals", True), ("planning", True), ("gupta", False), ("rao", False)])
def test_ordinary_words(word: str, expected: bool) -> None:
    """Listed words are ordinary, with common endings too."""
    assert is_ordinary(word) is expected


SENTENCES = ("We talked to {} about the goals.", "The client, {}, wrote a friendly letter.", "Vu avec {} hier soir.")
GERMAN = "Das Gespräch wurde mit {} geführt."
Pair = tuple[str, str]
Written = Callable[[random.Random, Pair], str]


def one_part(rng: random.Random, name: Pair) -> str:
    edited = misspelt(rng, name[0]), misspelt(rng, name[1])
    return rng.choice((f"{edited[0]} {name[1]}", f"{name[0]} {edited[1]}"))


MEASURED: list[tuple[str, Written, tuple[str, ...], float]] = [
    ("exact", lambda rng, name: " ".join(name), (*SENTENCES, GERMAN), 0.99),
    ("one part misspelt", one_part, (*SENTENCES, GERMAN), 0.97),
    (
        "misspelt family after a title",
        lambda rng, name: misspelt(rng, name[1]),
        ("Dr. {} said so.", "Mit Frau {}."),
        0.9,
    ),
    ("misspelt given alone", lambda rng, name: misspelt(rng, name[0]), SENTENCES, 0.75),
    ("misspelt family alone", lambda rng, name: misspelt(rng, name[1]), SENTENCES, 0.75),
]


@pytest.mark.parametrize(("what", "written", "sentences", "least"), MEASURED, ids=[row[0] for row in MEASURED])
def test_recall_among_40000_names(what: str, written: Written, sentences: tuple[str, ...], least: float) -> None:
    """Of 2,000 planted names as many are masked wholly as the rules promise."""
    rng = random.Random(what)
    roster, (given, family) = roster_of(40_000, 40_000), map(frozenset, listed())
    known = [name for name in names_of(40_000, 40_000) if name[0] in given or name[1] in family]
    found = sum(masked_wholly(roster, rng.choice(sentences), written(rng, rng.choice(known))) for _ in range(2_000))
    assert found / 2_000 >= least


def masked_wholly(roster: Roster, sentence: str, name: str) -> bool:
    text, start = sentence.replace("{}", name), sentence.index("{}")
    masked = {at for span in roster.find(text) for at in range(span.start, span.end)}
    return all(at in masked for at in range(start, start + len(name)) if text[at].isalnum())


@pytest.mark.parametrize(("count", "words"), [(400, 400), (5_000, 5_000), (40_000, 40_000)])
def test_precision_among_many_names(count: int, words: int) -> None:
    """Notes that name nobody have at most one stretch masked in 1,000 notes."""
    roster = roster_of(count, words)
    notes = personless_notes(4_000, seed=count)
    assert sum(len(roster.find(note)) for note in notes) <= len(notes) / 1_000
