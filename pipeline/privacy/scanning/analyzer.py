"""Presidio's answer, an order faster: the same spans, types, scores and order as `AnalyzerEngine.analyze`."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

from presidio_analyzer import AnalysisExplanation, AnalyzerEngine, EntityRecognizer, RecognizerResult
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import SpacyRecognizer

from pipeline.privacy.scanning.context import Context
from pipeline.privacy.scanning.findings import SETTLED, SOURCE, Finding, finding_of, without_duplicates
from pipeline.privacy.scanning.patterns import PatternSearch, is_gated
from pipeline.privacy.scanning.phones import PhoneSearch, is_plain_phone
from pipeline.privacy.spans import Span
from pipeline.privacy.tokens import TokenEngine
from pipeline.privacy.words import Words


class FastAnalyzer:
    """Any engine of Presidio's as it is configured when this is made.

    Recognizers that only search for patterns are gated together; Presidio's phone recognizer runs once for all its
    regions; any other class runs unchanged. Words are looked for only in texts with a finding that they may speak for.
    """

    def __init__(self, engine: AnalyzerEngine, language: str = "en") -> None:
        self._engine = engine
        self._language = language
        recognizers = engine.registry.get_recognizers(language=language, all_fields=True)
        for recognizer in recognizers:
            if not recognizer.is_loaded:
                recognizer.load()
                recognizer.is_loaded = True
        self._recognizers = recognizers
        self._entities = engine.get_supported_entities(language)
        self._patterns = PatternSearch([item for item in recognizers if is_gated(item)])
        self._phones = [PhoneSearch(item) for item in recognizers if is_plain_phone(item)]
        self._others = [item for item in recognizers if not (is_gated(item) or is_plain_phone(item) or self._is_idle(item))]
        self._context = self._own_context()
        self._thresholds = {item.id: item.score_thresholds for item in recognizers}

    def analyze(self, text: str) -> list[Span]:
        """What `engine.analyze(text, language)` answers, in its order: best score first."""
        return self.analyze_many([text])[0]

    def analyze_many(self, texts: Sequence[str]) -> list[list[Span]]:
        """`analyze` of each text, in their order; a language model reads them together."""
        return [self._answer(text, artifacts) for text, artifacts in zip(texts, self._read(texts), strict=True)]

    def _is_idle(self, recognizer: EntityRecognizer) -> bool:
        """Whether a recognizer passes on what the language engine names, and the engine names nothing."""
        passes_on = type(recognizer).analyze is SpacyRecognizer.analyze
        return passes_on and type(self._engine.nlp_engine) is TokenEngine

    def _own_context(self) -> Context | None:
        """Our way of weighing context; None where the engine or a recognizer has one of its own."""
        enhancer = self._engine.context_aware_enhancer
        own = EntityRecognizer.enhance_using_context
        if type(enhancer) is not LemmaContextAwareEnhancer:
            return None
        if any(type(item).enhance_using_context is not own for item in self._recognizers):
            return None
        return Context(enhancer, self._recognizers)

    def _read(self, texts: Iterable[str]) -> Iterator[Callable[[], NlpArtifacts]]:
        """What the language engine makes of each text, when it is asked for."""
        engine = self._engine.nlp_engine
        if self._others:
            for _, artifacts in engine.process_batch(texts, self._language):
                yield lambda artifacts=artifacts: artifacts
        else:
            for text in texts:
                yield cache(lambda text=text: engine.process_text(text, self._language))

    def _answer(self, text: str, artifacts: Callable[[], NlpArtifacts]) -> list[Span]:
        findings = self._patterns.find(text)
        for phones in self._phones:
            findings += phones.find(text)
        for other in self._others:
            results = other.analyze(text=text, entities=self._entities, nlp_artifacts=artifacts())
            findings += [finding_of(result, other) for result in results or ()]
        if self._context is None:
            findings = self._weighed_by_presidio(text, findings, artifacts())
        elif findings:
            known = [finding for finding in findings if finding.source in self._thresholds]
            findings = self._context.raised(known, cache(lambda: self._words(text, artifacts)))
        kept = [finding for finding in findings if finding.score >= self._least(finding)]
        return [Span(*finding[:4]) for finding in without_duplicates(kept)]

    def _words(self, text: str, artifacts: Callable[[], NlpArtifacts]) -> Words:
        engine = self._engine.nlp_engine
        return engine.words(text) if type(engine) is TokenEngine else Words.of(artifacts())

    def _least(self, finding: Finding) -> float:
        thresholds = self._thresholds.get(finding.source, {})
        default = thresholds.get("default", self._engine.default_score_threshold)
        return float(thresholds.get(finding.entity_type, default))

    def _weighed_by_presidio(self, text: str, findings: Sequence[Finding], artifacts: NlpArtifacts) -> list[Finding]:
        results = [_result(finding) for finding in findings]
        weighed = self._engine._enhance_using_context(text, results, artifacts, self._recognizers)
        return [finding_of(result) for result in weighed]


def _result(finding: Finding) -> RecognizerResult:
    told = {SOURCE: finding.source, **({SETTLED: True} if finding.settled else {})}
    explanation = AnalysisExplanation("", finding.score)
    return RecognizerResult(finding.entity_type, finding.start, finding.end, finding.score, explanation, told)
