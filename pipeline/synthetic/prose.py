"""The clauses of `prose/<language>.yaml`, parsed once; sentences without personal data are written out beforehand."""

import random
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice, product
from pathlib import Path
from string import Formatter
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "prose"
#: Ways in which each clause is written out: all of those with the most slots, and others as often, for equal shares.
_WAYS = 42

Clause = tuple[tuple[str, str | None], ...]
"""Pieces of a sentence: a literal, and the slot that follows it, if any."""


@dataclass(frozen=True)
class Prose:
    """What one language can say."""

    themes: dict[str, tuple[Clause, ...]]
    sentences: dict[str, tuple[str, ...]]
    """The clauses of a theme with every slot filled in every way."""
    personal: dict[str, tuple[Clause, ...]]
    """Clauses that hold personal data, by kind."""
    fill: dict[str, tuple[str, ...]]
    titles: tuple[str, str]
    """How a woman and a man are addressed."""


def _parse(template: str) -> Clause:
    return tuple((literal, slot) for literal, slot, _, _ in Formatter().parse(template))


def _clauses(lists: dict[str, list[str]]) -> dict[str, tuple[Clause, ...]]:
    return {theme: tuple(map(_parse, templates)) for theme, templates in lists.items()}


def _written_out(clause: Clause, fill: dict[str, tuple[str, ...]]) -> list[str]:
    slots = [fill[slot] if slot else ("",) for _, slot in clause]
    ways = ["".join(lit + word for (lit, _), word in zip(clause, words, strict=True)) for words in product(*slots)]
    return list(islice(cycle(ways), _WAYS))


@cache
def prose_of(language: str) -> Prose:
    """The clauses of `en`, `de`, `fr` or `hi`."""
    content: dict[str, Any] = yaml.safe_load((_FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    fill = {slot: tuple(values) for slot, values in content.pop("fill").items()}
    female, male = content.pop("titles")
    personal = _clauses(content.pop("personal"))
    themes = _clauses(content)
    sentences = {
        theme: tuple(sentence for clause in clauses for sentence in _written_out(clause, fill))
        for theme, clauses in themes.items()
    }
    return Prose(themes, sentences, personal, fill, (female, male))


@cache
def sentences_about(language: str, theme: str) -> tuple[str, ...]:
    """All that can be said about the theme: in English where the language has nothing to say about it."""
    return prose_of(language).sentences.get(theme) or prose_of("en").sentences[theme]


def pick_personal(rng: random.Random, language: str, kind: str) -> tuple[str, Clause]:
    """A clause with personal data of the kind and its language, likewise."""
    clauses = prose_of(language).personal.get(kind)
    return (language, rng.choice(clauses)) if clauses else ("en", rng.choice(prose_of("en").personal[kind]))
