"""Free text composed of clauses, with the place of every piece of personal data in it."""

import random
from dataclasses import dataclass

from pipeline.synthetic.cast import SLOTS, Cast, personal_kinds
from pipeline.synthetic.draws import weighted
from pipeline.synthetic.prose import Clause, pick, pick_personal, prose_of

_PERSONAL_SHARE = 0.5
_SHORTEST = 60
#: Language, and how often a text of that country is written in it rather than in English.
_LANGUAGES = {"DE": ("de", 0.35), "FR": ("fr", 0.35), "IN": ("hi", 0.1)}


@dataclass(frozen=True, slots=True)
class Span:
    """Personal data in a text: `[start, end)` in Unicode code points."""

    start: int
    end: int
    entity_type: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text and all personal data in it."""

    value: str
    spans: tuple[Span, ...]


def compose(rng: random.Random, themes: tuple[str, ...], cast: Cast) -> Text:
    """A text of 60 to 600 characters about the themes; half of all hold one or two clauses with personal data."""
    language, share = _LANGUAGES.get(cast.own.country, ("en", 0.0))
    if rng.random() >= share:
        language = "en"
    chosen = list(dict.fromkeys(pick(rng, language, theme) for theme in themes))
    while len(chosen) < 2 or sum(len(literal) for _, clause in chosen for literal, _ in clause) < _SHORTEST:
        chosen = list(dict.fromkeys([*chosen, pick(rng, language, rng.choice((*themes, "steady")))]))
    if rng.random() < _PERSONAL_SHARE:
        for _ in range(rng.choice((1, 1, 2))):
            clause = pick_personal(rng, language, weighted(rng, personal_kinds(cast.own.country)))
            chosen.insert(rng.randint(0, len(chosen)), clause)
    return _join(rng, chosen, cast)


def _join(rng: random.Random, clauses: list[tuple[str, Clause]], cast: Cast) -> Text:
    """The clauses one after another, mostly on one line, with every slot filled."""
    value, spans = "", []
    for language, clause in clauses:
        if value:
            value += "\n" if rng.random() < 0.08 else " "
        for literal, slot in clause:
            value += literal
            if slot in SLOTS:
                entity_type, draw = SLOTS[slot]
                filling = draw(rng, cast)
                spans.append(Span(len(value), len(value) + len(filling), entity_type))
                value += filling
            elif slot:
                value += _filling(rng, language, slot, cast)
    return Text(value, tuple(spans))


def _filling(rng: random.Random, language: str, slot: str, cast: Cast) -> str:
    """What fills a slot that holds nothing personal."""
    prose = prose_of(language)
    return prose.titles[cast.title_index()] if slot == "title" else rng.choice(prose.fill[slot])
