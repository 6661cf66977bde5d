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

    A piece begins and ends after a blank where one is near, so that no word is halved; `longest` must be above
    four times `overlap`.
    """
    if len(text) <= longest:
        yield Piece(text_index, text, 0, 0, len(text))
        return
    own = 0
    while own < len(text):
        end = _after_blank(text, own + longest - 3 * overlap, overlap)
        start, stop = _after_blank(text, own - overlap, overlap), _after_blank(text, end + overlap, overlap)
        yield Piece(text_index, text[start:stop], start, own, end)
        own = end


def _after_blank(text: str, at: int, reach: int) -> int:
    """The last place in (at - reach, at] where a word begins; `at` where there is none. Kept within the text."""
    if at <= 0 or at >= len(text):
        return max(0, min(at, len(text)))
    for place in range(at, max(at - reach, 0), -1):
        if text[place - 1].isspace() and not text[place].isspace():
            return place
    return at


def merged(pieces: Sequence[Piece], found: Sequence[Sequence[Span]], count: int) -> list[list[Span]]:
    """Spans of the pieces as spans of `count` texts; each comes from the piece that owns its beginning."""
    spans: list[list[Span]] = [[] for _ in range(count)]
    for piece, some in zip(pieces, found, strict=True):
        mine = spans[piece.text_index]
        for span in some:
            start, end = span.start + piece.start, span.end + piece.start
            if piece.own <= start < piece.end and (not mine or mine[-1].end <= start):
                mine.append(span._replace(start=start, end=end))
    return spans
