"""Which spellings a roster's values are looked for in."""

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

import phonenumbers

from pipeline.privacy.folding import folded, is_unspaced, unaccented
from pipeline.privacy.normalise import digits, parse_phone
from pipeline.privacy.rosters.common_words import COMMON_WORDS, PARTICLES
from pipeline.privacy.rosters.nicknames import other_forms

#: A single name counts from three characters on, in scripts of syllables or ideograms from two.
_LEAST_NAME = 3
_LEAST_UNSPACED_NAME = 2
#: Shorter numbers would be found by chance.
LEAST_IDENTIFIER = 5
LEAST_PHONE = 7
#: A part of an address counts alone if it has this many words, a digit and this many letters and digits.
_ADDRESS_WORDS = 3
_ADDRESS_LENGTH = 8
_NOT_ALNUM = re.compile(r"[\W_]+")
_PARTS = re.compile(r"[ -]+")
#: Distinct names whose spellings are remembered while a roster is opened.
_REMEMBERED = 100_000


class Strength(IntEnum):
    """How much a found name says by itself; the stronger wins where a name is several."""

    SHORT = 0
    """One or two letters ("Li"): counts with a capital and beside another name."""
    COMMON = 1
    """A word as well ("Rose"): counts with a capital, or beside another name."""
    STRONG = 2


def strength(name: str) -> Strength:
    """The strength of a folded name."""
    least = _LEAST_UNSPACED_NAME if is_unspaced(name[0]) else _LEAST_NAME
    if len(name) < least:
        return Strength.SHORT
    return Strength.COMMON if name in COMMON_WORDS else Strength.STRONG


def name_terms(pairs: Iterable[tuple[str, str]]) -> dict[str, Strength]:
    """Folded spellings of single names, nicknames, and full names with a part too weak to be found by itself."""
    given_names: dict[str, tuple[str, ...]] = {}
    family_names: dict[str, tuple[str, ...]] = {}
    full: list[str] = []
    for given, family in pairs:
        if given not in given_names:
            given_names[given] = spellings(given)
        if family not in family_names:
            family_names[family] = spellings(family)
        first, last = given_names[given], family_names[family]
        if first and last and (is_weak(first[0]) or is_weak(last[0])):
            full += _full(first[0], last[0])
    singles = {form for names in (given_names, family_names) for forms in names.values() for form in forms}
    nicknames = {other for forms in given_names.values() for form in forms for other in other_forms(form)}
    return {form: strength(form) for form in singles | nicknames} | dict.fromkeys(full, Strength.STRONG)


@lru_cache(_REMEMBERED)
def is_weak(name: str) -> bool:
    """Whether a folded name can't always be found by itself."""
    return strength(name) < Strength.STRONG


def _full(given: str, family: str) -> tuple[str, ...]:
    if is_unspaced(given[0]):
        return (family + given, given + family, f"{family} {given}", f"{given} {family}")
    return (f"{given} {family}", f"{family} {given}", f"{family}, {given}")


@lru_cache(_REMEMBERED)
def spellings(name: str) -> tuple[str, ...]:
    """The folded name; without hyphens; without Latin accents; each part of it that can stand alone."""
    whole = folded(name.strip())
    if not any(char.isalpha() for char in whole):
        return ()
    found: dict[str, None] = {}
    for spelling in dict.fromkeys((whole, unaccented(whole))):
        found[spelling] = None
        if "-" in spelling:
            found[spelling.replace("-", " ")] = None
        parts = [part for part in _PARTS.split(spelling) if part not in PARTICLES]
        found.update(dict.fromkeys(part for part in parts if part != spelling and strength(part) > Strength.SHORT))
    return tuple(found)


def name_words(name: str) -> frozenset[str]:
    """The words of a name that can be misspelt: unaccented, without particles, in scripts with blanks."""
    parts = (part for spelling in spellings(name) for part in _PARTS.split(unaccented(spelling)))
    return frozenset(part for part in parts if part and part not in PARTICLES and not is_unspaced(part[0]))


def phone_terms(value: str) -> set[str]:
    """Digits of a phone number as written within its country and from abroad."""
    number = parse_phone(value)
    if number is None:
        plain = digits(value)
        found = {plain, plain.lstrip("0"), "0" + plain.lstrip("0")}
    else:
        country, local = str(number.country_code), phonenumbers.national_significant_number(number)
        prefixes = ("", "0", country, "00" + country, country + "0")
        found = {prefix + local for prefix in prefixes} if len(local) >= LEAST_PHONE else {country + local}
    return {term for term in found if len(term) >= LEAST_PHONE}


def identifier_terms(value: str) -> set[str]:
    """The letters and digits of an identifier, folded."""
    compact = compacted(value)
    return {compact} if len(compact) >= LEAST_IDENTIFIER else set()


def key_terms(value: str) -> set[str]:
    """A key's letters and digits, where it can't be taken for a year, an amount or a word."""
    compact = compacted(value)
    told = digits(compact) and (len(compact) >= LEAST_PHONE or not compact.isdigit())
    return identifier_terms(value) if told else set()


def address_parts(value: str) -> list[str]:
    """The whole address, and its parts between commas that say where somebody lives."""
    parts = [part for part in re.split(r"[,;\n]", value) if len(part.split()) >= _ADDRESS_WORDS and digits(part)]
    return [item for item in (value, *parts) if len(compacted(item)) >= _ADDRESS_LENGTH]


def address_terms(value: str) -> set[str]:
    """The letters and digits of `address_parts`."""
    return {compacted(part) for part in address_parts(value)}


def compacted(value: str) -> str:
    """Folded letters and digits only."""
    return _NOT_ALNUM.sub("", folded(value))
