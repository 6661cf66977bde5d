"""A user's own way of weighing context sees all that Presidio would show it."""

from functools import cache
from typing import Any

import pytest
from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    EntityRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

from pipeline.privacy.scanner import make_engine
from pipeline.privacy.scanning.analyzer import FastAnalyzer
from pipeline.privacy.tokens import TokenEngine
from tests.privacy.scanning.comparison import answer, stock_analyzer

TEXTS = (
    "aa1 bb2", "bb2 see example.com", "aa1 zz bb3 example.com", "zz 1", "nothing", "mail asha@corp.in bb7", "",
    "call 415-555-2671 aa3", "bb1 \u0967\u0967 aa2",
)  # fmt: skip


class Weighing(PatternRecognizer):  # type: ignore[misc]
    """Raises what one of its patterns found, and everything beside an address that Presidio's class for them found."""

    def __init__(self) -> None:
        super().__init__("WEIGHED", patterns=[Pattern("aa", r"aa\d", 0.3), Pattern("bb", r"bb\d", 0.3)])

    def enhance_using_context(
        self,
        text: str,
        raw_recognizer_results: list[RecognizerResult],
        other_raw_recognizer_results: list[RecognizerResult],
        nlp_artifacts: Any,
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        names = {other.recognition_metadata["recognizer_name"] for other in other_raw_recognizer_results}
        for result in raw_recognizer_results:
            if result.analysis_explanation.pattern_name == "aa":
                result.score = 0.9
            if "UrlRecognizer" in names:
                result.score = 0.95
        return raw_recognizer_results


class Unexplained(EntityRecognizer):  # type: ignore[misc]
    """Finds without an explanation, and a type that it does not say it supports."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["TWO"], name="Unexplained")

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any) -> list[RecognizerResult]:
        at = text.find("zz")
        explained = RecognizerResult("TWO", at, at + 2, 0.5, AnalysisExplanation("Unexplained", 0.5))
        return [explained, RecognizerResult("OTHER", at, at + 2, 0.6)] if at >= 0 else []


class ByExplanation(LemmaContextAwareEnhancer):  # type: ignore[misc]
    """Lowers what was found by a pattern whose name says that it is weak."""

    def enhance_using_context(self, *args: Any, **words: Any) -> list[RecognizerResult]:
        results = super().enhance_using_context(*args, **words)
        for result in results:
            if "weak" in (result.analysis_explanation.pattern_name or ""):
                result.score /= 2
        return results


def engine_of_own_enhancer() -> AnalyzerEngine:
    registry = RecognizerRegistry(recognizers=make_engine().registry.recognizers)
    return AnalyzerEngine(registry=registry, nlp_engine=TokenEngine(), context_aware_enhancer=ByExplanation())


ENGINES = {
    "a hook": lambda: make_engine([Weighing()]),
    "no explanation": lambda: make_engine([Unexplained()]),
    "both": lambda: make_engine([Weighing(), Unexplained()]),
    "an enhancer": engine_of_own_enhancer,
}


@pytest.mark.parametrize("text", [*TEXTS, "card 4111 1111 1111 1111, ssn 536904399, license A1234567"])
@pytest.mark.parametrize("name", ENGINES)
def test_own_ways_see_what_presidio_shows(name: str, text: str) -> None:
    """Pattern names, classes' names and missing explanations reach a user's code as in Presidio."""
    engine, fast = analyzers(name)
    assert answer(fast.analyze, text) == answer(stock_analyzer(engine), text)


@cache
def analyzers(name: str) -> tuple[AnalyzerEngine, FastAnalyzer]:
    """Presidio's and ours over the same recognizers."""
    engine = ENGINES[name]()
    return engine, FastAnalyzer(engine)
