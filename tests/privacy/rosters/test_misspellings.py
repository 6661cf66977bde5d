"""The index of deletions finds what a comparison with every word finds, in little memory."""

import random
import string
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.privacy.rosters.misspellings import Misspellings, distance, sound
from tests.privacy.rosters.many_people import composed, misspelt

WORDS = st.text("abck", min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("rao", "rao", 0),
        ("rao", "roa", 1),
        ("rao", "ra", 1),
        ("rao", "raoo", 1),
        ("rao", "rau", 1),
        ("rao", "ora", 2),
        ("", "rao", 3),
        ("müller", "muller", 1),
    ],
)
def test_distance(one: str, other: str, expected: int) -> None:
    """Letters inserted, left out, replaced or swapped with a neighbour count one each, in both directions."""
    assert distance(one, other) == distance(other, one) == expected


@given(st.lists(WORDS, unique=True, min_size=1, max_size=30), WORDS)
@settings(max_examples=200, deadline=None)
def test_as_a_comparison_with_every_word(words: list[str], word: str) -> None:
    """One edit, two for words of nine letters and more, or an equal sound from five letters on."""
    expected = {
        number
        for number, known in enumerate(words)
        if 0 < distance(word, known) <= (2 if len(known) >= 9 else 1)
        or (min(len(word), len(known)) >= 5 and sound(word) == sound(known))
    }
    assert set(Misspellings(words).near(word)) == expected


@pytest.mark.parametrize(
    "spellings",
    [
        ("lakshmi", "laxmi", "lakshmee"),
        ("mohammed", "muhammad", "mohamed", "mohamad"),
        ("meier", "maier", "meyer", "mayer"),
        ("mueller", "muller"),
        ("philipp", "filip"),
        ("schmidt", "shmidt"),
        ("pooja", "puja"),
    ],
)
def test_one_sound(spellings: tuple[str, ...]) -> None:
    """Usual transliterations of one name sound alike."""
    assert len(set(map(sound, spellings))) == 1


@pytest.mark.parametrize(("one", "other"), [("meier", "maurer"), ("rao", "roy"), ("sharma", "verma"), ("anna", "ina")])
def test_different_sounds(one: str, other: str) -> None:
    """Different names don't."""
    assert sound(one) != sound(other)


def test_40000_words() -> None:
    """The arrays take at most 20 MB, and each misspelt word leads to its own."""
    rng = random.Random(2)
    words = sorted({composed(rng).lower() for _ in range(60_000)})[:40_000]
    index = Misspellings(words)
    assert index.size <= 20e6
    for number in rng.sample(range(len(words)), 200):
        assert number in index.near(misspelt(rng, words[number]).lower())


def test_nobody_known() -> None:
    """An index of nothing finds nothing."""
    assert [Misspellings([]).near("".join(word)) for word in product(string.ascii_lowercase[:2], repeat=2)] == [{}] * 4
