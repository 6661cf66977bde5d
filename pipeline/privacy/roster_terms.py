"""Which spellings a roster's values are looked for in."""

import re
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache

import phonenumbers

from pipeline.privacy.common_words import COMMON_WORDS, PARTICLES
from pipeline.privacy.folding import fold, is_unspaced, unaccented
from pipeline.privacy.nicknames import other_forms
from pipeline.privacy.normalise import digits, parse_phone

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
    terms: dict[str, Strength] = {}
    seen: set[tuple[str, bool]] = set()
    for given, family in pairs:
        for name, is_given in ((given, True), (family, False)):
            if (name, is_given) not in seen:
                seen.add((name, is_given))
                forms = set(spellings(name))
                nicknames = {other for form in forms for other in other_forms(form)} if is_given else set()
                terms.update({form: strength(form) for form in forms | nicknames})
        singles = [spellings(value) for value in (given, family) if value]
        if len(singles) == 2 and all(singles) and any(strength(items[0]) < Strength.STRONG for items in singles):
            terms.update(dict.fromkeys(_full(singles[0][0], singles[1][0]), Strength.STRONG))
    return terms


def _full(given: str, family: str) -> tuple[str, ...]:
    if is_unspaced(given[0]):
        return (family + given, given + family, f"{family} {given}", f"{given} {family}")
    return (f"{given} {family}", f"{family} {given}", f"{family}, {given}")


@lru_cache(_REMEMBERED)
def spellings(name: str) -> tuple[str, ...]:
    """The folded name; without hyphens; without Latin accents; each part of it that can stand alone."""
    whole = fold(name.strip()).text
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


def address_parts(value: str) -> list[str]:
    """The whole address, and its parts between commas that say where somebody lives."""
    parts = [part for part in re.split(r"[,;\n]", value) if len(part.split()) >= _ADDRESS_WORDS and digits(part)]
    return [item for item in (value, *parts) if len(compacted(item)) >= _ADDRESS_LENGTH]


def address_terms(value: str) -> set[str]:
    """The letters and digits of `address_parts`."""
    return {compacted(part) for part in address_parts(value)}


def compacted(value: str) -> str:
    """Folded letters and digits only."""
    return _NOT_ALNUM.sub("", fold(value).text)
