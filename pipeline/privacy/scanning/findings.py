"""What a recognizer found, before context is weighed; and Presidio's way to drop what says nothing more."""

from typing import NamedTuple

from presidio_analyzer import EntityRecognizer, RecognizerResult

#: Where Presidio notes who found a result, and that its score was raised already.
SOURCE = RecognizerResult.RECOGNIZER_IDENTIFIER_KEY
SETTLED = RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY


class Finding(NamedTuple):
    """Characters [start, end) of a text.

    `source` is the id of the recognizer that found them; `settled`: it weighed the context itself.
    """

    start: int
    end: int
    entity_type: str
    score: float
    source: str
    settled: bool = False


def without_duplicates(findings: list[Finding]) -> list[Finding]:
    """Findings that no other of the same type contains with the same score or better; best first.

    The order and the rule are those of `EntityRecognizer.remove_duplicates`.
    """
    if len(findings) < 2:
        return [finding for finding in findings if finding.score]
    kept: list[Finding] = []
    active: list[Finding] = []
    for finding in sorted(set(findings), key=_by_type):
        if not finding.score:
            continue
        if active and active[0].entity_type != finding.entity_type:
            active = []
        active = [other for other in active if other.end >= finding.start]
        if not any(_contains(other, finding) for other in active):
            kept.append(finding)
            active.append(finding)
    return sorted(kept, key=_best_first)


def _contains(other: Finding, finding: Finding) -> bool:
    return other.start <= finding.start and finding.end <= other.end and finding.score <= other.score


def _by_type(finding: Finding) -> tuple[str, int, int, float]:
    return finding.entity_type, finding.start, finding.start - finding.end, -finding.score


def _best_first(finding: Finding) -> tuple[float, int, int]:
    return -finding.score, finding.start, finding.start - finding.end


def finding_of(result: RecognizerResult, recognizer: EntityRecognizer | None = None) -> Finding:
    """A result of Presidio's; one that does not say who found it is the given recognizer's."""
    told = result.recognition_metadata or {}
    source = told.get(SOURCE, recognizer.id if recognizer else "")
    return Finding(result.start, result.end, result.entity_type, result.score, source, bool(told.get(SETTLED)))
