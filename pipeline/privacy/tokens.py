"""What Presidio asks of a language model, answered by a tokenizer alone: words for context, no names."""

from collections.abc import Iterable, Iterator
from typing import Any

import spacy
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.attrs import IDX, LENGTH, LOWER

from pipeline.privacy.words import Words

LANGUAGE = "en"
_REMEMBERED_WORDS = 100_000


class TokenEngine(NlpEngine):  # type: ignore[misc]
    """Tokens and lower-case forms of spaCy's blank English pipeline; needs no model file."""

    def __init__(self) -> None:
        self._nlp = spacy.blank(LANGUAGE)
        self._lemmas: dict[int, tuple[str, bool]] = {}

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

    def words(self, text: str) -> Words:
        """The words of one text as `Words.of(self.process_text(text, ...))` has them, without a Python object each."""
        table = self._nlp.tokenizer(text).to_array([IDX, LENGTH, LOWER]).tolist()
        lemmas = [self._lemmas.get(word) or self._lemma(word) for _, _, word in table]
        if ":" in text:
            keywords = {part for lemma, keyword in lemmas if keyword for part in lemma.split(":")}
        else:
            keywords = {lemma for lemma, keyword in lemmas if keyword}
        return Words([start + length for start, length, _ in table], [lemma for lemma, _ in lemmas], keywords)

    def _lemma(self, word: int) -> tuple[str, bool]:
        """A lemma by its number, and whether it says something (`NlpArtifacts.set_keywords`)."""
        if len(self._lemmas) >= _REMEMBERED_WORDS:
            self._lemmas.clear()
        lemma = self._nlp.vocab.strings[word]
        keyword = not self.is_stopword(lemma, LANGUAGE) and not self.is_punct(lemma, LANGUAGE) and lemma != "be"
        found = self._lemmas[word] = (lemma, keyword)
        return found

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
