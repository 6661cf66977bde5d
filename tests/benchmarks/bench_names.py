"""Names: our batched finder and scanner against Presidio's own Spark sample, and against the bare model.

The sample (Presidio's documentation, "Anonymizing PII with PySpark") holds one AnalyzerEngine a worker and calls
`analyze` once a row. Here it is the same call in a plain loop on one core: the same model, the same recognizers, the
spans of names and patterns both. The limit is `nlp.pipe` with NER alone, whose documents are thrown away.
"""

from collections.abc import Sequence
from random import Random

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.predefined_recognizers import SpacyRecognizer
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.privacy.names.packed import SHIPPED, WEIGHTS, read_card, unpack
from pipeline.privacy.names.spacy_names import SpacyNames
from pipeline.privacy.names.training.corpus import Corpus
from pipeline.privacy.recognizers import SCORE_THRESHOLD, make_recognizers
from pipeline.privacy.scanner import Scanner
from pipeline.privacy.spans import Span
from tests.benchmarks.harness import compare
from tests.privacy.names.presidio import LoadedEngine

NOTES, LENGTH = 2_000, 200
#: The peer is slow: as many notes as keep a pair under three seconds.
SAMPLED = 500
_MAIL, _PHONE = " Mail {}@example.com.", " Call +91 98765 {}."


def make_notes(count: int) -> list[str]:
    """Distinct notes of about 200 characters; half hold a mail address or a phone number."""
    random, stream = Random(1), Corpus(77).notes(20 * count)
    notes = []
    while len(notes) < count:
        text = ""
        while len(text) < LENGTH - 30:
            text += next(stream).text + " "
        held = random.choice((_MAIL, _PHONE, "", "")).format(random.randrange(10_000, 99_999))
        notes.append(text[: LENGTH - 30] + held)
    return notes


@Language.component("lower_lemmas")
def lower_lemmas(doc: Doc) -> Doc:
    """Context words are looked up by lemma: the word in lower case, as our TokenEngine has it."""
    for token in doc:
        token.lemma_ = token.lower_
    return doc


def sample_engine() -> AnalyzerEngine:
    """Presidio with our recognizers and its SpacyRecognizer over our model."""
    nlp = unpack((SHIPPED / WEIGHTS).read_bytes())
    nlp.add_pipe("lower_lemmas")
    recognizers = [*make_recognizers(), SpacyRecognizer(supported_entities=["PERSON"])]
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=recognizers, supported_languages=["en"]),
        nlp_engine=LoadedEngine(nlp),
        supported_languages=["en"],
        default_score_threshold=SCORE_THRESHOLD,
        context_aware_enhancer=LemmaContextAwareEnhancer(context_matching_mode="whole_word"),
    )


def by_sample(engine: AnalyzerEngine, notes: Sequence[str]) -> list[set[Span]]:
    """One `analyze` a note."""
    found = (engine.analyze(text, language="en") for text in notes)
    return [{Span(item.start, item.end, item.entity_type, item.score) for item in some} for some in found]


def by_us(notes: Sequence[str]) -> list[set[Span]]:
    """A fresh finder and scanner, so that nothing is remembered from an earlier round."""
    names = SpacyNames(_OURS, "").find_many(notes)
    scanner = Scanner()
    return [{*some, *scanner.scan(text)} for text, some in zip(notes, names, strict=True)]


_OURS = unpack((SHIPPED / WEIGHTS).read_bytes())


def main() -> None:
    """Both comparisons, equal spans first."""
    notes = make_notes(NOTES)
    engine, bare = sample_engine(), unpack((SHIPPED / WEIGHTS).read_bytes())
    print(f"model {read_card()['sha256'][:12]}, {sum(map(len, notes)) / len(notes):.0f} characters a note")
    some = notes[:SAMPLED]
    compare(
        "names-against-spark-sample",
        lambda: by_sample(engine, some),
        lambda: by_us(some),
        SAMPLED,
        "notes",
        equal=lambda theirs, ours: bool(theirs == ours),
    )
    compare(
        "names-against-bare-model",
        lambda: [doc.ents for doc in bare.pipe(notes, batch_size=256)],
        lambda: SpacyNames(_OURS, "").find_many(notes),
        NOTES,
        "notes",
        equal=lambda theirs, ours: [len(some) for some in theirs] == [len(some) for some in ours],
    )


if __name__ == "__main__":
    main()
