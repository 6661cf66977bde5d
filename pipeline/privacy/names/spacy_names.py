"""Names by any spaCy pipeline: what Presidio's engine finds with it, many texts at a time."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import spacy
from presidio_analyzer.nlp_engine import NerModelConfiguration
from spacy.language import Language

from pipeline.errors import PrivacyError
from pipeline.privacy.names.pieces import Piece, cut, merged
from pipeline.privacy.names.pipes import needed_pipes
from pipeline.privacy.spans import Span

PERSON = "PERSON"
_SETTINGS = NerModelConfiguration()
#: What Presidio gives each span of a model that tells no score.
SCORE = float(_SETTINGS.default_score or 0.0)
#: Labels that Presidio reads as PERSON.
PERSON_LABELS = frozenset(
    label for label, entity in (_SETTINGS.model_to_presidio_entity_mapping or {}).items() if entity == PERSON
)
_BATCH_TEXTS, _BATCH_CHARACTERS = 1024, 200_000


class SpacyNames:
    """A NameFinder over a pipeline of which only the pipes run that its entities depend on.

    Equal texts of one call are read once. Texts above `longest` characters are cut at blanks into pieces that overlap
    by `overlap` characters; Presidio itself refuses what is above spaCy's million.
    """

    entity_types = frozenset({PERSON})

    def __init__(self, nlp: Language, digest: str, longest: int | None = None, overlap: int = 2_000) -> None:
        self._nlp = nlp
        self._idle = [name for name in nlp.pipe_names if name not in needed_pipes(nlp)]
        self._longest, self._overlap = longest or nlp.max_length, overlap
        self.digest = digest

    def find_many(self, texts: Sequence[str]) -> list[list[Span]]:
        """PERSON spans of each text, by position.

        Raises:
            PrivacyError: the model failed; the message has the error's class alone, as its text may quote data.
        """
        distinct = list(dict.fromkeys(texts))
        pieces = [piece for index, text in enumerate(distinct) for piece in cut(index, text, self._longest, self._overlap)]
        try:
            found = self._spans(pieces)
        except Exception as error:
            raise PrivacyError("a text can't be searched for names", given=type(error).__name__) from None
        by_text = dict(zip(distinct, merged(pieces, found, len(distinct)), strict=True))
        return [list(by_text[text]) for text in texts]

    def _spans(self, pieces: Sequence[Piece]) -> list[list[Span]]:
        """Spans of each piece; short ones together, since a batch runs as long as its longest text."""
        found: list[list[Span]] = [[] for _ in pieces]
        with self._nlp.select_pipes(disable=self._idle):
            for batch in _batches(pieces):
                docs = self._nlp.pipe((pieces[index].text for index in batch), batch_size=len(batch))
                for index, doc in zip(batch, docs, strict=True):
                    found[index] = [
                        Span(span.start_char, span.end_char, PERSON, SCORE)
                        for span in doc.ents
                        if span.label_ in PERSON_LABELS
                    ]
        return found


def _batches(pieces: Sequence[Piece]) -> Iterator[list[int]]:
    """Positions of the pieces in batches, short ones first, each of bounded size."""
    batch: list[int] = []
    characters = 0
    for index in sorted(range(len(pieces)), key=lambda index: len(pieces[index].text)):
        length = len(pieces[index].text)
        if batch and (len(batch) == _BATCH_TEXTS or characters + length > _BATCH_CHARACTERS):
            yield batch
            batch, characters = [], 0
        batch.append(index)
        characters += length
    if batch:
        yield batch
