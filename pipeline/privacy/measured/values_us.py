"""Identity numbers of the United States."""

import string
from random import Random

from pipeline.privacy.measured.drawing import digits, filled, grouped

#: Shapes of driver licences, by the states that issue them (`@` letter, `#` digit).
_LICENCES = (
    "@#######",  # California
    "@###########",  # Michigan, Maryland, Minnesota
    "@############",  # Florida, Illinois
    "#########",  # New York, Pennsylvania, Georgia
    "########",  # Texas, Tennessee
    "@@######",  # Kentucky, Ohio
    "@##############",  # New Jersey
    "@########",  # Arizona, Massachusetts
    "@###-####-####",  # as printed in Illinois and Florida
    "@###-####-####-##",  # Wisconsin
    "### ### ###",  # New York
)


def ssn(random: Random) -> str:
    """Area 001 to 899 without 666, group from 01, serial from 0001."""
    area = random.choice((*range(1, 666), *range(667, 900)))
    value = f"{area:03d}{random.randrange(1, 100):02d}{random.randrange(1, 10_000):04d}"
    return grouped(value, (3, 2, 4), random.choice(("-", "-", " ", ".", "")))


def itin(random: Random) -> str:
    """Begins with 9; the fourth and fifth digits lie in the ranges that are issued."""
    group = random.choice([*range(50, 66), *range(70, 89), 90, 91, 92, *range(94, 100)])
    value = f"9{digits(random, 2)}{group}{digits(random, 4)}"
    return grouped(value, (3, 2, 4), random.choice(("-", "-", " ", "")))


def bank_account(random: Random) -> str:
    """Eight to seventeen digits, in one word or in groups of four."""
    number = digits(random, random.randrange(8, 18), first=string.digits[1:])
    return grouped(number, (4,), random.choice(("", "", " ", "-")))


def driver_license(random: Random) -> str:
    return filled(random, random.choice(_LICENCES))


def passport(random: Random) -> str:
    """Nine digits, or a letter and eight."""
    return random.choice((digits(random, 9, first="123456789"), filled(random, "@########")))
