"""What Presidio's pattern recognizers find in a text, searched for only where their gates are open."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex
from presidio_analyzer import EntityRecognizer, PatternRecognizer
from presidio_analyzer.pattern_recognizer import REGEX_TIMEOUT_SECONDS
from presidio_analyzer.predefined_recognizers import IbanRecognizer

from pipeline.errors import PrivacyError
from pipeline.privacy.scanning.findings import Finding, finding_of, without_duplicates
from pipeline.privacy.scanning.gate import Gate, gate_of
from pipeline.privacy.scanning.gates import Gates, Stretches

#: Ways to analyze that find nothing where no pattern matches. The first is the one that we go ourselves.
_BY_PATTERNS = (PatternRecognizer.analyze, IbanRecognizer.analyze)
#: Whose patterns are known not to explode, and those without an end to stop at a blank: on a text of this length, or
#: without so long a run of other characters, they are done long before a timeout.
_TRUSTED = ("presidio_analyzer", "pipeline")
_SOON_DONE = 10_000
_RUN = re.compile(r"\S{2000}")


def is_gated(recognizer: EntityRecognizer) -> bool:
    """Whether a recognizer finds nothing where none of its patterns matches."""
    return isinstance(recognizer, PatternRecognizer) and type(recognizer).analyze in _BY_PATTERNS


@dataclass(frozen=True)
class _Pattern:
    """One pattern of a recognizer; not alone: the recognizer makes more of a match than the pattern says."""

    recognizer: PatternRecognizer
    alone: bool
    entity_type: str
    compiled: "regex.Pattern[str]"
    score: float
    gate: Gate | None
    name: str
    trusted: bool


class PatternSearch:
    """The patterns of many recognizers, gated together."""

    def __init__(self, recognizers: Sequence[PatternRecognizer]) -> None:
        self._patterns = [pattern for recognizer in recognizers for pattern in _patterns_of(recognizer)]
        self._gates = Gates([pattern.gate for pattern in self._patterns])

    def that_can_fire(self, text: str) -> set[str]:
        """Ids of the recognizers of which a pattern can match."""
        return {self._patterns[number].recognizer.id for number in self._gates.open_in(text)}

    def find(self, text: str) -> list[Finding]:
        """Findings of all recognizers, those of each without its own duplicates."""
        found: dict[str, list[Finding]] = {}
        calm = len(text) <= _SOON_DONE or _RUN.search(text) is None
        for number, stretches in self._gates.open_in(text).items():
            pattern = self._patterns[number]
            recognizer = pattern.recognizer
            if not pattern.alone:
                if recognizer.id not in found:
                    results = recognizer.analyze(text, recognizer.supported_entities)
                    found[recognizer.id] = [finding_of(result, recognizer) for result in results]
                continue
            for start, end in _spans(pattern, text, stretches, calm):
                score = _score(recognizer, pattern.score, text[start:end])
                if score > 0:
                    finding = Finding(start, end, pattern.entity_type, score, recognizer.id)
                    found.setdefault(recognizer.id, []).append(finding)
        return [finding for findings in found.values() for finding in without_duplicates(findings)]


def _patterns_of(recognizer: PatternRecognizer) -> Iterator[_Pattern]:
    flags = recognizer.global_regex_flags
    trusted = _is_ours(recognizer)
    for pattern in recognizer.patterns:
        compiled = regex.compile(pattern.regex, flags=flags)
        yield _Pattern(
            recognizer=recognizer,
            alone=type(recognizer).analyze is PatternRecognizer.analyze,
            entity_type=recognizer.supported_entities[0],
            compiled=compiled,
            score=pattern.score,
            gate=gate_of(pattern.regex, flags),
            name=pattern.name,
            trusted=trusted,
        )


def _is_ours(recognizer: PatternRecognizer) -> bool:
    """Whether its patterns are those that Presidio or we wrote into its class."""
    kind = type(recognizer)
    written = list(getattr(kind, "PATTERNS", ()))
    return kind.__module__.partition(".")[0] in _TRUSTED and bool(written) and list(recognizer.patterns) == written


def _spans(pattern: _Pattern, text: str, stretches: Stretches | None, calm: bool) -> Iterator[tuple[int, int]]:
    """Matches from left to right, none overlapping, none empty."""
    # To watch the clock is a call into the system now and then: several times what the search itself takes.
    timeout = None if calm and pattern.trusted else REGEX_TIMEOUT_SECONDS
    try:
        if stretches is None:
            matches = pattern.compiled.finditer(text, timeout=timeout)
            yield from (match.span() for match in matches if match.end() > match.start())
        else:
            yield from _spans_in(pattern, text, stretches, timeout)
    except TimeoutError:
        raise PrivacyError(
            "a pattern timed out, so a text was not searched for it",
            given=f"{pattern.recognizer.name}, {pattern.name}, {len(text)} characters",
            hint="split very long texts",
        ) from None


def _spans_in(pattern: _Pattern, text: str, stretches: Stretches, timeout: float | None) -> Iterator[tuple[int, int]]:
    """Only what begins in a stretch is looked for; a match found beyond it is kept for the stretch where it begins."""
    reach = pattern.gate.reach if pattern.gate else None
    cursor, ahead = 0, None
    for first, last in stretches:
        while cursor <= last:
            until = None if reach is None else last + reach
            match = ahead or pattern.compiled.search(text, max(first, cursor), until, timeout=timeout)
            if match is None and reach is None:
                return
            if match is None or match.start() > last:
                ahead = match if reach is None else None
                break
            yield match.span()
            cursor, ahead = match.end(), None


def _score(recognizer: PatternRecognizer, score: float, matched: str) -> float:
    """The pattern's score, or what the recognizer makes of it once it has looked at the digits."""
    valid = recognizer.validate_result(matched)
    if valid is not None:
        score = EntityRecognizer.MAX_SCORE if valid else EntityRecognizer.MIN_SCORE
    return EntityRecognizer.MIN_SCORE if recognizer.invalidate_result(matched) else score
