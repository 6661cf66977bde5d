"""Personal data that belongs to nobody, planted to measure recall: random, well-formed, with valid check digits."""

import string
from collections.abc import Callable, Mapping
from random import Random

import phonenumbers

_USERS = ("a.kessler", "n_okafor", "team-lead", "j.marchand", "r.iyengar", "s.whitfield", "k.brandt", "l.duval")
_DOMAINS = ("example.com", "mail.example.org", "corp.example.co.in", "example.de", "post.example.fr", "example.co.uk")
_SITES = ("example.com/u/", "intranet.example.org/people/", "example.co.in/profile?id=", "www.example.net/")
#: Country, digits that begin a number, digits that follow, and ways to group them.
_PHONES = (
    ("IN", "9876", 9, ("+91 {0}{1} {2}", "+91-{0}{1}-{2}", "0{0}{1}{2}")),
    ("US", "2347", 9, ("+1 {0}-{1}-{2}", "({0}) {1}-{2}", "{0}-{1}-{2}")),
    ("GB", "7", 9, ("+44 {0} {1} {2}", "+44{0}{1}{2}", "0{0}{1} {2}")),
    ("DE", "1", 10, ("+49 {0} {1}{2}", "+49{0}{1}{2}")),
)
#: Country, account pattern (A letter, 9 digit).
_IBANS = (("DE", "9" * 18), ("GB", "AAAA" + "9" * 14), ("FR", "9" * 23), ("NL", "AAAA" + "9" * 10))
_CARDS = (("4", 16), ("51", 16), ("55", 16), ("37", 15))


def _digits(random: Random, count: int) -> str:
    return "".join(random.choices(string.digits, k=count))


def _letters(random: Random, count: int) -> str:
    return "".join(random.choices(string.ascii_uppercase, k=count))


def _grouped(text: str, size: int, separator: str) -> str:
    return separator.join(text[at : at + size] for at in range(0, len(text), size))


def email(random: Random) -> str:
    address = f"{random.choice(_USERS)}{random.randrange(100)}@{random.choice(_DOMAINS)}"
    return random.choice((address, address.upper(), address.title()))


def phone(random: Random) -> str:
    """A number that its country's plan allows, in one of the ways in which it is written there."""
    region, firsts, following, forms = random.choice(_PHONES)
    while True:
        number = random.choice(firsts) + _digits(random, following)
        if phonenumbers.is_valid_number(phonenumbers.parse(number, region)):
            return random.choice(forms).format(number[:3], number[3:6], number[6:])


def aadhaar(random: Random) -> str:
    """Twelve digits that begin with 2 to 9 and end with Verhoeff's check digit."""
    body = random.choice("23456789") + _digits(random, 10)
    return _grouped(body + _verhoeff(body), random.choice((4, 12)), random.choice(" -"))


def _verhoeff(body: str) -> str:
    """Verhoeff 1969: the dihedral group of the pentagon, a permutation by position."""
    permutation = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    inverse = (0, 4, 3, 2, 1, 5, 6, 7, 8, 9)
    check = 0
    for position, char in enumerate(reversed(body), start=1):
        digit = int(char)
        for _ in range(position % 8):
            digit = permutation[digit]
        check = _pentagon(check, digit)
    return str(inverse[check])


def _pentagon(left: int, right: int) -> int:
    """The product in the dihedral group: 0 to 4 turn, 5 to 9 mirror."""
    turned = left + right if left < 5 else left - right
    return turned % 5 + (5 if (left < 5) != (right < 5) else 0)


def pan(random: Random) -> str:
    """Five letters (the fourth says "person"), four digits, a letter."""
    value = f"{_letters(random, 3)}P{_letters(random, 1)}{random.randrange(1, 10_000):04d}{_letters(random, 1)}"
    return random.choice((value, value.lower()))


def ssn(random: Random) -> str:
    """Area 001 to 899 without 666, group from 01, serial from 0001."""
    area = random.choice([number for number in range(1, 900) if number != 666])
    parts = (f"{area:03d}", f"{random.randrange(1, 100):02d}", f"{random.randrange(1, 10_000):04d}")
    return random.choice(("-", " ")).join(parts)


def credit_card(random: Random) -> str:
    """Visa, Mastercard or American Express, with Luhn's check digit."""
    prefix, length = random.choice(_CARDS)
    body = prefix + _digits(random, length - len(prefix) - 1)
    doubled = [int(char) * (2 if index % 2 == 0 else 1) for index, char in enumerate(reversed(body))]
    total = sum(value // 10 + value % 10 for value in doubled)
    number = body + str(-total % 10)
    return number if length == 15 else _grouped(number, random.choice((4, 16)), random.choice(" -"))


def iban(random: Random) -> str:
    """Four countries' lengths; check digits by ISO 7064 mod 97-10."""
    country, pattern = random.choice(_IBANS)
    account = "".join(_letters(random, 1) if kind == "A" else _digits(random, 1) for kind in pattern)
    check = 98 - int("".join(str(int(char, 36)) for char in f"{account}{country}00")) % 97
    return _grouped(f"{country}{check:02d}{account}", random.choice((4, 40)), " ")


def ip_address(random: Random) -> str:
    if random.random() < 0.7:
        return ".".join(str(random.randrange(1, 255)) for _ in range(4))
    return ":".join(f"{random.randrange(0x1000, 0x10000):x}" for _ in range(8))


def url(random: Random) -> str:
    scheme = random.choice(("https://", "http://", ""))
    return f"{scheme}{random.choice(_SITES)}{random.randrange(10_000)}"


#: A source of values for each pattern entity whose recall is measured.
PLANTED: Mapping[str, Callable[[Random], str]] = {
    "EMAIL_ADDRESS": email,
    "PHONE_NUMBER": phone,
    "IN_AADHAAR": aadhaar,
    "IN_PAN": pan,
    "US_SSN": ssn,
    "CREDIT_CARD": credit_card,
    "IBAN_CODE": iban,
    "IP_ADDRESS": ip_address,
    "URL": url,
}
