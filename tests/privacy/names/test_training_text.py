"""What the model learns from, and that nothing it is measured with is among that."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy
import yaml

from pipeline.privacy.measured.strangers import STRANGERS
from pipeline.privacy.names.architecture import LABEL
from pipeline.privacy.names.evaluation.notes import LANGUAGES, read_sentences, read_unseen
from pipeline.privacy.names.training.corpus import Corpus, Note
from pipeline.privacy.names.training.fit import NOTES, SEED, annotated
from pipeline.privacy.names.training.sentences import joined

ROOT = Path(__file__).parents[3]
ELSEWHERE = ("pipeline/privacy/measured", "pipeline/synthetic/prose")
#: As much of the text that the shipped model learnt from as a test can draw in seconds.
DRAWN = 15_000
_WORD_OF_NAME = re.compile(r"[^\w\u0900-\u097F]+")


@pytest.fixture(scope="module")
def drawn() -> list[Note]:
    return list(Corpus(SEED).notes(min(DRAWN, NOTES)))


def _bare(text: str) -> str:
    """A sentence without its slots, marks and capitals: two that differ in these alone are the same sentence."""
    return re.sub(r"[\W\d_]+", " ", re.sub(r"\{[^}]*\}", " ", text)).casefold().strip()


def _training_sentences() -> set[str]:
    languages = Corpus(SEED).templates.values()
    return {_bare(line) for item in languages for text in (*item.sentences, *item.words) for line in text.splitlines()}


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts_of(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts_of(item)


def _evaluated_elsewhere() -> Iterator[str]:
    """Sentences of the rooms that measure redaction and that write the company's texts."""
    for room in ELSEWHERE:
        for path in sorted((ROOT / room).rglob("*.yaml")):
            yield from _texts_of(yaml.safe_load(path.read_text(encoding="utf-8")))
        for path in sorted((ROOT / room).rglob("*.py")):
            yield from re.findall(r'"([^"\n]{12,})"', path.read_text(encoding="utf-8"))


def test_no_sentence_of_evaluation_is_a_training_sentence() -> None:
    """Of three words or more, no sentence is in both, however it is marked or capitalised."""
    training = _training_sentences()
    told = {_bare(text) for texts in read_sentences().values() for text in texts}
    lines = {_bare(line) for texts in read_sentences().values() for text in texts for line in text.splitlines()}
    assert not told & training
    assert not {line for line in lines if len(line.split()) >= 3} & training


def test_no_sentence_that_measures_elsewhere_is_a_training_sentence() -> None:
    """Neither those of measured redaction nor those of the synthetic company."""
    elsewhere = {_bare(text) for text in _evaluated_elsewhere()}
    assert len(elsewhere) > 20
    assert not {text for text in elsewhere if len(text.split()) >= 3} & _training_sentences()


def test_no_name_of_evaluation_is_in_the_training_text(drawn: list[Note]) -> None:
    """No word of a name is among the names of training, nor was it composed for a drawn note by chance."""
    unseen = read_unseen().words()
    assert len(unseen) > 200
    assert not unseen & Corpus(SEED).people.words()
    named = (note.text[start:end].lower() for note in drawn for start, end in note.names)
    assert not unseen & {word for name in named for word in _WORD_OF_NAME.split(name)}


def test_no_stranger_of_measured_redaction_is_in_training() -> None:
    """Whom redaction is measured with, no listed name of training has a word of."""
    strangers = {word.lower() for names in STRANGERS for name in names for word in _WORD_OF_NAME.split(name)}
    assert len(strangers) > 300
    assert not {word for word in strangers if len(word) > 2} & Corpus(SEED).people.words()


def test_training_never_reads_evaluation() -> None:
    """Only the program that composes both names the other; what draws and learns does not."""
    for path in sorted((ROOT / "pipeline/privacy/names/training").glob("*.py")):
        if path.name != "__main__.py":
            imported = re.findall(r"^(?:from|import) (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert not [name for name in imported if "evaluation" in name or "measured" in name or "synthetic" in name]


def test_equal_seeds_draw_equal_notes() -> None:
    """And other seeds others."""
    first, again, other = (list(Corpus(seed).notes(50)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_language_has_notes_with_and_without_names(drawn: list[Note]) -> None:
    """Of each language some notes name nobody and most name somebody."""
    for language in LANGUAGES:
        some = [note for note in drawn if note.language == language]
        nameless = sum(not note.names for note in some) / len(some)
        assert 0.1 < nameless < 0.5


def test_names_stand_where_the_note_says(drawn: list[Note]) -> None:
    """Spans are in order, apart, and begin and end with something to see."""
    for note in drawn[:2000]:
        end = 0
        for start, stop in note.names:
            assert end <= start < stop <= len(note.text)
            assert note.text[start:stop] == note.text[start:stop].strip()
            end = stop


def test_annotation_covers_each_name(drawn: list[Note]) -> None:
    """What the network learns from has every name, by whole tokens."""
    nlp = spacy.blank("en")
    for note in drawn[:500]:
        truth = annotated(nlp, note).reference
        covered = {index for span in truth.ents for index in range(span.start_char, span.end_char)}
        assert all(index in covered for start, end in note.names for index in range(start, end))
        assert {span.label_ for span in truth.ents} <= {LABEL}


def test_titles_are_no_names() -> None:
    """A title stands outside of the name that follows it."""
    text, names = joined([("Spoke to ", False), ("Dr. ", False), ("Rao", True), (".", False)])
    assert (text, names) == ("Spoke to Dr. Rao.", [(13, 16)])
