"""Texts too long for a model, in pieces that overlap, and the spans of the pieces as spans of the text."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipeline.privacy.spans import Span


class Piece(NamedTuple):
    """Part of text number `text_index`: `text` begins at character `start`; spans that begin in [own, end) count."""

    text_index: int
    text: str
    start: int
    own: int
    end: int


def cut(text_index: int, text: str, longest: int, overlap: int) -> Iterator[Piece]:
    """The text whole, or pieces of at most `longest` characters that see `overlap` beyond what is theirs.

    A piece begins and ends after a blank where one is near, so that no word is halved.
    """
    if len(text) <= longest:
        yield Piece(text_index, text, 0, 0, len(text))
        return
    own = 0
    while own < len(text):
        end = _after_blank(text, min(own + longest - 2 * overlap, len(text)), overlap)
        start = _after_blank(text, max(own - overlap, 0), own)
        stop = _after_blank(text, min(end + overlap, len(text)), overlap)
        yield Piece(text_index, text[start:stop], start, own, end)
        own = end
