"""Identity numbers of the United Kingdom."""

from random import Random

from pipeline.privacy.measured.drawing import digits, filled, grouped, letters, mod_11

#: A National Insurance number begins with none of these pairs; D, F, I, Q, U, V (and O second) are in none.
_NO_PREFIX = frozenset({"BG", "GB", "NK", "KN", "NT", "TN", "ZZ"})
_PLATE = "ABCDEFGHJKLMNOPRSTUVWXYZ"


def nhs(random: Random) -> str:
    """Ten digits, the last a check digit by weights modulo 11."""
    check = None
    while check is None:
        body = digits(random, 9, first="46")
        check = mod_11(body)
    return grouped(body + check, (3, 3, 4), random.choice((" ", " ", "-", "")))


def nino(random: Random) -> str:
    prefix = "BG"
    while prefix in _NO_PREFIX:
        prefix = letters(random, 1, "ABCEGHJKLMNOPRSTWXYZ") + letters(random, 1, "ABCEGHJKLMNPRSTWXYZ")
    value = prefix + digits(random, 6) + random.choice("ABCD")
    return random.choice((value, grouped(value, (2,), " "), grouped(value, (2,), "-"), value.lower()))


def driving_licence(random: Random) -> str:
    """Five letters of the name, padded by 9; decade, month (51 to 62 for women), day, year; initials, two more."""
    name = letters(random, random.choice((3, 4, 5, 5))).ljust(5, "9")
    month = random.randrange(1, 13) + random.choice((0, 50))
    born = f"{random.randrange(5, 10)}{month:02d}{random.randrange(1, 29):02d}{random.randrange(10)}"
    initials = letters(random, 1) + random.choice(("9", letters(random, 1)))
    ending = initials + filled(random, random.choice("#@")) + letters(random, 2)
    return random.choice(("", "", " ")).join((name, born, ending))


def passport(random: Random) -> str:
    """Nine digits, or two letters and seven."""
    return random.choice((digits(random, 9, first="123456789"), letters(random, 2) + digits(random, 7)))


def postcode(random: Random) -> str:
    """The areas' six shapes; those of London's centre end their first half with a letter."""
    area = letters(random, 2, "BCELNS") if random.random() < 0.7 else random.choice("BEGLMNSW")
    district = random.choice((digits(random, 1, "123456789"), digits(random, 2, "123456789")))
    outward = random.choice((area + district, random.choice(("EC1A", "W1A", "SW1W", "WC2H", "SE1P"))))
    inward = digits(random, 1) + letters(random, 2, "ABDEFGHJLNPQRSTUWXYZ")
    return random.choice((f"{outward} {inward}", f"{outward} {inward}", outward + inward))


def vehicle(random: Random) -> str:
    """As issued since 2001, from 1983 (a letter first) and from 1963 (a letter last)."""
    age = random.choice([*range(2, 25), *range(51, 74)])
    today = f"{letters(random, 2, 'ABCDEFGHJKLMNOPRSTUVWY')}{age:02d}"
    old = "ABCDEFGHJKLMNPRSTVWXY"
    shapes = (
        (today, letters(random, 3, "ABCDEFGHJKLMNOPRSTUVWXYZ")),
        (letters(random, 1, old) + digits(random, 3, "123456789"), letters(random, 3, "ABCDEFGHJKLMNOPRSTUVWXY")),
        (letters(random, 3, _PLATE), digits(random, 3, "123456789") + letters(random, 1, old)),
    )
    return random.choice((" ", " ", "")).join(random.choice((shapes[0], *shapes)))
