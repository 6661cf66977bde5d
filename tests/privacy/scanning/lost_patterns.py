"""Each recognizer as it is, and without one of its patterns: what a gate that never opens for a pattern would do."""

import copy
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpEngine

from pipeline.privacy.tokens import LANGUAGE


class Lost(NamedTuple):
    """One pattern, the recognizer it belongs to, and its engine's threshold."""

    recognizer: EntityRecognizer
    at: int
    threshold: float

    @property
    def name(self) -> str:
        """Of the pattern."""
        return str(self.recognizer.patterns[self.at].name)

    def matching(self, texts: Sequence[str]) -> Iterator[str]:
        """The texts in which the pattern matches."""
        compiled = regex.compile(self.recognizer.patterns[self.at].regex, self.recognizer.global_regex_flags)
        return (text for text in texts if compiled.search(text))

    def engines(self, nlp: NlpEngine) -> tuple[AnalyzerEngine, AnalyzerEngine]:
        """The recognizer alone, with and without the pattern; without its only pattern nothing is left."""
        fewer = copy.copy(self.recognizer)
        fewer.patterns = [item for at, item in enumerate(self.recognizer.patterns) if at != self.at]
        return _engine(nlp, self.recognizer, self.threshold), _engine(nlp, fewer, self.threshold)


def _engine(nlp: NlpEngine, recognizer: EntityRecognizer, threshold: float) -> AnalyzerEngine:
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=[recognizer], supported_languages=[LANGUAGE]),
        nlp_engine=nlp,
        supported_languages=[LANGUAGE],
        default_score_threshold=threshold,
        context_aware_enhancer=LemmaContextAwareEnhancer(),
    )


def patterns_of(engine: AnalyzerEngine) -> list[Lost]:
    """Every pattern of every recognizer that has patterns."""
    recognizers = engine.registry.get_recognizers(LANGUAGE, all_fields=True)
    threshold = engine.default_score_threshold
    return [Lost(item, at, threshold) for item in recognizers for at in range(len(getattr(item, "patterns", ())))]


def is_shipped(recognizer: EntityRecognizer) -> bool:
    """Whether a recognizer's class is one that Presidio or we wrote for a kind of data."""
    kind = type(recognizer)
    return kind is not PatternRecognizer and kind.__module__.partition(".")[0] in {"presidio_analyzer", "pipeline"}
