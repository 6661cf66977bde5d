"""A stretch of text that says something about a person."""

from typing import NamedTuple


class Span(NamedTuple):
    """Characters [start, end) of a text; `score` is the finder's confidence in (0, 1]."""

    start: int
    end: int
    entity_type: str
    score: float
