"""Precision, recall and F of a name model, by language."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from spacy.language import Language

from pipeline.privacy.names.evaluation.notes import LANGUAGES, notes
from pipeline.privacy.names.training.corpus import Note
from pipeline.privacy.names.training.people import People

_EACH = 25
_SEED = 23


@dataclass(frozen=True)
class Figures:
    """Names planted, names found exactly, names all of whose letters were found, and what was found in all."""

    planted: int
    exact: int
    covered: int
    found: int
    true: int

    def shares(self) -> dict[str, Any]:
        """Counts, and the shares of them.

        `recall` and `precision` count exact spans, as is usual; `covered` counts names that redaction would mask
        wholly, and `true` findings that touch a name.
        """
        recall, precision = self.exact / max(self.planted, 1), self.exact / max(self.found, 1)
        both = recall + precision
        return asdict(self) | {
            "recall": round(recall, 4),
            "precision": round(precision, 4),
            "f": round(2 * recall * precision / both, 4) if both else 0.0,
            "recall_covered": round(self.covered / max(self.planted, 1), 4),
            "precision_touching": round(self.true / max(self.found, 1), 4),
        }


def measure(nlp: Language, planted: Iterable[Note]) -> Figures:
    """What a pipeline finds in annotated notes."""
    names = exact = covered = found = true = 0
    every = list(planted)
    for note, doc in zip(every, nlp.pipe(note.text for note in every), strict=True):
        spans = [(span.start_char, span.end_char) for span in doc.ents]
        masked = {index for start, end in spans for index in range(start, end)}
        named = {index for start, end in note.names for index in range(start, end)}
        names, found = names + len(note.names), found + len(spans)
        exact += len(set(spans) & set(note.names))
        covered += sum(
            all(index in masked for index in range(*name) if note.text[index].isalnum()) for name in note.names
        )
        true += sum(any(index in named for index in range(*span)) for span in spans)
    return Figures(names, exact, covered, found, true)


def by_language(nlp: Language, people: People) -> dict[str, dict[str, Any]]:
    """Shares for each language and for `all`, with names of these persons in unseen templates."""
    every = {language: list(notes(language, people, _EACH, _SEED)) for language in LANGUAGES}
    every["all"] = [note for some in every.values() for note in some]
    return {language: measure(nlp, some).shares() for language, some in every.items()}
