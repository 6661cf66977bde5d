"""What a user's texts are searched with: patterns alone, all that a run masks by, or Presidio as it comes."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from presidio_analyzer import EntityRecognizer

from pipeline.privacy.explained import Reason, explain_known, explain_patterns
from pipeline.privacy.names.finder import NameFinder
from pipeline.privacy.redact import Redactor
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.scanner import make_engine, scanner_with
from pipeline.privacy.spans import Span
from pipeline.privacy.stock import make_stock_engine
from pipeline.privacy.tokens import LANGUAGE

NOBODY = Roster.build([])


class Search(NamedTuple):
    """A way to look through texts.

    Attributes:
        find: the spans of each text, in the order of the texts.
        explain: every finding in one text with its reason; slow, for people.
        entity_types: what it can find.
    """

    find: Callable[[Sequence[str]], list[list[Span]]]
    explain: Callable[[str], list[Reason]]
    entity_types: frozenset[str]


def pattern_search(recognizers: Sequence[EntityRecognizer] = ()) -> Search:
    """Presidio's own answer with our recognizers and a user's: spans may overlap, the best score comes first."""
    scanner = scanner_with(recognizers)
    engine = cache(lambda: make_engine(recognizers))
    return Search(scanner.scan_many, lambda text: explain_patterns(engine(), text), scanner.entity_types)


def redaction_search(
    recognizers: Sequence[EntityRecognizer], roster: Roster, names: NameFinder | None, known_from: str
) -> Search:
    """The stretches that redaction masks, in the order of the text, none overlapping another.

    Args:
        recognizers: a user's own.
        roster: people that are known; `NOBODY` for none.
        names: the name model, if there is one.
        known_from: where the roster comes from, in words.
    """
    redactor = Redactor(scanner_with(recognizers), roster, names)
    engine = cache(lambda: make_engine(recognizers))

    def explain(text: str) -> list[Reason]:
        modelled = names.find_many([text])[0] if names else []
        return [
            *explain_known(roster.find(text), f"roster, known from {known_from}"),
            *explain_known(modelled, "the name model"),
            *explain_patterns(engine(), text),
        ]

    return Search(redactor.find_many, explain, redactor.entity_types)


def stock_search() -> Search:
    """Presidio as it comes; see `make_stock_engine`."""
    engine = make_stock_engine()

    def find(texts: Sequence[str]) -> list[list[Span]]:
        return [
            [Span(item.start, item.end, item.entity_type, item.score) for item in engine.analyze(text, LANGUAGE)]
            for text in texts
        ]

    return Search(find, lambda text: explain_patterns(engine, text), frozenset(engine.get_supported_entities(LANGUAGE)))
