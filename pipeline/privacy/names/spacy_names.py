"""Names by any spaCy pipeline: what Presidio's engine finds with it, many texts at a time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext

from presidio_analyzer.nlp_engine import NerModelConfiguration
from spacy.language import Language
from spacy.tokens import Doc

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
#: Memory grows with a batch: about a kilobyte for each character of it.
_BATCH_TEXTS, _BATCH_CHARACTERS = 1024, 60_000
_REMEMBERED_TEXTS, _REMEMBERED_LENGTH = 8192, 2000
#: spaCy keeps every word that it ever saw, and memory with it; above so many, new ones go with their batch.
_KEPT_WORDS = 200_000


class SpacyNames:
    """A NameFinder over a pipeline of which only the pipes run that its entities depend on.

    Equal texts are read once, as long as they are remembered (8,192 of up to 2,000 characters). Texts above `longest`
    characters are cut at blanks into pieces that overlap; Presidio itself refuses what is above spaCy's million.
    """

    def __init__(
        self,
        nlp: Language,
        digest: str,
        longest: int | None = None,
        overlap: int = 2_000,
        kept_words: int = _KEPT_WORDS,
    ) -> None:
        self._nlp = nlp
        self._kept_words = kept_words
        self._idle = [name for name in nlp.pipe_names if name not in needed_pipes(nlp)]
        self._longest, self._overlap = longest or nlp.max_length, overlap
        self._digest = digest
        self._remembered: dict[str, list[Span]] = {}

    @property
    def digest(self) -> str:
        """Sha256 of the model."""
        return self._digest

    @property
    def entity_types(self) -> frozenset[str]:
        """PERSON alone."""
        return frozenset({PERSON})

    def find_many(self, texts: Sequence[str]) -> list[list[Span]]:
        """PERSON spans of each text, by position.

        Raises:
            PrivacyError: the model failed; the message has the error's class alone, as its text may quote data.
        """
        new = [text for text in dict.fromkeys(texts) if text not in self._remembered]
        known = {text: self._remembered[text] for text in texts if text in self._remembered}
        known |= zip(new, self._read(new), strict=True)
        self._remember(new, known)
        return [list(known[text]) for text in texts]

    def _read(self, texts: Sequence[str]) -> list[list[Span]]:
        pieces = [piece for index, text in enumerate(texts) for piece in cut(index, text, self._longest, self._overlap)]
        try:
            found = self._spans(pieces)
        except Exception as error:
            raise PrivacyError("a text can't be searched for names", given=type(error).__name__) from None
        return merged(pieces, found, len(texts))

    def _remember(self, texts: Sequence[str], known: Mapping[str, list[Span]]) -> None:
        short = [text for text in texts if len(text) <= _REMEMBERED_LENGTH][:_REMEMBERED_TEXTS]
        if len(self._remembered) + len(short) > _REMEMBERED_TEXTS:
            self._remembered.clear()
        self._remembered.update((text, known[text]) for text in short)

    def _spans(self, pieces: Sequence[Piece]) -> list[list[Span]]:
        """Spans of each piece; short ones together, since a batch runs as long as its longest text."""
        found: list[list[Span]] = [[] for _ in pieces]
        with self._nlp.select_pipes(disable=self._idle):
            for batch in _batches(pieces):
                full = len(self._nlp.vocab.strings) > self._kept_words
                with self._nlp.memory_zone() if full else nullcontext():
                    docs = self._nlp.pipe((pieces[index].text for index in batch), batch_size=len(batch))
                    for index, doc in zip(batch, docs, strict=True):
                        found[index] = _persons(doc)
        return found


def _persons(doc: Doc) -> list[Span]:
    return [Span(span.start_char, span.end_char, PERSON, SCORE) for span in doc.ents if span.label_ in PERSON_LABELS]


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
