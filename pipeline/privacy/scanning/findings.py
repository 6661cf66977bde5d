"""What a recognizer found, before context is weighed; and Presidio's way to drop what says nothing more."""

from collections.abc import Iterable
from typing import NamedTuple


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


