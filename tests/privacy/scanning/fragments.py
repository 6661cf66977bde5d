"""What patterns match, drawn from the patterns themselves, and the words that stand beside it."""

import re
import warnings
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from presidio_analyzer import EntityRecognizer

_FLAGS = re.DOTALL | re.MULTILINE | re.IGNORECASE  # Presidio's defaults
#: Presidio's numbers are of any script; in ASCII alone, far more of them pass their check digits.
_WAYS = ((re.ASCII, True), (re.ASCII, False), (0, True), (0, False))


@dataclass(frozen=True)
class Source:
    """One recognizer as the makers of texts see it.

    Attributes:
        entity_type: the first that it finds.
        context: its context words.
        fragments: texts that one of its patterns matches somewhere, by pattern; empty for a recognizer by code.
    """

    entity_type: str
    context: tuple[str, ...]
    fragments: tuple[tuple[str, ...], ...]


def sources_of(recognizers: Sequence[EntityRecognizer], seed_number: int, each: int) -> tuple[Source, ...]:
    """Every recognizer's patterns with about `each` fragments; equal seeds give equal fragments."""
    return tuple(
        Source(
            recognizer.supported_entities[0],
            tuple(recognizer.context or ()),
            tuple(
                fragments
                for pattern in getattr(recognizer, "patterns", ())
                if (fragments := drawn(pattern.regex, seed_number, each))
            ),
        )
        for recognizer in recognizers
    )


@cache
def drawn(regex: str, seed_number: int, count: int) -> tuple[str, ...]:
    """Texts in which `regex` matches; none where only Presidio's engine reads it (properties, fuzzy)."""
    found: list[str] = []
    warnings.filterwarnings("ignore", "Possible nested set", FutureWarning)
    for ascii_only, whole in _WAYS:
        try:
            compiled = re.compile(regex, _FLAGS | ascii_only)
        except re.error:
            return ()

        @seed(seed_number)
        @settings(
            max_examples=-(-count // len(_WAYS)),
            phases=[Phase.generate],
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(st.from_regex(compiled, fullmatch=whole))
        def collect(text: str) -> None:
            found.append(text)

        with suppress(Unsatisfiable):  # an anchored pattern may have no text of that way
            collect()
    return tuple(found)
