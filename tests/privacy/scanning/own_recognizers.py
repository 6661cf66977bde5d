"""Recognizers that a user might add: by YAML, by pattern and by class, each with something that a gate could miss."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import regex
import yaml
from presidio_analyzer import (
    AnalysisExplanation,
    EntityRecognizer,
    Pattern,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

#: Patterns by name: what each says that a second engine of patterns may not know or read otherwise.
PATTERNS: dict[str, tuple[str, ...]] = {
    "LOOKAROUND": (r"(?<=id[:=] ?)\d{4}(?!\d)", r"(?<![A-Z])Q\d{3}(?=\s|$)"),
    "BACKREFERENCE": (r"\b(\d)\1{3}\b", r"(?P<mark>[#*])\w{2,5}(?P=mark)"),
    "FUZZY": (r"\b(?:confidential){e<=1}\b", r"(?:badge){s<=1}\s\d+"),
    "PROPERTY": (r"\p{Lu}{2}\p{Nd}{3}", r"\p{Cyrillic}+-\d", r"[[:alpha:]]{3}_[[:digit:]]"),
    "FOLDED": (r"(?i:stra)SSE \d", r"(?fi)groß\d", r"(?i)Kelvin[kK]s"),
    "WHOLE_LINE": (r"^ref .{1,9}$", r"\Aabc", r"xyz\Z"),
    "ATOMIC": (r"(?>a+)b\d", r"\d++z", r"\bcase\K\d{2}"),
    "RECURSIVE": (r"\((?:[^()]|(?R))*\)",),
    "NEVER_EMPTY": (r"q*", r"\b(?=\d)"),
    "ANY": (r"Anon.mous\nline", r"\Xx\u0301\d"),
    "REVERSED": (r"(?r)\d{2}[a-c]+",),
    "FORM_FEED": (r"a\s+b\s*=\s*\d", r"\w+\x85\w+"),
    "SETS": (r"(?V1)[\w--[a-z]]{5}", r"[^\x00-\x7f]{3}\d"),
}
#: Texts that some of them match, since hypothesis can't draw from these.
MATCHES = (
    "id: 1234", "id=5678", "Q123 ", "1111", "7777", "#abc#", "*xy*", "confidentiel", "CONFIDENTAL", "badgf 12",
    "ÄÖ123", "приказ-7", "abc_5", "straSSE 5", "STRAẞE 5", "groß1", "GROSS1", "éèà7", "Badge 7", "by Anna",
    "By Ravi ", "grosſ2", "Kelvinks", "KELVIN\u212as", "ref 12 a", "\nref x\n", "abc", "xyz", "aaab3", "12345z",
    "case42", "(a(b)c)", "((", "qqq", "Anonymous\nline", "e\u0301x\u03017", "ax\u03012", "\u0301x", "12abc",
    "45cba", "a\x1cb = 4", "a\u00a0b=5", "ab\x85cd", "ABC12", "éèà", "Mr.", "DR. ", "prof", "emp-12", "E-0042",
    "E-0043", "Project Falcon", "project  Owl", "TOP", "top secret", "ticket 99", "STAFF", "staff 1",
    "İd: 1234",
)  # fmt: skip
_YAML: dict[str, Any] = {
    "recognizers": [
        {
            "name": "Titles",
            "supported_language": "en",
            "supported_entity": "TITLE",
            "deny_list": ["Mr.", "Dr.", "Prof"],
        },
        {
            "name": "Staff number",
            "supported_language": "en",
            "supported_entity": "STAFF_NUMBER",
            "patterns": [{"name": "low", "regex": r"emp-\d{1,4}", "score": 0.1}],
            "context": ["staff", "badge"],
            "score_thresholds": {"default": 0.05, "STAFF_NUMBER": 0.3},
        },
        {
            "name": "Andere Sprache",
            "supported_language": "de",
            "supported_entity": "GERMAN",
            "patterns": [{"name": "any", "regex": r"\w+", "score": 0.9}],
        },
    ]
}


class EvenNumber(PatternRecognizer):  # type: ignore[misc]
    """Judges what its pattern matched: even ones are sure, those that end in 5 are none, thirteens are refused."""

    def __init__(self) -> None:
        patterns = [Pattern("E number", r"E-\d{4}", 0.3), Pattern("E any", r"E-\w+", 0.2)]
        super().__init__("EVEN_NUMBER", patterns=patterns, context=["form"], supported_language="en")

    def validate_result(self, pattern_text: str) -> bool | None:
        last = pattern_text[-1]
        return None if not last.isdigit() or last in "13" else last != "5"

    def invalidate_result(self, pattern_text: str) -> bool | None:
        return pattern_text.endswith("13")


class CaseMatters(PatternRecognizer):  # type: ignore[misc]
    """Runs its patterns with flags of its own, by the argument of `analyze`."""

    def __init__(self) -> None:
        super().__init__("CASE_MATTERS", patterns=[Pattern("capitals", r"^TOP.", 0.6)], supported_language="en")

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None) -> Any:
        del regex_flags
        return super().analyze(text, entities, nlp_artifacts, regex_flags=int(regex.VERSION0 | regex.ASCII))


class Projects(EntityRecognizer):  # type: ignore[misc]
    """Finds by code, from the tokens of the language engine; answers None where there is nothing."""

    def __init__(self) -> None:
        super().__init__(supported_entities=["PROJECT", "PLACE"], name="Projects", context=["secret"])

    def load(self) -> None:
        """Nothing to load."""

    def analyze(self, text: str, entities: Sequence[str], nlp_artifacts: Any) -> list[RecognizerResult] | None:
        assert "PROJECT" in entities
        tokens = list(nlp_artifacts.tokens)
        found = []
        for word, name in pairwise(tokens):
            if word.lower_ == "project" and name.text.istitle():
                why = AnalysisExplanation(recognizer=self.name, original_score=0.35)
                found.append(RecognizerResult("PROJECT", word.idx, name.idx + len(name), 0.35, why))
        return found or None


class Tickets(PatternRecognizer):  # type: ignore[misc]
    """A weak pattern that other findings make sure, by a hook of its own."""

    def __init__(self) -> None:
        super().__init__("TICKET", patterns=[Pattern("ticket", r"ticket \d+", 0.05)], context=["desk"])

    def enhance_using_context(
        self,
        text: str,
        raw_recognizer_results: list[RecognizerResult],
        other_raw_recognizer_results: list[RecognizerResult],
        nlp_artifacts: Any,
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        for result in raw_recognizer_results:
            if any(abs(other.start - result.end) < 30 for other in other_raw_recognizer_results):
                result.score = 0.77
                result.recognition_metadata[RecognizerResult.IS_SCORE_ENHANCED_BY_CONTEXT_KEY] = True
        return raw_recognizer_results


def own_recognizers(folder: Path) -> list[EntityRecognizer]:
    """All of them, new ones at each call.

    Args:
        folder: where the YAML file is written, which Presidio itself then reads.
    """
    file = folder / "recognizers.yaml"
    file.write_text(yaml.safe_dump(_YAML), encoding="utf-8")
    registry = RecognizerRegistry()
    registry.add_recognizers_from_yaml(file)
    by_pattern = [
        PatternRecognizer(
            name, patterns=[Pattern(f"{name} {at}", text, 0.3 + 0.1 * at) for at, text in enumerate(texts)]
        )
        for name, texts in PATTERNS.items()
    ]
    exact = PatternRecognizer("STAFF", patterns=[Pattern("staff", "STAFF", 0.5)], global_regex_flags=regex.UNICODE)
    denied = PatternRecognizer("DENIED", deny_list=["top", "Falcon (old)", "ß", "के"], deny_list_score=0.4)
    abroad = PhoneRecognizer(
        supported_regions=("IT", "JP", "ZZ"), leniency=0, supported_entity="ABROAD", context=["ring"]
    )
    strict = PhoneRecognizer(supported_regions=("US", "GB"), leniency=3, supported_entity="STRICT_PHONE")
    classes = [EvenNumber(), CaseMatters(), Projects(), Tickets()]
    return [*registry.recognizers, *by_pattern, exact, denied, abroad, strict, *classes]
