"""What Presidio's pattern recognizers find in a text, searched for only where their gates are open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex
from presidio_analyzer import EntityRecognizer, PatternRecognizer
from presidio_analyzer.pattern_recognizer import REGEX_TIMEOUT_SECONDS

from pipeline.errors import PrivacyError
from pipeline.privacy.scanning.findings import Finding, without_duplicates
from pipeline.privacy.scanning.gate import Gate, gate_of
from pipeline.privacy.scanning.gates import Gates, Stretches


def is_plain(recognizer: EntityRecognizer) -> bool:
    """Whether a recognizer does nothing but search for its patterns, as Presidio wrote it."""
    kind = type(recognizer)
    return isinstance(recognizer, PatternRecognizer) and kind.analyze is PatternRecognizer.analyze


class _Validated(NamedTuple):
    """How a recognizer judges what a pattern matched; None: it does not."""

    validates: bool
    invalidates: bool


@dataclass(frozen=True)
class _Pattern:
    """One pattern of a recognizer."""

    recognizer: PatternRecognizer
    compiled: "regex.Pattern[str]"
    score: float
    gate: Gate | None
    name: str


class PatternSearch:
    """The patterns of many recognizers, gated together."""

    def __init__(self, recognizers: Sequence[PatternRecognizer]) -> None:
        self._patterns = [pattern for recognizer in recognizers for pattern in _patterns_of(recognizer)]
        self._gates = Gates([pattern.gate for pattern in self._patterns])

    def find(self, text: str) -> list[Finding]:
        """Findings of all recognizers, those of each without its own duplicates."""
        found: dict[str, list[Finding]] = {}
        opened = self._gates.open_in(text)
        for number in opened:
            pattern = self._patterns[number]
            for start, end in _spans(pattern, text, opened[number]):
                score = _score(pattern, text[start:end])
                if score > 0:
                    recognizer = pattern.recognizer
                    finding = Finding(start, end, recognizer.supported_entities[0], score, recognizer.id)
                    found.setdefault(recognizer.id, []).append(finding)
        return [finding for findings in found.values() for finding in without_duplicates(findings)]


def _patterns_of(recognizer: PatternRecognizer) -> Iterator[_Pattern]:
    flags = recognizer.global_regex_flags
    for pattern in recognizer.patterns:
        compiled = regex.compile(pattern.regex, flags=flags)
        yield _Pattern(recognizer, compiled, pattern.score, gate_of(pattern.regex, flags), pattern.name)


def _spans(pattern: _Pattern, text: str, stretches: Stretches | None) -> Iterator[tuple[int, int]]:
    """Matches from left to right, none overlapping, none empty."""
    try:
        if stretches is None:
            matches = pattern.compiled.finditer(text, timeout=REGEX_TIMEOUT_SECONDS)
            yield from (match.span() for match in matches if match.end() > match.start())
        else:
            yield from _spans_in(pattern, text, stretches)
    except TimeoutError:
        raise PrivacyError(
            "a pattern timed out, so a text was not searched for it",
            given=f"{pattern.recognizer.name}, {pattern.name}, {len(text)} characters",
            hint="split very long texts",
        ) from None


def _spans_in(pattern: _Pattern, text: str, stretches: Stretches) -> Iterator[tuple[int, int]]:
    reach = pattern.gate.reach if pattern.gate else None
    cursor = 0
    for first, last in stretches:
        while cursor <= last:
            until = None if reach is None else last + reach
            match = pattern.compiled.search(text, max(first, cursor), until, timeout=REGEX_TIMEOUT_SECONDS)
            if match is None and reach is None:
                return
            if match is None or match.start() > last:
                break
            yield match.span()
            cursor = match.end()


def _score(pattern: _Pattern, matched: str) -> float:
    """The pattern's score, or what the recognizer makes of it once it has looked at the digits."""
    valid = pattern.recognizer.validate_result(matched)
    score = pattern.score
    if valid is not None:
        score = EntityRecognizer.MAX_SCORE if valid else EntityRecognizer.MIN_SCORE
    return EntityRecognizer.MIN_SCORE if pattern.recognizer.invalidate_result(matched) else score
