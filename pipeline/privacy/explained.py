"""Why a stretch of text is taken for personal data: what found it, by which pattern, and what raised its score."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from presidio_analyzer import AnalyzerEngine, RecognizerResult

from pipeline.errors import PrivacyError
from pipeline.privacy.spans import Span
from pipeline.privacy.tokens import LANGUAGE

#: Presidio's engine is not asked why a text is longer than that: it would take many seconds.
LONGEST = 20_000
_PHONE = re.compile(r"Recognized as (\w+) region phone number")
#: What a recognizer's validation says of a match; of others only that it passed.
_VALIDATED = {
    "EMAIL_ADDRESS": "its domain ends in a public suffix",
    "URL": "its domain ends in a public suffix",
    "IP_ADDRESS": "a valid address",
}


class Reason(NamedTuple):
    """One finding, and what it rests on, in words without a value of the text but context words."""

    span: Span
    why: str


def explain_patterns(engine: AnalyzerEngine, text: str, threshold: float | None = None) -> list[Reason]:
    """What Presidio's engine finds in a text, with the reasons that it gives itself; nothing for a very long text.

    Args:
        engine: of the recognizers that the text was scanned with.
        text: to be explained.
        threshold: least score; by default the engine's.

    Raises:
        PrivacyError: Presidio could not search the text.
    """
    if len(text) > LONGEST:
        return []
    try:
        found = engine.analyze(text, LANGUAGE, score_threshold=threshold, return_decision_process=True)
    except Exception as error:
        raise PrivacyError("a text can't be searched for personal data", given=type(error).__name__) from None
    return [Reason(Span(item.start, item.end, item.entity_type, item.score), _why(item)) for item in found]


def explain_known(spans: Iterable[Span], why: str) -> list[Reason]:
    """Findings that all have one reason, such as a roster's."""
    return [Reason(span, why) for span in spans]


def reasons_of(stretch: Span, reasons: Sequence[Reason]) -> list[Reason]:
    """The findings that make up a masked stretch: those that gave it its type first, then by score and length."""
    overlapping = [item for item in reasons if item.span.start < stretch.end and stretch.start < item.span.end]

    def rank(item: Reason) -> tuple[bool, float, int, str]:
        span = item.span
        return span.entity_type != stretch.entity_type, -span.score, span.start - span.end, span.entity_type

    return sorted(overlapping, key=rank)


def _why(item: RecognizerResult) -> str:
    metadata, told = item.recognition_metadata or {}, item.analysis_explanation
    parts = [str(metadata.get(RecognizerResult.RECOGNIZER_NAME_KEY, "a recognizer"))]
    if told is None:
        return parts[0]
    if region := _PHONE.match(told.textual_explanation or ""):
        parts.append("a number that can be dialled" if region[1] == "None" else f"a number of region {region[1]}")
    elif told.pattern_name == "deny_list":
        parts.append("a word of its list")
    elif told.pattern_name:
        parts.append(f"pattern “{told.pattern_name}”")
    if told.validation_result:
        parts.append(_VALIDATED.get(item.entity_type, "its check digits are valid"))
    elif told.supportive_context_word:
        parts.append(f"the word “{told.supportive_context_word}” raised {told.original_score:.2f} to {item.score:.2f}")
    return ", ".join(parts)
