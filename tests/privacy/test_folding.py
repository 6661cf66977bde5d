"""Folding keeps the way back to the original characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.privacy.folding import edge, fold, is_word, unaccented, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Asha RAO", "asha rao"),
        ("Straße", "strasse"),
        ("e\u0301", "\u00e9"),
        ("O\u2019Neil", "o'neil"),
        ("Jean\u2011Luc", "jean-luc"),
        ("Ａｓｈａ", "asha"),
        ("a\u00a0b\tc", "a b c"),
        ("", ""),
    ],
)
def test_equal_writings_fold_alike(text: str, expected: str) -> None:
    """Case, width, composition, quotes, dashes and blanks don't count."""
    assert fold(text).text == expected


@given(st.text(max_size=60))
def test_folded_characters_lead_back(text: str) -> None:
    """Every folded character comes from a stretch of the text, in order, and folding twice changes nothing."""
    found = fold(text)
    assert len(found.text) == len(found.starts) == len(found.ends)
    places = list(zip(found.starts, found.ends, strict=True))
    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@given(st.text(max_size=40))
def test_composition_does_not_count(text: str) -> None:
    """Composed and decomposed forms of a text have the same words."""
    assert words(unicodedata.normalize("NFC", text)) == words(unicodedata.normalize("NFD", text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("प्रिया शर्मा, hello", ["प्रिया", "शर्मा", "hello"]),
        ("தமிழ் செல்வி", ["தமிழ்", "செல்வி"]),
        ("a_b-c.d", ["a", "b", "c", "d"]),
        ("...", []),
    ],
)
def test_words_keep_their_marks(text: str, expected: list[str]) -> None:
    """Vowel signs of Indian scripts belong to their word; punctuation and underscores part words."""
    assert words(text) == [unicodedata.normalize("NFKC", word) for word in expected]


@pytest.mark.parametrize(
    ("outside", "inside", "expected"),
    [("", "a", True), (" ", "a", True), ("b", "a", False), ("7", "a", False), ("ा", "र", False), ("今", "伟", True)],
)
def test_edges_of_words(outside: str, inside: str, expected: bool) -> None:
    """A word ends where no letter, digit or mark follows; scripts without blanks need no edge."""
    assert edge(outside, inside) is expected


def test_marks_and_joiners_are_parts_of_words() -> None:
    """A vowel sign and a zero-width joiner continue a word; a hyphen does not."""
    assert [is_word(char) for char in ("\u093e", "\u200d", "x", "-", "_")] == [True, True, True, False, False]


def test_only_latin_letters_lose_accents() -> None:
    """Accents fall from Latin letters and stay where they make another letter."""
    assert unaccented("josé müller") == "jose muller"
    assert unaccented("प्रिया") == "प्रिया"
