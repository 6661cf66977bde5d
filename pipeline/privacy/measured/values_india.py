"""Identity numbers of India."""

from random import Random

from pipeline.privacy.measured.drawing import digits, filled, grouped, letters, verhoeff

#: State and district codes of registration offices, taken at random.
_OFFICES = (
    "MH12",
    "DL8",
    "KA05",
    "TN09",
    "GJ01",
    "UP16",
    "WB20",
    "RJ14",
    "HR26",
    "KL7",
    "PB10",
    "TS09",
    "AP39",
    "MP04",
)


def aadhaar(random: Random) -> str:
    """Twelve digits that begin with 2 to 9 and end with Verhoeff's check digit."""
    body = digits(random, 11, first="23456789")
    return grouped(body + verhoeff(body), (4,), random.choice((" ", " ", "-", "")))


def pan(random: Random) -> str:
    """Five letters (the fourth says "person"), four digits, a letter."""
    value = f"{letters(random, 3)}P{letters(random, 1)}{random.randrange(1, 10_000):04d}{letters(random, 1)}"
    return random.choice((value, value, value.lower(), grouped(value, (5, 4, 1), " ")))


def gstin(random: Random) -> str:
    """State, the owner's PAN, a counter, Z and a check character (which Presidio does not compute)."""
    state = random.choice([f"{number:02d}" for number in range(1, 38)])
    return (
        f"{state}{pan(random).upper().replace(' ', '')}{random.randrange(1, 10)}Z{filled(random, random.choice('#@'))}"
    )


def passport(random: Random) -> str:
    """A letter and seven digits of which neither the first nor the last is 0."""
    value = f"{letters(random, 1)}{digits(random, 2, first='123456789')}{digits(random, 4)}{random.randrange(1, 10)}"
    return random.choice((value, value, f"{value[:3]} {value[3:]}"))


def vehicle(random: Random) -> str:
    """State, district, series and number, in one word or in groups; or a number of the Bharat series."""
    office, number = random.choice(_OFFICES), f"{random.randrange(1, 10_000):04d}"
    series = letters(random, random.choice((1, 2)), "ABCDEFGHJKLMNPQRSTUVWXYZ")
    bharat = f"{random.randrange(21, 26)}BH{number}{letters(random, 2, 'ABCDEFGHJKLMNPQRSTUVWXYZ')}"
    state, district = office[:2], office[2:]
    whole = f"{office}{series}{number}"
    spaced = (
        f"{state} {district} {series} {number}",
        f"{state}-{district}-{series}-{number}",
        f"{office} {series} {number}",
    )
    return random.choice((whole, whole, bharat, *spaced))


def voter(random: Random) -> str:
    """Three letters and seven digits."""
    value = letters(random, 3) + digits(random, 7)
    return random.choice((value, value, value.lower()))
