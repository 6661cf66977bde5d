"""Persons for the training text: real names of many cultures, and names composed so that nobody bears them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

#: Share of names that are composed.
_MADE = 0.5
#: Share of persons whose name is of their language's own culture.
_AT_HOME = 0.6
_HOMES: Mapping[str, str] = {"de": "de", "fr": "fr", "hinglish": "in"}
_ALONE: Mapping[str, str] = {"hi": "hi"}


@dataclass(frozen=True)
class Culture:
    """Given and family names; `made` composes others from beginnings and ends, where there are any."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    made: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    weight: int

    def draw(self, random: Random, part: str) -> str:
        """One word of a name; `part` is `given` or `family`."""
        if part in self.made and random.random() < _MADE:
            beginnings, ends = self.made[part]
            return random.choice(beginnings) + random.choice(ends)
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
        if home in self.cultures and random.random() < _AT_HOME:
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
    return People({name: _culture(item, name) for name, item in told.items()}, particles, nicknames)


def _culture(told: Mapping[str, Any], name: str) -> Culture:
    made = {part: (tuple(beginnings), tuple(ends)) for part, (beginnings, ends) in told.get("made", {}).items()}
    alone = name in _ALONE.values()
    weight = 0 if alone else int(told.get("weight", 1))
    return Culture(tuple(told["given"].split()), tuple(told["family"].split()), made, weight)
