"""Presidio's patterns over free text: the same answer as its engine, less often computed."""

import logging
import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property, lru_cache

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry
from presidio_analyzer.context_aware_enhancers import LemmaContextAwareEnhancer

from pipeline.errors import PrivacyError
from pipeline.privacy.recognizers import SCORE_THRESHOLD, make_recognizers
from pipeline.privacy.spans import Span
from pipeline.privacy.tokens import LANGUAGE, TokenEngine

#: Without any of these no recognizer can match: all need a digit or an @, but URLs (a dot before a letter) and
#: IPv6 addresses (a colon before a hex digit or a colon). A test draws matches from every pattern to prove it.
MAY_HOLD = re.compile(r"[\d@]|\.\w|:[0-9A-Fa-f:]")
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

    Repeated texts are remembered (8,192 of up to 2,000 characters); texts that can hold nothing are left at once.
    """

    def __init__(self, recognizers: Sequence[EntityRecognizer] = ()) -> None:
        logger = logging.getLogger("presidio-analyzer")
        if not any(isinstance(item, _StopOnSkip) for item in logger.filters):
            logger.addFilter(_StopOnSkip())
        self._engine = make_engine(recognizers)
        self._remember = lru_cache(maxsize=_REMEMBERED_TEXTS)(self._analyze)

    @cached_property
    def entity_types(self) -> frozenset[str]:
        """The types that `scan` can find."""
        return frozenset(self._engine.get_supported_entities(LANGUAGE))

    def scan(self, text: str) -> list[Span]:
        """What Presidio's `analyze` answers, in its order (best score first).

        Raises:
            PrivacyError: Presidio could not search the whole text.
        """
        if not MAY_HOLD.search(text):
            return []
        return list(self._remember(text) if len(text) <= _REMEMBERED_LENGTH else self._analyze(text))

    def scan_many(self, texts: Iterable[str]) -> list[list[Span]]:
        """`scan` of each text, in their order."""
        return [self.scan(text) for text in texts]

    def _analyze(self, text: str) -> tuple[Span, ...]:
        try:
            found = self._engine.analyze(text, language=LANGUAGE)
        except PrivacyError:
            raise
        except Exception as error:
            raise PrivacyError("a text can't be searched for personal data", given=type(error).__name__) from None
        return tuple(Span(item.start, item.end, item.entity_type, item.score) for item in found)


@cache
def shared_scanner() -> Scanner:
    """The scanner of this process."""
    return Scanner()
