"""Names: our batched finder and scanner against Presidio's own Spark sample, and against the bare model.

The sample (Presidio's documentation, "Anonymizing PII with PySpark") holds one AnalyzerEngine a worker and calls
`analyze` once a row. Here it is the same call in a plain loop on one core: the same model, the same recognizers, the
spans of names and patterns both. The limit is `nlp.pipe` with NER alone, whose documents are thrown away.
"""

from collections.abc import Callable, Sequence
from itertools import count
from random import Random

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.predefined_recognizers import SpacyRecognizer
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.privacy.names.files import SHIPPED, WEIGHTS, read_card
from pipeline.privacy.names.packed import unpack
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


def make_notes(wanted: int) -> list[str]:
    """Distinct notes of about 200 characters; half hold a mail address or a phone number."""
    random, stream = Random(1), Corpus(77).notes(20 * wanted)
    notes = []
    while len(notes) < wanted:
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


def by_us(scanner: Scanner, notes: Sequence[str]) -> list[set[Span]]:
    """All notes at once."""
    found = zip(SpacyNames(_OURS, "").find_many(notes), scanner.scan_many(notes), strict=True)
    return [{*names, *patterns} for names, patterns in found]


def rounds(notes: Sequence[str]) -> Callable[[], list[str]]:
    """The notes with the number of the round behind each, so that nothing is remembered from an earlier one."""
    number = count()
    return lambda: [f"{text} round {chr(97 + place)}" for place in [next(number)] for text in notes]


_OURS = unpack((SHIPPED / WEIGHTS).read_bytes())


def main() -> None:
    """Both comparisons, equal spans first."""
    notes = make_notes(NOTES)
    scanner, engine, bare = Scanner(), sample_engine(), unpack((SHIPPED / WEIGHTS).read_bytes())
    print(f"model {read_card()['sha256'][:12]}, {sum(map(len, notes)) / len(notes):.0f} characters a note")
    theirs, ours = rounds(notes[:SAMPLED]), rounds(notes[:SAMPLED])
    compare(
        "names-against-spark-sample",
        lambda: by_sample(engine, theirs()),
        lambda: by_us(scanner, ours()),
        SAMPLED,
        "notes",
        equal=lambda first, second: bool(first == second),
    )
    compare(
        "names-against-bare-model",
        lambda: [doc.ents for doc in bare.pipe(notes, batch_size=256)],
        lambda: SpacyNames(_OURS, "").find_many(notes),
        NOTES,
        "notes",
        equal=lambda first, second: [len(some) for some in first] == [len(some) for some in second],
    )


if __name__ == "__main__":
    main()
