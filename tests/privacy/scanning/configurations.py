"""Presidio's engine as people set it up: each is the truth for one analyzer under test."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    SpacyRecognizer,
    UrlRecognizer,
    UsSsnRecognizer,
)

from pipeline.privacy.scanner import make_engine
from pipeline.privacy.stock import make_stock_engine
from pipeline.privacy.tokens import LANGUAGE, TokenEngine
from tests.privacy.scanning.fragments import Source, sources_of
from tests.privacy.scanning.own_recognizers import MATCHES, own_recognizers
from tests.privacy.scanning.texts import Material


class NamesEngine(TokenEngine):
    """A language engine that names people: capitalised words after "by"; its lemmas have no plural s."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        made = super().process_text(text, language)
        doc = made.tokens
        pairs = zip(range(len(doc)), range(1, len(doc)), strict=False)
        named = [doc[after : after + 1] for at, after in pairs if doc[at].lower_ == "by" and doc[after].text.istitle()]
        for span in named:
            span.label_ = "PERSON"
        lemmas = [token.lower_.rstrip("s") for token in doc]
        return NlpArtifacts(named, doc, made.tokens_indices, lemmas, self, language, scores=[0.85] * len(named))

    def get_supported_entities(self) -> list[str]:
        return ["PERSON"]


def users_own(folder: Path) -> AnalyzerEngine:
    """A user's recognizers alone beside three of Presidio's, names by the language engine, context on both sides."""
    known = [CreditCardRecognizer(), UrlRecognizer(), UsSsnRecognizer()]
    known[2].score_thresholds = {"default": 0.3}
    names = SpacyRecognizer(supported_entities=["PERSON"])
    recognizers = [*own_recognizers(folder), *known, names]
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=recognizers, supported_languages=[LANGUAGE]),
        nlp_engine=NamesEngine(),
        supported_languages=[LANGUAGE],
        default_score_threshold=0.2,
        context_aware_enhancer=LemmaContextAwareEnhancer(0.2, 0.45, 3, 2, "whole_word"),
    )


@dataclass(frozen=True)
class Configuration:
    """One set-up.

    Attributes:
        make: a new engine.
        examples: texts that some of its patterns match, where they can't be drawn from the patterns.
    """

    make: Callable[[], AnalyzerEngine]
    examples: tuple[str, ...] = ()

    def material(self, engine: AnalyzerEngine, seed: int, each: int = 20) -> Material:
        """What texts for it are made of: about `each` matches of every pattern of an engine that it made."""
        recognizers = list(engine.registry.recognizers)
        words = {word for item in recognizers for word in item.context or ()}
        by_hand = [Source("", tuple(sorted(words)), (self.examples,))] * (len(recognizers) // 2 if self.examples else 0)
        return Material((*sources_of(recognizers, seed, each), *by_hand))


def configurations(folder: Path) -> Mapping[str, Configuration]:
    """`ours`, `stock` and `own`; `folder` is where the recognizers in YAML are written."""
    return {
        "ours": Configuration(make_engine),
        "stock": Configuration(make_stock_engine),
        "own": Configuration(partial(users_own, folder), MATCHES),
    }
