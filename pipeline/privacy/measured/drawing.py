"""Letters, digits and check digits, drawn at random: what planted values are made of."""

import string
from collections.abc import Sequence
from random import Random

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def digits(random: Random, count: int, first: str = string.digits) -> str:
    """So many digits, the first of them one of `first`."""
    return random.choice(first) + "".join(random.choices(string.digits, k=count - 1))


def letters(random: Random, count: int, among: str = string.ascii_uppercase) -> str:
    return "".join(random.choices(among, k=count))


def filled(random: Random, pattern: str) -> str:
    """`#` becomes a digit, `@` a capital letter, all else stays."""
    drawn = {"#": string.digits, "@": string.ascii_uppercase}
    return "".join(random.choice(drawn[char]) if char in drawn else char for char in pattern)


def grouped(text: str, sizes: Sequence[int], separator: str) -> str:
    """The text in groups of these sizes; the last size goes on to the end."""
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    while at < len(text):
        parts.append(text[at : at + sizes[-1]])
        at += sizes[-1]
    return separator.join(part for part in parts if part)


def luhn(body: str) -> str:
    """ISO/IEC 7812: the last digit of a card's number."""
    doubled = [int(char) * (2 if index % 2 == 0 else 1) for index, char in enumerate(reversed(body))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def mod_97(country: str, account: str) -> str:
    """ISO 7064 mod 97-10: the two check digits of an IBAN."""
    return f"{98 - int(''.join(str(int(char, 36)) for char in f'{account}{country}00')) % 97:02d}"


def mod_11(body: str) -> str | None:
    """Check digit of an NHS number from its first nine digits; None where none is issued."""
    check = -sum(int(char) * weight for char, weight in zip(body, range(10, 1, -1), strict=True)) % 11
    return None if check == 10 else str(check)


def verhoeff(body: str) -> str:
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


def base58(data: bytes) -> str:
    """Bitcoin's base 58: a leading zero byte is a 1."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text
