"""Numbers that name a person or an account: national identifiers, accounts, cards, phones, machines."""

import random
import string
from collections.abc import Callable
from datetime import date

from pipeline.synthetic import check_digits

#: First digits of mobile numbers, and how many follow, by country; every number so made is assignable.
_MOBILE = {
    "IN": ("91", ("98", "99", "97", "96", "94", "93", "90", "88", "81", "70"), 8),
    "US": ("1", ("212", "206", "303", "312", "404", "415", "503", "512", "617", "702", "919"), 7),
    "DE": ("49", ("160", "170", "171", "172", "174", "175", "176"), 8),
    "GB": ("44", ("75", "78", "7712", "7400"), 10),
    "FR": ("33", ("61", "62", "66", "76", "77"), 7),
}


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choices("0123456789", k=count))


def letters(rng: random.Random, count: int) -> str:
    return "".join(rng.choices(string.ascii_uppercase, k=count))


def phone(rng: random.Random, country: str) -> str:
    """A mobile number: half as E.164, half as people of the country write it."""
    code, prefixes, length = _MOBILE[country]
    prefix = rng.choice(prefixes)
    if country == "US":
        national = prefix + str(rng.randint(2, 9)) + f"{rng.randint(20, 98)}" + digits(rng, 4)
    elif country == "GB":
        national = prefix + digits(rng, length - len(prefix))
    else:
        national = prefix + digits(rng, length)
    return f"+{code}{national}" if rng.random() < 0.5 else _NATIONAL_WRITING[country](national)


_NATIONAL_WRITING: dict[str, Callable[[str], str]] = {
    "IN": lambda n: f"+91 {n[:5]} {n[5:]}",
    "US": lambda n: f"({n[:3]}) {n[3:6]}-{n[6:]}",
    "DE": lambda n: f"0{n[:3]} {n[3:]}",
    "GB": lambda n: f"0{n[:4]} {n[4:]}",
    "FR": lambda n: "0" + n[0] + "".join(f" {n[i : i + 2]}" for i in range(1, 9, 2)),
}


def aadhaar(rng: random.Random) -> str:
    """Twelve digits, the first not 0 or 1, the last Verhoeff's; mostly in groups of four."""
    number = check_digits.with_verhoeff(str(rng.randint(2, 9)) + digits(rng, 10))
    return f"{number[:4]} {number[4:8]} {number[8:]}" if rng.random() < 0.7 else number


def pan(rng: random.Random, family: str) -> str:
    """An Indian tax number: AAAPL9999A, `P` for a person, then the initial of the family name (Latin)."""
    return f"{letters(rng, 3)}P{family[0].upper()}{rng.randint(1, 9999):04}{letters(rng, 1)}"


def ssn(rng: random.Random) -> str:
    """A US social security number, none of whose parts is one that is never given out (SSA, 2011)."""
    area = rng.choice((rng.randint(1, 665), rng.randint(667, 899)))
    return f"{area:03}-{rng.randint(1, 99):02}-{rng.randint(1, 9999):04}"


def national_id(rng: random.Random, country: str, family: str, born: date, gender: str) -> str:
    """What an employer of the country keeps: Aadhaar or PAN, SSN, German tax number, NINO, French NIR."""
    if country == "IN":
        return aadhaar(rng) if rng.random() < 0.6 else pan(rng, family)
    if country == "US":
        return ssn(rng)
    if country == "DE":
        return check_digits.with_mod_11_10(str(rng.randint(1, 9)) + digits(rng, 9))
    if country == "GB":
        return f"{rng.choice('ABCEGHJ')}{rng.choice('ABCEGHJKLMPRSTWXYZ')}{digits(rng, 6)}{rng.choice('ABCD')}"
    body = f"{2 if gender == 'F' else 1}{born:%y%m}{rng.randint(1, 19):02}{digits(rng, 6)}"
    return f"{body}{97 - int(body) % 97:02}"


def card(rng: random.Random) -> str:
    """A payment card of sixteen digits in groups of four, with Luhn's digit."""
    start = rng.choice(("4", f"5{rng.randint(1, 5)}"))
    number = check_digits.with_luhn(start + digits(rng, 15 - len(start)))
    return " ".join(number[i : i + 4] for i in range(0, 16, 4))


def iban(rng: random.Random, country: str) -> str:
    """An account in Germany, France or Great Britain; a German one for people of other countries."""
    if country == "GB":
        number = check_digits.with_iban("GB", letters(rng, 4) + digits(rng, 14))
    elif country == "FR":
        number = check_digits.with_iban("FR", digits(rng, 23))
    else:
        number = check_digits.with_iban("DE", digits(rng, 18))
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4)) if rng.random() < 0.5 else number


def ip_address(rng: random.Random) -> str:
    return f"10.{rng.randint(0, 255)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"
