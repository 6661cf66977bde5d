"""Each recognizer as it is, and without one of its patterns: what a gate that never opens for a pattern would do."""

import copy
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import regex
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpEngine

from pipeline.privacy.tokens import LANGUAGE


class Lost(NamedTuple):
    """One pattern and the recognizer it belongs to."""

    recognizer: EntityRecognizer
    at: int

    @property
    def name(self) -> str:
        return f"{type(self.recognizer).__name__} {self.at} {self.recognizer.patterns[self.at].name}"

    def matching(self, texts: Sequence[str]) -> Iterator[str]:
        """The texts in which the pattern matches."""
        compiled = regex.compile(self.recognizer.patterns[self.at].regex, self.recognizer.global_regex_flags)
        return (text for text in texts if compiled.search(text))

    def engines(self, nlp: NlpEngine, threshold: float) -> tuple[AnalyzerEngine, AnalyzerEngine]:
        """The recognizer alone, with and without the pattern; without its only pattern nothing is left."""
        fewer = copy.copy(self.recognizer)
        fewer.patterns = [item for at, item in enumerate(self.recognizer.patterns) if at != self.at]
        return _engine(nlp, self.recognizer, threshold), _engine(nlp, fewer, threshold)


def _engine(nlp: NlpEngine, recognizer: EntityRecognizer, threshold: float) -> AnalyzerEngine:
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=[recognizer], supported_languages=[LANGUAGE]),
        nlp_engine=nlp,
        supported_languages=[LANGUAGE],
        default_score_threshold=threshold,
        context_aware_enhancer=LemmaContextAwareEnhancer(),
    )


def patterns_of(recognizers: Sequence[EntityRecognizer]) -> list[Lost]:
    """Every pattern of every recognizer that has patterns."""
    return [Lost(item, at) for item in recognizers for at in range(len(getattr(item, "patterns", ())))]
