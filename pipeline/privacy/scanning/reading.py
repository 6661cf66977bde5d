"""What a language engine makes of a text, made when it is first asked for."""

from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from pipeline.privacy.tokens import TokenEngine
from pipeline.privacy.words import Words


class Reading:
    """One text as its engine reads it; most texts are never read, since nothing is found in them."""

    __slots__ = ("_artifacts", "_engine", "_language", "_words", "text")

    def __init__(self, text: str, engine: NlpEngine, language: str, artifacts: NlpArtifacts | None = None) -> None:
        self.text = text
        self._engine = engine
        self._language = language
        self._artifacts = artifacts
        self._words: Words | None = None

    def artifacts(self) -> NlpArtifacts:
        """As Presidio's recognizers are given them."""
        if self._artifacts is None:
            self._artifacts = self._engine.process_text(self.text, self._language)
        return self._artifacts

    def words(self) -> Words:
        """The words alone."""
        if self._words is None:
            own = type(self._engine) is TokenEngine and self._artifacts is None
            self._words = self._engine.words(self.text) if own else Words.of(self.artifacts())
        return self._words
