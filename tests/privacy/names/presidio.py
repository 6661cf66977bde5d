"""Presidio's own engine over a given spaCy pipeline: the truth for every finder."""

from collections.abc import Iterable

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import SpacyRecognizer
from spacy.language import Language

from pipeline.privacy.spans import Span


class LoadedEngine(SpacyNlpEngine):  # type: ignore[misc]
    """Presidio's spaCy engine with a pipeline that is already there."""

    def __init__(self, nlp: Language) -> None:
        super().__init__()
        self.nlp = {"en": nlp}


def names_engine(nlp: Language) -> AnalyzerEngine:
    """Presidio with its SpacyRecognizer alone, for PERSON."""
    registry = RecognizerRegistry(
        recognizers=[SpacyRecognizer(supported_entities=["PERSON"])], supported_languages=["en"]
    )
    return AnalyzerEngine(registry=registry, nlp_engine=LoadedEngine(nlp), supported_languages=["en"])


def presidio_spans(engine: AnalyzerEngine, texts: Iterable[str]) -> list[list[Span]]:
    """What `analyze` answers for each text, one after another, in order of place."""
    found = (engine.analyze(text, language="en") for text in texts)
    return [sorted(Span(item.start, item.end, item.entity_type, item.score) for item in some) for some in found]
