"""The finder answers what Presidio's engine answers with the same model, many texts at a time."""

from collections.abc import Iterator

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.training import Example

from pipeline.privacy.names.evaluation.notes import LANGUAGES, notes, read_unseen
from pipeline.privacy.names.files import SHIPPED, WEIGHTS
from pipeline.privacy.names.opened import open_names
from pipeline.privacy.names.packed import unpack
from pipeline.privacy.names.pipes import needed_pipes
from pipeline.privacy.names.spacy_names import SpacyNames
from pipeline.privacy.names.training.corpus import Corpus
from pipeline.privacy.spans import Span
from tests.privacy.names.presidio import names_engine, presidio_spans

ODD = [
    "",
    " ",
    "\n\n\t",
    "Priya",
    "priya sharma",
    "PRIYA SHARMA",
    "Priya's",
    "  Priya  Sharma  met\n\nJürgen   Weber ",
    "王芳和李伟在北京开会。",
    "Встретил Дмитрия Иванова вчера.",
    "اجتمعت مع ليلى حداد أمس",
    "प्रिया शर्मा से बात हुई।",
    "😀 Anna 😀 Weber 😀",
    "a" * 3000,
    "Anna " * 700,
    "((((((((((Rahul))))))))))",
    "mail priya.sharma@example.com or +91 98765 43210",
    "<PERSON> met <PERSON>",
    "zero\u200bwidth Priya\u200b Sharma",
    "x\x00y Tom Baker",
]


@pytest.fixture(scope="module")
def shipped() -> Language:
    return unpack((SHIPPED / WEIGHTS).read_bytes())


def _generated() -> Iterator[str]:
    for language in LANGUAGES:
        yield from (note.text for note in notes(language, read_unseen(), 2, 1))
    yield from (note.text for note in Corpus(5).notes(400))


def test_shipped_model_finds_what_presidio_finds(shipped: Language) -> None:
    """Spans, types, scores and order are Presidio's over six hundred texts in five languages, and odd ones."""
    texts = [*_generated(), *ODD]
    assert len(texts) > 600
    finder = open_names("shipped")
    assert finder is not None
    expected = presidio_spans(names_engine(shipped), texts)
    assert finder.find_many(texts) == expected
    assert sum(map(len, expected)) > 600
    assert {span.score for spans in expected for span in spans} == {0.85}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_text_gives_what_presidio_gives(shipped: Language, texts: list[str]) -> None:
    """Any characters at all."""
    finder = SpacyNames(shipped, "")
    assert finder.find_many(texts) == presidio_spans(names_engine(shipped), texts)


def test_order_and_company_of_texts_change_nothing(shipped: Language) -> None:
    """A text's spans do not depend on its neighbours, on its place, or on having been asked before."""
    texts = list(_generated())[:200]
    alone = [SpacyNames(shipped, "").find_many([text])[0] for text in texts]
    finder = SpacyNames(shipped, "")
    assert finder.find_many(texts) == alone
    assert finder.find_many(texts[::-1]) == alone[::-1]
    assert finder.find_many([*texts, *texts]) == [*alone, *alone]


def test_words_are_not_kept_without_end(shipped: Language) -> None:
    """Once there are many words, those of a batch go with it, and the spans stay the same."""
    nlp = unpack((SHIPPED / WEIGHTS).read_bytes())
    finder = SpacyNames(nlp, "", kept_words=0)
    texts = list(_generated())[:100]
    before = len(nlp.vocab.strings)
    assert finder.find_many(texts) == SpacyNames(shipped, "").find_many(texts)
    strange = [f"Spoke to Priya Sharma about q{number}x{number}z." for number in range(3_000)]
    assert [len(spans) for spans in finder.find_many(strange)] == [1] * len(strange)
    assert len(nlp.vocab.strings) < before + 100


