"""Mistakes that a fast scanner could make, planted: each is an analyzer that answers as Presidio but for one."""

import re
import unicodedata
from collections.abc import Callable, Mapping

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpEngine
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from pipeline.privacy.recognizers import SCORE_THRESHOLD, make_recognizers
from pipeline.privacy.spans import Span
from pipeline.privacy.tokens import LANGUAGE
from tests.privacy.scanning.comparison import Analyzer, stock_analyzer

Mistake = Callable[[Analyzer], Analyzer]
_REGIONS = PhoneRecognizer.DEFAULT_SUPPORTED_REGIONS


def gated(pattern: str, kind: str = "") -> Mistake:
    """Looks only at texts in which a pattern matches; for one type, or for all."""
    gate = re.compile(pattern)

    def made(truth: Analyzer) -> Analyzer:
        return lambda text: [span for span in truth(text) if gate.search(text) or (kind and span.entity_type != kind)]

    return made


def reading(change: Callable[[str], str]) -> Mistake:
    """Looks at a text that was changed first."""
    return lambda truth: lambda text: truth(change(text))


def saying(change: Callable[[str, Span], Span | None]) -> Mistake:
    """Changes or drops single spans."""

    def made(truth: Analyzer) -> Analyzer:
        return lambda text: [kept for span in truth(text) if (kept := change(text, span)) is not None]

    return made


def _in_lines(truth: Analyzer) -> Analyzer:
    """Looks at each line apart."""

    def analyze(text: str) -> list[Span]:
        found, at = [], 0
        for line in text.splitlines(keepends=True):
            found += [span._replace(start=span.start + at, end=span.end + at) for span in truth(line)]
            at += len(line)
        return sorted(found, key=lambda span: (-span.score, span.start, span.start - span.end))

    return analyze


def _counted(encoding: str, unit: int) -> Mistake:
    """Offsets count units of an encoding instead of characters."""

    def change(text: str, span: Span) -> Span:
        ahead = len(text[: span.start].encode(encoding)) // unit
        return span._replace(start=ahead, end=ahead + span.end - span.start)

    return saying(change)


def _shifted(kind: str, start: int, end: int) -> Mistake:
    def change(_: str, span: Span) -> Span:
        return span._replace(start=span.start + start, end=span.end + end) if span.entity_type == kind else span

    return saying(change)


#: Mistakes of gates, offsets, windows and order by what they do.
MISTAKES: Mapping[str, Mistake] = {
    "a digit or @ is asked for": gated(r"[\d@]"),
    "an ASCII digit is asked for": gated(r"[0-9@.:]"),
    "seven digits are asked for a phone": gated(r"(?s)(\d.*){7}", "PHONE_NUMBER"),
    "five digits are asked for a phone": gated(r"(?s)(\d.*){5}", "PHONE_NUMBER"),
    "seven ASCII digits are asked for a phone": gated(r"(?s)([0-9].*){7}", "PHONE_NUMBER"),
    "an ASCII plus or seven digits are asked for a phone": gated(r"(?s)\+|([0-9].*){7}", "PHONE_NUMBER"),
    "a dot before an ASCII letter is asked for mail": gated(r"@.*\.[A-Za-z]", "EMAIL_ADDRESS"),
    "offsets are bytes": _counted("utf-8", 1),
    "offsets are halves of pairs": _counted("utf-16-le", 2),
    "a wallet ends one early": _shifted("CRYPTO", 0, -1),
    "a national number starts one late": _shifted("IN_VOTER", 1, 0),
    "normalised before": reading(lambda text: unicodedata.normalize("NFKC", text)),
    "composed before": reading(lambda text: unicodedata.normalize("NFC", text)),
    "stripped before": reading(str.strip),
    "blanks made one": reading(lambda text: re.sub(r"\s", " ", text)),
    "in lower case": reading(str.lower),
    "in upper case": reading(str.upper),
    "without control characters": reading(lambda text: re.sub(r"[\0-\x08\x1c-\x1f]", "", text)),
    "cut at 800 characters": reading(lambda text: text[:800]),
    "one line after another": _in_lines,
    "ordered by place": lambda truth: lambda text: sorted(truth(text)),
    "ties ordered by type": lambda truth: (
        lambda text: sorted(truth(text), key=lambda span: (-span.score, span.entity_type))
    ),
    "one of two equal stretches": lambda truth: lambda text: [*{span[:2]: span for span in truth(text)}.values()],
    "a sure score is lowered": saying(lambda _, span: span._replace(score=min(span.score, 0.95))),
    "scores of context are rounded": saying(lambda _, span: span._replace(score=round(span.score, 1))),
}


def engine(
    nlp: NlpEngine, recognizers: list[EntityRecognizer], threshold: float = SCORE_THRESHOLD, **context: object
) -> Analyzer:
    """Presidio's engine as ours, but for what is given."""
    return stock_analyzer(
        AnalyzerEngine(
            registry=RecognizerRegistry(recognizers=recognizers, supported_languages=[LANGUAGE]),
            nlp_engine=nlp,
            supported_languages=[LANGUAGE],
            default_score_threshold=threshold,
            context_aware_enhancer=LemmaContextAwareEnhancer(**{"context_matching_mode": "whole_word", **context}),
        )
    )


def _phones(**settings: object) -> list[EntityRecognizer]:
    """Our recognizers, the one of phones with other settings."""
    others = [item for item in make_recognizers() if not isinstance(item, PhoneRecognizer)]
    return [*others, PhoneRecognizer(**settings)]


#: Engines with one setting other than ours.
SETTINGS: Mapping[str, Callable[[NlpEngine], Analyzer]] = {
    "context of four words": lambda nlp: engine(nlp, make_recognizers(), context_prefix_count=4),
    "context of six words": lambda nlp: engine(nlp, make_recognizers(), context_prefix_count=6),
    "context of a word after": lambda nlp: engine(nlp, make_recognizers(), context_suffix_count=1),
    "context within words": lambda nlp: engine(nlp, make_recognizers(), context_matching_mode="substring"),
    "a higher threshold": lambda nlp: engine(nlp, make_recognizers(), 0.41),
    "a lower threshold": lambda nlp: engine(nlp, make_recognizers(), 0.3),
    "context adds less": lambda nlp: engine(nlp, make_recognizers(), context_similarity_factor=0.34),
    "possible phones are enough": lambda nlp: engine(nlp, _phones(leniency=0)),
    "phones must be grouped": lambda nlp: engine(nlp, _phones(leniency=2)),
    **{
        f"phones without {lost}": lambda nlp, lost=lost: engine(
            nlp, _phones(supported_regions=tuple(region for region in _REGIONS if region != lost))
        )
        for lost in _REGIONS
        if lost not in {"US", "CA"}  # one plan of numbers: each finds what the other does
    },
    "phones without +1": lambda nlp: engine(
        nlp, _phones(supported_regions=tuple(region for region in _REGIONS if region not in {"US", "CA"}))
    ),
}
