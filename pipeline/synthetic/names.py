"""Names, addresses and e-mails of a country's people, from our own lists in `people/`."""

import random
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipeline.synthetic.identifiers import digits, letters

_FOLDER = Path(__file__).parent / "people"
#: Letters that do not lose their marks by decomposition.
_LATIN = str.maketrans({"ß": "ss", "ø": "o", "æ": "ae", "’": "", "'": "", " ": "", "ä": "ae", "ö": "oe", "ü": "ue"})


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is written, and in plain Latin letters as an e-mail needs it."""

    written: str
    latin: str


@dataclass(frozen=True, slots=True)
class People:
    """The lists of one country."""

    female: tuple[Name, ...]
    male: tuple[Name, ...]
    family: tuple[Name, ...]
    cities: tuple[str, ...]
    streets: tuple[str, ...]
    address: str
    postcode: str

    def given(self, rng: random.Random, gender: str) -> Name:
        lists = {"F": self.female, "M": self.male}
        return rng.choice(lists.get(gender) or self.female + self.male)

    def draw_address(self, rng: random.Random) -> str:
        signs = {"#": lambda: digits(rng, 1), "A": lambda: letters(rng, 1), "B": lambda: letters(rng, 1)}
        postcode = "".join(signs[sign]() if sign in signs else sign for sign in self.postcode)
        return self.address.format(
            number=rng.randint(1, 240), street=rng.choice(self.streets), city=rng.choice(self.cities), postcode=postcode
        )


def latin(name: str) -> str:
    """A European name in the letters a to z: marks fall away, ligatures and umlauts become two letters."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_LATIN))
    return "".join(sign for sign in plain if sign.isascii() and sign.isalpha())


def _name(entry: str) -> Name:
    written, _, spelt = entry.partition("|")
    return Name(written, latin(spelt or written))


@lru_cache
def people_of(country: str) -> People:
    """The lists of `IN`, `US`, `DE`, `GB` or `FR`."""
    lists: dict[str, Any] = yaml.safe_load((_FOLDER / f"{country.lower()}.yaml").read_text(encoding="utf-8"))
    female, male, family = (tuple(map(_name, lists[kind])) for kind in ("female", "male", "family"))
    cities, streets = tuple(lists["cities"]), tuple(lists["streets"])
    return People(female, male, family, cities, streets, lists["address"], lists["postcode"])
