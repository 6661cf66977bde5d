"""The clauses of `prose/<language>.yaml`, parsed once."""

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "prose"

Clause = tuple[tuple[str, str | None], ...]
"""Pieces of a sentence: a literal, and the slot that follows it, if any."""


@dataclass(frozen=True)
class Prose:
    """What one language can say."""

    themes: dict[str, tuple[Clause, ...]]
    personal: dict[str, tuple[Clause, ...]]
    """Clauses that hold personal data, by kind."""
    fill: dict[str, tuple[str, ...]]
    titles: tuple[str, str]
    """How a woman and a man are addressed."""


def _parse(template: str) -> Clause:
    return tuple((literal, slot) for literal, slot, _, _ in Formatter().parse(template))


def _clauses(lists: dict[str, list[str]]) -> dict[str, tuple[Clause, ...]]:
    return {theme: tuple(map(_parse, templates)) for theme, templates in lists.items()}


@lru_cache
def prose_of(language: str) -> Prose:
    """The clauses of `en`, `de`, `fr` or `hi`."""
    content: dict[str, Any] = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    fill = {slot: tuple(values) for slot, values in content.pop("fill").items()}
    female, male = content.pop("titles")
    personal = _clauses(content.pop("personal"))
    return Prose(_clauses(content), personal, fill, (female, male))


def pick(rng: random.Random, language: str, theme: str) -> tuple[str, Clause]:
    """A clause about the theme and its language: English where the language has nothing to say about it."""
    clauses = prose_of(language).themes.get(theme)
    return (language, rng.choice(clauses)) if clauses else ("en", rng.choice(prose_of("en").themes[theme]))


def pick_personal(rng: random.Random, language: str, kind: str) -> tuple[str, Clause]:
    """A clause with personal data of the kind, likewise."""
    clauses = prose_of(language).personal.get(kind)
    return (language, rng.choice(clauses)) if clauses else ("en", rng.choice(prose_of("en").personal[kind]))
