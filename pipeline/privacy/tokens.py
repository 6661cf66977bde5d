"""What Presidio asks of a language model, answered by a tokenizer alone: words for context, no names."""

from collections.abc import Iterable, Iterator
from typing import Any

import spacy
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

LANGUAGE = "en"


class TokenEngine(NlpEngine):  # type: ignore[misc]
    """Tokens and lower-case forms of spaCy's blank English pipeline; needs no model file."""

    def __init__(self) -> None:
        self._nlp = spacy.blank(LANGUAGE)

    def load(self) -> None:
        """Nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Artifacts of one text; a lemma is the word in lower case."""
        doc = self._nlp.tokenizer(text)  # not the pipeline, which refuses texts above a million characters
        return NlpArtifacts(
            entities=[],
            tokens=doc,
            tokens_indices=[token.idx for token in doc],
            lemmas=[token.lower_ for token in doc],
            nlp_engine=self,
            language=language,
        )

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **_: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Artifacts of many texts, in their order; a tokenizer gains nothing from batches or processes."""
        del batch_size, n_process
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        del language
        return bool(self._nlp.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        del language
        return bool(self._nlp.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return [LANGUAGE]
