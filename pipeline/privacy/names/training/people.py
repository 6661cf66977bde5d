"""Persons for the training text: real names of many cultures, and names composed so that nobody bears them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

#: Shares of names that are composed of a beginning and an end, and of any syllables.
_MADE, _SYLLABIC = 0.38, 0.22
#: Share of persons whose name is of their language's own culture.
_AT_HOME = 0.6
_HOMES: Mapping[str, str] = {"de": "de", "fr": "fr", "hinglish": "in"}
_ALONE: Mapping[str, str] = {"hi": "hi"}


@dataclass(frozen=True)
class Culture:
    """Given and family names; `made` composes others from beginnings and ends, `syllables` from anything."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    made: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    weight: int
    syllables: Mapping[str, tuple[str, ...]]

    def draw(self, random: Random, part: str) -> str:
        """One word of a name; `part` is `given` or `family`."""
        drawn = random.random()
        if part in self.made and drawn < _MADE:
            beginnings, ends = self.made[part]
            return random.choice(beginnings) + random.choice(ends)
        if self.syllables and drawn >= 1 - _SYLLABIC:
            places = ("onsets", "vowels", "codas") * random.choice((1, 2, 2, 2, 3))
            return "".join(random.choice(self.syllables[place]) for place in places).capitalize()
        return random.choice(self.given if part == "given" else self.family)


class People:
    """Cultures by name, and what stands beside names."""

    def __init__(self, cultures: Mapping[str, Culture], particles: tuple[str, ...], nicknames: tuple[str, ...]) -> None:
        self.cultures = cultures
        self.particles = particles
        self.nicknames = nicknames
        shared = [name for name, culture in cultures.items() if culture.weight]
        self._shared = shared
        self._weights = [cultures[name].weight for name in shared]

    def culture(self, random: Random, language: str) -> Culture:
        """A culture for a person in a text of this language."""
        if language in _ALONE:
            return self.cultures[_ALONE[language]]
        home = _HOMES.get(language)
        if home is not None and home in self.cultures and random.random() < _AT_HOME:
            return self.cultures[home]
        return self.cultures[random.choices(self._shared, self._weights)[0]]

    def words(self) -> set[str]:
        """All words of names that are written down, in lower case."""
        listed = (name for culture in self.cultures.values() for name in (*culture.given, *culture.family))
        return {name.lower() for name in (*listed, *self.nicknames)}


def read_people(path: Path) -> People:
    """The persons of a file; see training/people.yaml for its form."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    particles, nicknames = tuple(told.pop("particles", ())), tuple(told.pop("nicknames", ()))
    strange, alone = told.pop("syllables", {}), {name: told.pop(f"syllables_{name}", {}) for name in _ALONE}
    cultures = {name: _culture(item, name, alone.get(name, strange)) for name, item in told.items()}
    return People(cultures, particles, nicknames)


def _culture(told: Mapping[str, Any], name: str, syllables: Mapping[str, Any]) -> Culture:
    made = {part: (tuple(beginnings), tuple(ends)) for part, (beginnings, ends) in told.get("made", {}).items()}
    alone = name in _ALONE.values()
    weight = 0 if alone else int(told.get("weight", 1))
    places = {place: tuple(parts) for place, parts in syllables.items()}
    return Culture(tuple(told["given"].split()), tuple(told["family"].split()), made, weight, places)
