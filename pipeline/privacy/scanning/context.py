"""Which words stand around a finding, and whether they speak for it, as Presidio's `LemmaContextAwareEnhancer` says."""

from collections.abc import Sequence

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer, LemmaContextAwareEnhancer

from pipeline.privacy.near_words import NearWords
from pipeline.privacy.scanning.findings import Finding
from pipeline.privacy.scanning.reading import Reading
from pipeline.privacy.words import Words


class Context:
    """Raises the score of findings that a word of their recognizer's stands beside."""

    def __init__(self, enhancer: LemmaContextAwareEnhancer, recognizers: Sequence[EntityRecognizer]) -> None:
        self._enhancer = enhancer
        self._whole_words = enhancer.context_matching_mode == "whole_word"
        self._speaking = {
            recognizer.id: frozenset(word.lower() for word in recognizer.context)
            for recognizer in recognizers
            if recognizer.context
        }

    def raised(self, findings: Sequence[Finding], reading: Reading) -> list[Finding]:
        """The findings with their scores as the words of the text make them; it is read only where that matters."""
        return [
            finding._replace(score=self._raised(finding.score))
            if not finding.settled
            and (speaking := self._speaking.get(finding.source))
            and self._speaks(speaking, reading.words(), finding.start)
            else finding
            for finding in findings
        ]

    def _speaks(self, speaking: frozenset[str], words: Words | NearWords, start: int) -> bool:
        around = words.around(start, self._enhancer.context_prefix_count, self._enhancer.context_suffix_count)
        if self._whole_words:
            return not speaking.isdisjoint(around)
        return any(word in near for near in around for word in speaking)

    def _raised(self, score: float) -> float:
        enough = max(score + self._enhancer.context_similarity_factor, self._enhancer.min_score_with_context_similarity)
        return float(min(enough, ContextAwareEnhancer.MAX_SCORE))
