"""People's names as people write them."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple

_SHORT = """
alexander Alex, alexandra Alex, anthony Tony, andrew Andy, benjamin Ben, charles Charlie, christopher Chris,
daniel Dan, david Dave, edward Ed, elizabeth Liz, james Jim, jennifer Jenny, jessica Jess, jonathan Jon, joseph Joe,
joshua Josh, katherine Kate, margaret Maggie, matthew Matt, michael Mike, nicholas Nick, patricia Pat, peter Pete,
rebecca Becky, richard Rick, robert Bob, ronald Ron, samuel Sam, stephen Steve, steven Steve, susan Sue, thomas Tom,
timothy Tim, william Bill
"""
#: Short forms of given names that have a common one; others are misspelt instead.
_NICKNAMES: Mapping[str, str] = {long: short for item in _SHORT.split(",") for long, short in [item.split()]}
_TITLES: Mapping[str, tuple[str, ...]] = {
    "en": ("Mr", "Ms", "Dr.", "Mrs."),
    "de": ("Herr", "Frau", "Herrn Dr."),
    "fr": ("M.", "Mme", "Dr"),
    "hi": ("श्री", "सुश्री"),
}
_POSSESSIVE: Mapping[str, str] = {"en": "'s", "de": "s", "fr": "", "hi": ""}
#: A shorter word is seldom misspelt so that it can still be read.
_LEAST_MISSPELT = 5


class Written(NamedTuple):
    """`text` as it stands in the sentence; the name itself is [start, end) of it."""

    text: str
    start: int
    end: int


def _plain(text: str, before: str = "", after: str = "") -> Written:
    return Written(before + text + after, len(before), len(before) + len(text))


def _full(random: Random, given: str, family: str, language: str) -> Written:
    del random, language
    return _plain(f"{given} {family}")


def _possessive(random: Random, given: str, family: str, language: str) -> Written:
    del random
    end = _POSSESSIVE[language] if family.isascii() and family[-1:].isalpha() else ""
    return _plain(f"{given} {family}", after=end)


def _given(random: Random, given: str, family: str, language: str) -> Written:
    del random, family, language
    return _plain(given)


def _titled(random: Random, given: str, family: str, language: str) -> Written:
    del given
    return _plain(family, before=f"{random.choice(_TITLES[language])} ")


def _other_case(random: Random, given: str, family: str, language: str) -> Written:
    del language
    name = f"{given} {family}"
    return _plain(random.choice((name.upper(), name.lower())))


def _reversed(random: Random, given: str, family: str, language: str) -> Written:
    del random, language
    return _plain(f"{family}, {given}")


def _initial(random: Random, given: str, family: str, language: str) -> Written:
    """`A. Rao` or `Asha R.`; scripts without letters of two cases have no initials."""
    del language
    if not given[0].isupper() or not family[0].isupper():
        return _plain(f"{given} {family}")
    return _plain(random.choice((f"{given[0]}. {family}", f"{given[0]} {family}", f"{given} {family[0]}.")))


def _nearly(random: Random, given: str, family: str, language: str) -> Written:
    """A nickname, alone or with the family name; else one slip in the longer name; one that is too short stays."""
    del language
    short = _NICKNAMES.get(given.lower())
    if short:
        return _plain(random.choice((short, f"{short} {family}")))
    slipped, other = (given, family) if len(given) >= len(family) else (family, given)
    if len(slipped) < _LEAST_MISSPELT:
        return _plain(f"{given} {family}")
    wrong = misspelt(random, slipped)
    return _plain(f"{wrong} {other}" if slipped == given else f"{other} {wrong}")


def misspelt(random: Random, name: str) -> str:
    """One slip behind the first letter: a letter left out, doubled, or swapped with the next."""
    places = [at for at in range(1, len(name) - 1) if _letters(name[at : at + 2]) and name[at] != name[at + 1]]
    if not places:
        return name
    at = random.choice(places)
    left_out, doubled = name[:at] + name[at + 1 :], name[: at + 1] + name[at:]
    return random.choice((left_out, doubled, name[:at] + name[at + 1] + name[at] + name[at + 2 :]))


def _letters(text: str) -> bool:
    """Whether no character is a mark, which belongs to the letter before it, or anything else."""
    return all(unicodedata.category(char).startswith("L") for char in text)


#: Ways to write a name, and their share of the names that are planted; together they are the gate's PERSON figure.
FORMS: Mapping[str, tuple[float, Callable[[Random, str, str, str], Written]]] = {
    "full name": (0.35, _full),
    "possessive": (0.05, _possessive),
    "given name": (0.20, _given),
    "title and family name": (0.10, _titled),
    "upper or lower case": (0.10, _other_case),
    "family name first": (0.05, _reversed),
    "initial": (0.10, _initial),
    "nickname or misspelt": (0.05, _nearly),
}


def known_people(pairs: Sequence[tuple[str, str]], count: int, random: Random) -> list[tuple[str, str]]:
    """Up to so many (given name, family name) of a roster's pairs; one column may hold both, the family name last."""
    split = (pair if all(pair) else _halves("".join(pair)) for pair in pairs)
    people = [pair for pair in split if all(pair)]
    return people if len(people) <= count else random.sample(people, count)


def _halves(name: str) -> tuple[str, str]:
    given, _, family = name.rpartition(" ")
    return given, family
