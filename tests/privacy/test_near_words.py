"""The neighbourhood of a place in a long text has the words that the whole text has there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.privacy.near_words import NearWords
from pipeline.privacy.tokens import TokenEngine

ENGINE = TokenEngine()
PARTS = [
    "the",
    "card",
    "is",
    "Passport:",
    "no:the",
    "x",
    "don't",
    "1,000",
    "a@b.in",
    "é",
    "\u0928\u093e\u092e",
    "...",
    "\n\n",
    "  ",
    "U.S.",
]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=60), st.integers(0, 400), st.sampled_from([1, 40, 300]))
def test_near_words_are_those_of_the_whole_text(parts: list[str], place: int, times: int) -> None:
    """Stop words, blanks and colons far away change nothing: the same keywords, or the same refusal."""
    text = " ".join(parts * times)
    start = place % len(text)
    whole, near = ENGINE.words(text), NearWords(text, ENGINE.words)
    try:
        expected = whole.around(start, 5, 0)
    except ValueError:
        with pytest.raises(ValueError, match="no word at the place"):
            near.around(start, 5, 0)
    else:
        assert near.around(start, 5, 0) == expected


def test_far_keywords_are_reached() -> None:
    """Thousands of stop words between a place and its keywords are passed over, as in the whole text."""
    text = "passport number " + "the of and " * 3000 + "A1234567 " + "the of " * 3000 + "end"
    start = text.index("A1234567")
    assert NearWords(text, ENGINE.words).around(start, 5, 1) == ENGINE.words(text).around(start, 5, 1)
    assert "passport" in NearWords(text, ENGINE.words).around(start, 5, 1)
