"""What a language engine makes of a text, made when it is first asked for."""

from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from pipeline.privacy.near_words import NearWords
from pipeline.privacy.tokens import TokenEngine
from pipeline.privacy.words import Words

#: Longer texts are split into words only where something was found.
_LONG = 4_000


class Reading:
    """One text as its engine reads it; most texts are never read, since nothing is found in them."""

    __slots__ = ("_artifacts", "_engine", "_language", "_words", "text")

    def __init__(self, text: str, engine: NlpEngine, language: str, artifacts: NlpArtifacts | None = None) -> None:
        self.text = text
        self._engine = engine
        self._language = language
        self._artifacts = artifacts
        self._words: Words | NearWords | None = None

    def artifacts(self) -> NlpArtifacts:
        """As Presidio's recognizers are given them."""
        if self._artifacts is None:
            self._artifacts = self._engine.process_text(self.text, self._language)
        return self._artifacts

    def words(self) -> Words | NearWords:
        """The words alone; of a long text those near what was found."""
        if self._words is None:
            if type(self._engine) is not TokenEngine or self._artifacts is not None:
                self._words = Words.of(self.artifacts())
            elif len(self.text) > _LONG:
                self._words = NearWords(self.text, self._engine.words)
            else:
                self._words = self._engine.words(self.text)
        return self._words
