"""Presidio as it comes: its default recognizers and settings, to compare ours with."""

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.predefined_recognizers import EmailRecognizer, SpacyRecognizer

from pipeline.privacy.recognizers import BundledEmailRecognizer
from pipeline.privacy.tokens import LANGUAGE, TokenEngine


def make_stock_engine() -> AnalyzerEngine:
    """Presidio's engine for English: every score counts, context words match inside of words, dates are found.

    Two things differ, so that nothing is fetched: there is no language model, hence no names and no places, and the
    list of public suffixes is the one in the package.
    """
    registry = RecognizerRegistry(supported_languages=[LANGUAGE])
    registry.load_predefined_recognizers(languages=[LANGUAGE])
    registry.recognizers = [
        BundledEmailRecognizer(supported_language=LANGUAGE) if type(item) is EmailRecognizer else item
        for item in registry.recognizers
        if not isinstance(item, SpacyRecognizer)
    ]
    return AnalyzerEngine(registry=registry, nlp_engine=TokenEngine(), supported_languages=[LANGUAGE])