def test_answers_are_not_shared(shipped: Language) -> None:
    """Who changes an answer does not change the next one."""
    finder = SpacyNames(shipped, "")
    first = finder.find_many(["Spoke to Priya Sharma today."])
    kept = list(first[0])
    first[0].clear()
    assert finder.find_many(["Spoke to Priya Sharma today."]) == [kept]


@pytest.mark.parametrize(("longest", "overlap"), [(400, 90), (1_000, 200), (5_000, 1_000)])
def test_long_text_in_pieces_is_the_text_whole(shipped: Language, longest: int, overlap: int) -> None:
    """Cut into pieces, a long text has the spans that it has in one."""
    text = " ".join(note.text for note in Corpus(8).notes(120))
    whole = SpacyNames(shipped, "").find_many([text])
    assert len(whole[0]) > 100
    assert SpacyNames(shipped, "", longest, overlap).find_many([text]) == whole


def test_text_beyond_the_limit_of_spacy_is_searched(shipped: Language) -> None:
    """Above a million characters, where Presidio refuses, names at both ends are found."""
    name = "Spoke to Priya Sharma today."
    text = f"{name} {'The budget is late. ' * 55_000}{name}"
    assert len(text) > shipped.max_length
    (found,) = SpacyNames(shipped, "", 100_000).find_many([text])
    assert [text[span.start : span.end] for span in (found[0], found[-1])] == ["Priya Sharma", "Priya Sharma"]
    with pytest.raises(ValueError, match="E088"):
        names_engine(shipped).analyze(text, language="en")


def _random_pipeline(pipes: tuple[str, ...]) -> Language:
    """An untrained pipeline with random weights and a shared layer: it finds nonsense, but always the same."""
    spacy.util.fix_random_seed(3)
    nlp = spacy.blank("en")
    for pipe in pipes:
        listens = pipe in ("tagger", "parser", "ner") and "tok2vec" in pipes
        shared = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}
        nlp.add_pipe(pipe, config={"model": {"tok2vec": shared}} if listens else {})
    words = ["Priya", "met", "us", ".", "Tom", "left", "."]
    example = Example.from_dict(
        nlp.make_doc("Priya met us. Tom left."),
        {
            "words": words,
            "entities": ["U-PERSON", "O", "O", "O", "U-ORG", "O", "O"],
            "tags": ["A", "B", "A", "C", "A", "B", "C"],
            "heads": [1, 1, 1, 1, 5, 5, 5],
            "deps": ["nsubj", "ROOT", "obj", "punct", "nsubj", "ROOT", "punct"],
        },
    )
    nlp.initialize(lambda: [example])
    return nlp


@pytest.mark.filterwarnings("ignore:.*W036")  # a ruler without rules
@pytest.mark.parametrize(
    ("pipes", "needed"),
    [
        (("ner",), {"ner"}),
        (("tok2vec", "tagger", "ner"), {"tok2vec", "ner"}),
        (("tok2vec", "tagger", "parser", "ner"), {"tok2vec", "parser", "ner"}),
        (("tok2vec", "ner", "parser"), {"tok2vec", "ner"}),
        (("tok2vec", "tagger", "sentencizer", "ner"), {"tok2vec", "sentencizer", "ner"}),
        (("tok2vec", "tagger", "entity_ruler", "ner"), {"tok2vec", "tagger", "entity_ruler", "ner"}),
    ],
)
def test_pipes_that_names_do_not_depend_on_stay_idle(pipes: tuple[str, ...], needed: set[str]) -> None:
    """Only what entities depend on runs, sentence boundaries before NER included, and the spans are Presidio's."""
    nlp = _random_pipeline(pipes)
    assert needed_pipes(nlp) == needed
    texts = [*_generated()][:80]
    assert SpacyNames(nlp, "").find_many(texts) == presidio_spans(names_engine(nlp), texts)
    assert set(nlp.pipe_names) == set(pipes)


def test_no_texts_no_spans(shipped: Language) -> None:
    """Nothing gives nothing."""
    none: list[list[Span]] = []
    assert SpacyNames(shipped, "").find_many([]) == none
