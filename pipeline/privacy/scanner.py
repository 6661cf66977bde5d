"""Presidio's patterns over free text: the same answer as its engine, less often computed."""

import logging
from collections.abc import Sequence
from functools import cache, cached_property

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

from pipeline.errors import PrivacyError
from pipeline.privacy.recognizers import SCORE_THRESHOLD, make_recognizers
from pipeline.privacy.scanning.analyzer import FastAnalyzer
from pipeline.privacy.spans import Span
from pipeline.privacy.tokens import LANGUAGE, TokenEngine

_REMEMBERED_TEXTS = 8192
_REMEMBERED_LENGTH = 2000


class _StopOnSkip(logging.Filter):
    """Presidio skips a pattern that times out and only logs it: a silent leak. Its other messages may quote text."""

    def filter(self, record: logging.LogRecord) -> bool:
        if "timed out" in str(record.msg):
            raise PrivacyError("a pattern timed out, so a text was not searched for it", hint="split very long texts")
        return False


def make_engine(recognizers: Sequence[EntityRecognizer] = ()) -> AnalyzerEngine:
    """Presidio's engine with our recognizers and a user's own.

    Context words match whole words ("lic" is not in "duplicate").
    """
    chosen = [*make_recognizers(), *recognizers]
    return AnalyzerEngine(
        registry=RecognizerRegistry(recognizers=chosen, supported_languages=[LANGUAGE]),
        nlp_engine=TokenEngine(),
        supported_languages=[LANGUAGE],
        default_score_threshold=SCORE_THRESHOLD,
        context_aware_enhancer=LemmaContextAwareEnhancer(context_matching_mode="whole_word"),
    )


class Scanner:
    """Finds what patterns can find: numbers with check digits, addresses of mail and web, phones, national ids.

    Repeated texts are remembered (8,192 of up to 2,000 characters).
    """

    def __init__(self, recognizers: Sequence[EntityRecognizer] = ()) -> None:
        logger = logging.getLogger("presidio-analyzer")
        if not any(isinstance(item, _StopOnSkip) for item in logger.filters):
            logger.addFilter(_StopOnSkip())
        self._engine = make_engine(recognizers)
        self._analyzer = FastAnalyzer(self._engine, LANGUAGE)
        self._remembered: dict[str, list[Span]] = {}

    @cached_property
    def entity_types(self) -> frozenset[str]:
        """The types that `scan` can find."""
        return frozenset(self._engine.get_supported_entities(LANGUAGE))

    def scan(self, text: str) -> list[Span]:
        """What Presidio's `analyze` answers, in its order (best score first).

        Raises:
            PrivacyError: the whole text could not be searched.
        """
        return self.scan_many([text])[0]

    def scan_many(self, texts: Sequence[str]) -> list[list[Span]]:
        """`scan` of each text, in their order."""
        known = self._remembered
        new = [text for text in dict.fromkeys(texts) if text not in known]
        answers = dict(zip(new, self._analyze(new), strict=True))
        found = [list(answers[text] if text in answers else known[text]) for text in texts]
        if len(known) > _REMEMBERED_TEXTS:
            known.clear()
        known.update((text, spans) for text, spans in answers.items() if len(text) <= _REMEMBERED_LENGTH)
        return found

    def _analyze(self, texts: list[str]) -> list[list[Span]]:
        try:
            return self._analyzer.analyze_many(texts)
        except PrivacyError:
            raise
        except Exception as error:
            raise PrivacyError("a text can't be searched for personal data", given=type(error).__name__) from None


@cache
def shared_scanner() -> Scanner:
    """The scanner of this process."""
    return Scanner()


def scanner_with(recognizers: Sequence[EntityRecognizer]) -> Scanner:
    """A scanner with a user's own recognizers; without any the shared one."""
    return Scanner(recognizers) if recognizers else shared_scanner()
