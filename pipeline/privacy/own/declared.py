"""`recognizers.yaml`: a dataset's own recognizers in Presidio's format, made by Presidio's own loader."""

import re
from collections.abc import Iterator
from typing import Any, Literal

from presidio_analyzer import EntityRecognizer, PatternRecognizer, predefined_recognizers
from presidio_analyzer.recognizer_registry.recognizers_loader_utils import RecognizerListLoader
from pydantic import Field

from pipeline.contracts.place import Place
from pipeline.contracts.strict import Strict
from pipeline.contracts.validated import validated
from pipeline.contracts.vocabulary import nearest
from pipeline.contracts.yaml_lines import read_yaml
from pipeline.privacy.own.patterns import refuse_pattern
from pipeline.privacy.tokens import LANGUAGE

#: Presidio's defaults: a dot matches line ends, ^ and $ match at lines, letters of both cases are equal.
FLAGS = int(re.DOTALL | re.MULTILINE | re.IGNORECASE)
_MODEL = "a model of names is a setting: CLEARWELL_NAME_MODEL"
_REFUSED = {
    "EmailRecognizer": "ours, with the list of domains in the package, is always on",
    **dict.fromkeys(("SpacyRecognizer", "StanzaRecognizer", "TransformersRecognizer", "GLiNERRecognizer"), _MODEL),
}
_CUSTOM_ONLY = ("patterns", "deny_list", "deny_list_score")


class _Pattern(Strict):
    name: str = Field(min_length=1)
    regex: str = Field(min_length=1)
    score: float = Field(ge=0, le=1)


class _Language(Strict):
    language: str
    context: tuple[str, ...] | None = None


class Recognizer(Strict):
    """One entry; `type` follows from patterns and deny list where it is not said."""

    name: str = Field(min_length=1)
    class_name: str | None = None
    type: Literal["custom", "predefined"] | None = None
    enabled: bool = True
    supported_language: str | None = None
    supported_languages: tuple[str, ...] | tuple[_Language, ...] | None = None
    context: tuple[str, ...] | None = None
    supported_entity: str | None = None
    supported_entities: tuple[str, ...] | None = Field(None, min_length=1)
    score_thresholds: dict[str, float] | None = None
    country_code: str | None = None
    patterns: tuple[_Pattern, ...] | None = None
    deny_list: tuple[str, ...] | None = Field(None, min_length=1)
    deny_list_score: float = Field(1.0, ge=0, le=1)

    @property
    def custom(self) -> bool:
        return (self.type or ("custom" if self.patterns or self.deny_list else "predefined")) == "custom"

    @property
    def languages(self) -> list[str]:
        several = [item if isinstance(item, str) else item.language for item in self.supported_languages or ()]
        return [*several, *([self.supported_language] if self.supported_language else [])]


class _File(Strict):
    supported_languages: tuple[str, ...] = (LANGUAGE,)
    global_regex_flags: int = FLAGS
    recognizers: tuple[Recognizer, ...] = Field(min_length=1)


def switchable() -> dict[str, type[EntityRecognizer]]:
    """Presidio's own recognizers that may be switched on by name: those that need neither a model nor a network.

    EmailRecognizer asks the network for public suffixes; ours, with the list in the package, is always on.
    """
    known = {name: getattr(predefined_recognizers, name) for name in predefined_recognizers.__all__}
    of_patterns = {
        name: kind for name, kind in known.items() if isinstance(kind, type) and issubclass(kind, PatternRecognizer)
    }
    phones = {"PhoneRecognizer": predefined_recognizers.PhoneRecognizer}
    return {name: kind for name, kind in (of_patterns | phones).items() if name != "EmailRecognizer"}


def read_recognizers(raw: bytes, file: str) -> Iterator[tuple[Place, EntityRecognizer]]:
    """The recognizers that a file switches on, and where it says so.

    Raises:
        ContractError: the file says what Presidio would not do, or would skip without a word.
    """
    document = read_yaml(raw, file)
    found = validated(_File, document, "is not allowed")
    if set(found.supported_languages) != {LANGUAGE}:
        raise _other_language(document.place / "supported_languages", found.supported_languages)
    if found.global_regex_flags & ~FLAGS:
        allowed = f"a sum of {int(re.IGNORECASE)} (either case), {int(re.MULTILINE)} (lines), {int(re.DOTALL)} (dot)"
        given = found.global_regex_flags
        raise (document.place / "global_regex_flags").refusal("these flags are not known", given=given, allowed=allowed)
    for position, item in enumerate(found.recognizers):
        place = (document.place / "recognizers" / position).named(item.name)
        if item.enabled:
            _check(item, place)
            yield from ((place, made) for made in _made(item, found.global_regex_flags, place))


def _check(item: Recognizer, place: Place) -> None:
    if unknown := set(item.languages) - {LANGUAGE}:
        raise _other_language(place, sorted(unknown))
    if item.custom:
        _check_custom(item, place)
    else:
        _check_predefined(item, place)


def _check_custom(item: Recognizer, place: Place) -> None:
    if item.class_name or item.supported_entities:
        word = "class_name" if item.class_name else "supported_entities"
        raise (place / word).refusal(f"{word} is not for patterns of one's own", allowed="name, supported_entity")
    if item.supported_entity is None:
        raise place.refusal("a recognizer of one's own needs supported_entity", allowed="such as BADGE_NUMBER")
    if not item.patterns and not item.deny_list:
        raise place.refusal("a recognizer of one's own needs patterns or deny_list")
    if item.name in predefined_recognizers.__all__:
        raise place.refusal("this name is one of Presidio's own", hint="give it another, or leave out what it matches")
    for position, pattern in enumerate(item.patterns or ()):
        if problem := refuse_pattern(pattern.regex):
            at = place / "patterns" / position / "regex"
            raise at.refusal(f"{pattern.name}: {problem[0]}", hint=problem[1])


def _check_predefined(item: Recognizer, place: Place) -> None:
    given = [word for word in _CUSTOM_ONLY if word in item.model_fields_set]
    if given:
        raise (place / given[0]).refusal(f"{given[0]} is not for Presidio's own", hint="type: custom")
    if (kind := item.class_name or item.name) not in switchable():
        raise place.refusal(
            "no recognizer of Presidio's that can be switched on",
            given=kind,
            allowed=f"{len(switchable())} that need neither a model nor a network, such as SgFinRecognizer",
            hint=_REFUSED.get(kind) or nearest(kind, switchable()),
        )


def _made(item: Recognizer, flags: int, place: Place) -> list[EntityRecognizer]:
    """What Presidio's loader makes of an entry; its refusals quote the entry alone."""
    content: dict[str, Any] = item.model_dump(mode="json", exclude_unset=True)
    content["type"] = "custom" if item.custom else "predefined"
    try:
        return list(RecognizerListLoader.get([content], [LANGUAGE], flags))
    except (TypeError, ValueError) as error:
        raise place.refusal("Presidio can't make this recognizer", given=f"{type(error).__name__}: {error}") from None


def _other_language(place: Place, given: object) -> Exception:
    return place.refusal("texts are read with English context words", given=given, allowed=LANGUAGE)
