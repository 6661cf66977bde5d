"""Values that recognizers accept: those that runs plant, other forms of them, and types that only Presidio finds."""

import string
from collections.abc import Callable, Mapping
from random import Random

from pipeline.privacy.measured.values import MAKERS

_MONTHS = ("JAN", "feb", "Mar", "APR", "may", "Jun", "JUL", "aug", "Sep", "OCT", "nov", "Dec")
#: One kind each: `#` is a digit, `A` a capital, `x` a hexadecimal digit.
SHAPES: Mapping[str, tuple[str, ...]] = {
    "US_DRIVER_LICENSE": ("A#######", "A####", "AA######", "##AAA#####", "H########", "#######", "################"),
    "US_PASSPORT": ("#########", "A########"),
    "US_BANK_NUMBER": ("########", "#################", "############"),
    "US_ITIN": ("9##-7#-####", "9##7#####", "9##-7#####"),
    "IN_PASSPORT": ("A1#####1", "A2# ####3"),
    "IN_VOTER": ("ABA#######", "XYZ#######"),
    "IN_VEHICLE_REGISTRATION": (
        "KA01AB####",
        "22BH####AA",
        "AA####",
        "12CD3##",
        "DL1CAB####",
        "22A######Z",
        "9CC1##",
        "I#####",
        "A####",
    ),
    "IN_PAN": ("AAAAA####A", "AAAX1####A"),
    "US_SSN": ("#####-####", "###-######", "###.##.####", "#########"),
    "UK_DRIVING_LICENCE": ("MORGA657054SM9IJ", "AAAAA#0#01#AA9AA"),
    "UK_NINO": ("AB######C", "CE ## ## ## d"),
    "UK_PASSPORT": ("AA#######",),
    "UK_POSTCODE": ("SW1A #AA", "M# #AB", "EC2A#BB"),
    "UK_VEHICLE_REGISTRATION": ("AB51 ABC", "A### BCD", "ABC ###D"),
    "MAC_ADDRESS": ("xx:xx:xx:xx:xx:xx", "xx-xx-xx-xx-xx-xx", "xxxx.xxxx.xxxx"),
    "UUID": ("xxxxxxxx-xxxx-4xxx-axxx-xxxxxxxxxxxx",),
    "DATE_TIME": ("19##-0#-1#", "1#/0#/20##", "2#.11.20##", "20##-01-1#T1#:3#:0#Z", "0#/2#"),
}


def shaped(random: Random, shape: str) -> str:
    """A shape with its places filled."""
    places = {"#": string.digits, "A": string.ascii_uppercase, "x": "0123456789abcdefABCDEF"}
    return "".join(random.choice(places[char]) if char in places else char for char in shape)


def _medical(random: Random) -> str:
    """Two letters, six digits and a check digit: the first, third and fifth, and twice the others."""
    digits = [random.randrange(10) for _ in range(6)]
    check = (sum(digits[::2]) + 2 * sum(digits[1::2])) % 10
    return random.choice("ABFM") + random.choice(string.ascii_uppercase) + "".join(map(str, [*digits, check]))


def _date(random: Random) -> str:
    return f"{random.randrange(1, 29)}-{random.choice(_MONTHS)}-{random.randrange(1990, 2030)}"


def _international_mail(random: Random) -> str:
    """An address whose domain is written in another script."""
    return random.choice(("инфо", "info", "a.b")) + random.choice(
        ("@пример.рф", "@例え.jp", "@उदाहरण.भारत", "@beispiel.de")
    )


_FURTHER: Mapping[str, Callable[[Random], str]] = {
    "MEDICAL_LICENSE": _medical,
    "DATE_TIME": _date,
    "EMAIL_ADDRESS": _international_mail,
}


def value(random: Random, kind: str) -> str:
    """A value of an entity type, which is one of `KINDS`."""
    makers = [maker for maker in (MAKERS.get(kind), _FURTHER.get(kind)) if maker]
    shapes = SHAPES.get(kind, ())
    if shapes and (not makers or random.random() < 0.5):
        return shaped(random, random.choice(shapes))
    return random.choice(makers)(random)


#: Every entity type that has values.
KINDS = tuple(sorted({*MAKERS, *SHAPES, *_FURTHER}))
