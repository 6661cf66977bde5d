"""Phone numbers of five countries, in the ways in which people there and abroad write them."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

import phonenumbers

from pipeline.privacy.measured.drawing import digits


class _Country(NamedTuple):
    """`firsts`: digits that national numbers begin with; `length` of these numbers; `forms`: how they are written.

    In a form `#` takes the next digit of the national number.
    """

    region: str
    firsts: tuple[str, ...]
    length: int
    forms: tuple[str, ...]


_COUNTRIES = (
    _Country(
        "IN",
        ("98", "99", "97", "88", "70"),
        10,
        (
            "+91 ##### #####",
            "+91-##########",
            "+91##########",
            "0091 ##### #####",
            "0##########",
            "##### #####",
            "##########",
            "(+91) ##########",
        ),
    ),
    _Country("IN", ("222", "112", "802"), 10, ("0## #### ####", "+91 ## #### ####", "0##-########")),
    _Country(
        "US",
        ("212", "415", "617", "303"),
        10,
        (
            "+1 ###-###-####",
            "+1 (###) ###-####",
            "(###) ###-####",
            "###-###-####",
            "###.###.####",
            "### ### ####",
            "1-###-###-####",
            "+1##########",
        ),
    ),
    _Country(
        "GB",
        ("77", "79", "75"),
        10,
        (
            "+44 #### ######",
            "+44##########",
            "+44 (0) #### ######",
            "0#### ######",
            "0#### ### ###",
            "0044 #### ######",
        ),
    ),
    _Country("GB", ("207", "208"), 10, ("+44 ## #### ####", "0## #### ####", "(0##) #### ####")),
    _Country(
        "DE",
        ("151", "160", "171", "176"),
        11,
        (
            "+49 ### ########",
            "+49 (0) ### ########",
            "+49###########",
            "0049 ### ########",
            "0### ########",
            "0###/########",
            "0###-########",
            "0### ### ## ###",
        ),
    ),
    _Country("DE", ("30", "89", "40"), 10, ("+49 ## ########", "0## ########", "0##/########", "(0##) ########")),
    _Country(
        "FR",
        ("6", "7", "1", "4"),
        9,
        (
            "+33 # ## ## ## ##",
            "+33 (0)# ## ## ## ##",
            "+33#########",
            "0033 # ## ## ## ##",
            "0# ## ## ## ##",
            "0#.##.##.##.##",
            "0#-##-##-##-##",
            "0#########",
        ),
    ),
)


def phone(random: Random) -> str:
    """A number that its country's plan allows, as it is written there or from abroad."""
    country = random.choice(_COUNTRIES)
    number = ""
    while not number or not phonenumbers.is_valid_number(phonenumbers.parse(number, country.region)):
        first = random.choice(country.firsts)
        number = first + digits(random, country.length - len(first))
    following = iter(number)
    return "".join(_written(random.choice(country.forms), following))


def _written(form: str, number: Iterator[str]) -> Iterator[str]:
    return (next(number) if char == "#" else char for char in form)
