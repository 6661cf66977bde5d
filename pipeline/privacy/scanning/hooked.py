"""Engines that weigh context in a way of their own: Presidio's own results, of the recognizers that can have any."""

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerResult

from pipeline.privacy.scanning.findings import SOURCE, Finding, finding_of
from pipeline.privacy.scanning.patterns import PatternSearch, is_gated
from pipeline.privacy.scanning.reading import Reading


def weighs_itself(recognizer: EntityRecognizer) -> bool:
    """Whether a recognizer changes scores by a method of its own."""
    return type(recognizer).enhance_using_context is not EntityRecognizer.enhance_using_context


class Hooked:
    """What a user's hook is shown is what Presidio would show it: names, explanations, results of all recognizers."""

    def __init__(
        self,
        engine: AnalyzerEngine,
        recognizers: list[EntityRecognizer],
        patterns: PatternSearch,
        entities: list[str],
    ) -> None:
        self._engine = engine
        self._recognizers = recognizers
        self._patterns = patterns
        self._entities = entities

    def find(self, reading: Reading) -> list[Finding]:
        """All findings of a text, their scores raised."""
        fires = self._patterns.that_can_fire(reading.text)
        results: list[RecognizerResult] = []
        for recognizer in self._recognizers:
            if is_gated(recognizer) and recognizer.id not in fires:
                continue
            found = recognizer.analyze(text=reading.text, entities=self._entities, nlp_artifacts=reading.artifacts())
            for result in found or ():
                told = result.recognition_metadata or {}
                told.setdefault(SOURCE, recognizer.id)
                told.setdefault(RecognizerResult.RECOGNIZER_NAME_KEY, recognizer.name)
                result.recognition_metadata = told
                results.append(result)
        weighed = self._engine._enhance_using_context(reading.text, results, reading.artifacts(), self._recognizers)
        return [finding_of(result) for result in weighed]
