"""Check digits of the numbers that persons carry."""

_VERHOEFF_SHIFT = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)


def _dihedral(a: int, b: int) -> int:
    """The product in the dihedral group of a pentagon; 0 to 4 are its turns, 5 to 9 its mirrors."""
    if a < 5:
        return (a + b) % 5 if b < 5 else (a + b) % 5 + 5
    return (a - b) % 5 + 5 if b < 5 else (a - b) % 5


def verhoeff_sum(digits: str) -> int:
    """Verhoeff's checksum (1969), which Aadhaar uses: 0 where the last digit is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        for _ in range(place % 8):
            value = _VERHOEFF_SHIFT[value]
        total = _dihedral(total, value)
    return total


def with_verhoeff(digits: str) -> str:
    return next(digits + last for last in "0123456789" if verhoeff_sum(digits + last) == 0)


def luhn_sum(digits: str) -> int:
    """Luhn's checksum (ISO/IEC 7812-1), which payment cards use: 0 where the last digit is right."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10


def with_luhn(digits: str) -> str:
    return digits + str(-luhn_sum(digits + "0") % 10)


def iban_remainder(iban: str) -> int:
    """The remainder by 97 of a compact IBAN (ISO 13616): 1 where its check digits are right."""
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97


def with_iban(country: str, account: str) -> str:
    check = 98 - iban_remainder(f"{country}00{account}")
    return f"{country}{check:02}{account}"


def with_mod_11_10(digits: str) -> str:
    """Digits and their check digit by ISO 7064 mod 11,10, which German tax numbers use."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return digits + str((11 - product) % 10)
