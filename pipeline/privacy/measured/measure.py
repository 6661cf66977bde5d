"""Recall and precision of a run's redaction, by values planted in text of our own."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any

from pipeline.privacy.measured.bounds import precision_of, recall_of
from pipeline.privacy.measured.names import FORMS, known_people
from pipeline.privacy.measured.planting import Note, Planted, Sentence, make_notes, name_sentences, value_sentences
from pipeline.privacy.measured.strangers import STRANGERS
from pipeline.privacy.measured.values import MAKERS
from pipeline.privacy.names.finder import NameFinder
from pipeline.privacy.redact import Redactor
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.spans import Span

#: Values planted of each type: with 1,000 of 1,000 found the lower bound is 0.996, with 997 it is 0.991.
PLANTED_EACH = 1_000
#: Names planted for each value of another type, so that the rarest form has about a hundred.
_NAMES = 2
#: People of the roster whose names are planted.
_PEOPLE = 500
#: The same values in every run, so that runs can be compared.
_SEED = 20
_NOTES_AT_ONCE = 500

Document = dict[str, Any]
#: What is said where there is no text to redact.
NOTHING: Document = {
    "recall": [],
    "recall_names": [],
    "names_from": None,
    "recall_without_roster": [],
    "precision": None,
    "precision_by_type": [],
}


def measure(
    redactor: Redactor, roster: Roster, names: NameFinder | None, each: int = PLANTED_EACH, seed: int = _SEED
) -> Document:
    """Plant values of every type, redact the texts, and count what stays clear and what is masked for nothing.

    Args:
        redactor: the run's.
        roster: whose people are planted as PERSON. Has it none, strangers are.
        names: the run's name model, measured alone too.
        each: values planted of each type; of names twice as many.
        seed: equal seeds plant equal values.

    Returns:
        `recall`: of each type `{entity_type, planted, found, recall, lower_bound}`. Found is a value of which no
        letter or digit stays clear, whatever type the mask has. `recall_names`: the same by `form` of PERSON;
        `names_from`: `roster` or `strangers`.
        `precision`: `{masked, true, precision, lower_bound}`; true is a masked stretch at least half of which was
        planted. `precision_by_type`: the same by `entity_type` of the mask. `recall_without_roster`: PERSON,
        then by `form`, of the name model alone on strangers; empty without one. Bounds are Wilson's, 95 %.
    """
    random = Random(seed)  # noqa: S311 - no secret
    people = known_people(roster.names, _PEOPLE, random)
    sentences: list[Sentence] = list(name_sentences(people or STRANGERS, _NAMES * each, random))
    for entity_type in MAKERS:
        sentences += value_sentences(entity_type, each, random)
    notes = list(make_notes(sentences, random))
    tally = Tally()
    for some in _slices(notes):
        tally.add(some, redactor.find_many([note.text for note in some]))
    return {
        "recall": tally.recall(("PERSON", *MAKERS)),
        "recall_names": tally.recall_names(),
        "names_from": "roster" if people else "strangers",
        "recall_without_roster": _strangers(names, _NAMES * each, seed) if names else [],
        "precision": tally.precision(),
        "precision_by_type": tally.precision_by_type(),
    }


def _strangers(names: NameFinder, count: int, seed: int) -> list[Document]:
    random = Random(seed)  # noqa: S311 - no secret
    sentences = list(name_sentences(STRANGERS, count, random))
    tally = Tally()
    for some in _slices(list(make_notes(sentences, random, decoys=False))):
        tally.add(some, names.find_many([note.text for note in some]))
    return [*tally.recall(("PERSON",)), *tally.recall_names()]


def _slices(notes: Sequence[Note]) -> Iterator[Sequence[Note]]:
    return (notes[at : at + _NOTES_AT_ONCE] for at in range(0, len(notes), _NOTES_AT_ONCE))


class Tally:
    """Counts over notes: planted and found, masked and true."""

    def __init__(self) -> None:
        self._planted: Counter[tuple[str, str]] = Counter()
        self._found: Counter[tuple[str, str]] = Counter()
        self._masked: Counter[str] = Counter()
        self._true: Counter[str] = Counter()

    def add(self, notes: Iterable[Note], masked: Iterable[Sequence[Span]]) -> None:
        """Notes, and the stretches that were masked in each."""
        for note, spans in zip(notes, masked, strict=True):
            clear = {at for at, char in enumerate(note.text) if char.isalnum()}
            said = {at for item in note.planted for at in range(item.start, item.end)} & clear
            for span in spans:
                inside = clear.intersection(range(span.start, span.end))
                self._masked[span.entity_type] += 1
                self._true[span.entity_type] += 2 * len(inside & said) >= max(len(inside), 1)
            clear -= {at for span in spans for at in range(span.start, span.end)}
            for item in note.planted:
                self._planted[_key(item)] += 1
                self._found[_key(item)] += clear.isdisjoint(range(item.start, item.end))

    def recall(self, entity_types: Iterable[str]) -> list[Document]:
        """By type."""
        return [
            {"entity_type": kind, **recall_of(_sum(self._found, kind), _sum(self._planted, kind))}
            for kind in entity_types
        ]

    def recall_names(self) -> list[Document]:
        """By form of a name."""
        return [
            {"form": form, **recall_of(self._found["PERSON", form], self._planted["PERSON", form])} for form in FORMS
        ]

    def precision(self) -> Document:
        """Over all types."""
        return precision_of(self._true.total(), self._masked.total())

    def precision_by_type(self) -> list[Document]:
        """By type of the mask, in the order of their names."""
        return [
            {"entity_type": kind, **precision_of(self._true[kind], count)}
            for kind, count in sorted(self._masked.items())
        ]


def _key(item: Planted) -> tuple[str, str]:
    return item.entity_type, item.form


def _sum(counts: Counter[tuple[str, str]], kind: str) -> int:
    return sum(count for (entity_type, _), count in counts.items() if entity_type == kind)
