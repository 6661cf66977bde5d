"""Values that look alike in every country: addresses of mail and web, cards, accounts, wallets."""

import hashlib
import ipaddress
from random import Random

from pipeline.privacy.measured.drawing import base58, digits, filled, grouped, luhn, mod_97

_USERS = ("a.kessler", "n_okafor", "team-lead", "j.marchand", "r.iyengar", "s.whitfield", "k.brandt", "lduval", "x")
_DOMAINS = ("example.com", "mail.example.org", "corp.example.co.in", "example.de", "post.example.fr", "example.co.uk")
_SITES = (
    "example.com/u/",
    "intranet.example.org/people/",
    "example.co.in/profile?id=",
    "www.example.net/~",
    "example.de",
)
#: First digits, length and groups of Visa, Mastercard (both series), American Express, Discover, Diners Club and JCB.
_CARDS = (
    ("4", 16, (4,)),
    ("51", 16, (4,)),
    ("55", 16, (4,)),
    ("2221", 16, (4,)),
    ("2657", 16, (4,)),
    ("37", 15, (4, 6, 5)),
    ("6011", 16, (4,)),
    ("3600", 14, (4, 6, 4)),
    ("3528", 16, (4,)),
)
#: Country and account (`@` letter, `#` digit), from the registry of IBAN formats.
_IBANS = (
    ("DE", "#" * 18),
    ("GB", "@@@@" + "#" * 14),
    ("FR", "#" * 23),
    ("NL", "@@@@" + "#" * 10),
    ("ES", "#" * 20),
    ("IT", "@" + "#" * 22),
    ("AT", "#" * 16),
    ("CH", "#" * 17),
    ("BE", "#" * 12),
    ("PL", "#" * 24),
    ("IE", "@@@@" + "#" * 14),
)
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def email(random: Random) -> str:
    user = random.choice(_USERS) + random.choice(("", "", "+hr", digits(random, 2)))
    address = f"{user}@{random.choice(_DOMAINS)}"
    return random.choice((address, address, address.upper(), address.title()))


def url(random: Random) -> str:
    scheme = random.choice(("https://", "http://", "", "HTTPS://"))
    site = random.choice(_SITES)
    return f"{scheme}{site}" + (digits(random, 4) if not site[-1].isalpha() else "")


def ip_address(random: Random) -> str:
    """IPv4, alone or as a network; IPv6, whole or with its longest run of zeros left out."""
    four = ".".join(str(random.randrange(1, 255)) for _ in range(4))
    six = ":".join(f"{random.randrange(0x1000, 0x10000):x}" for _ in range(8))
    zeros = str(ipaddress.IPv6Address(random.getrandbits(32) | 0x20010DB8 << 96))
    return random.choice((four, four, f"{four}/24", six, six.upper(), zeros))


def credit_card(random: Random) -> str:
    prefix, length, groups = random.choice(_CARDS)
    body = prefix + digits(random, length - len(prefix) - 1)
    return grouped(body + luhn(body), *random.choice(((groups, " "), (groups, "-"), ((length,), ""))))


def iban(random: Random) -> str:
    country, pattern = random.choice(_IBANS)
    account = filled(random, pattern)
    number = country + mod_97(country, account) + account
    return grouped(number, (4,), random.choice((" ", " ", "", "-")))


def wallet(random: Random) -> str:
    """A Bitcoin address: for a key (1...), a script (3...) or a witness (bc1...)."""
    payload = random.choice((b"\x00", b"\x05")) + random.randbytes(20)
    address = base58(payload + hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4])
    return random.choice((address, address, _witness(random)))


def _witness(random: Random) -> str:
    """BIP 173 and 350: version 0 of 20 bytes, or version 1 of 32."""
    version, count, constant = random.choice(((0, 32, 1), (1, 52, 0x2BC830A3)))
    data = [version, *(random.randrange(32) for _ in range(count))]
    data[-1] &= 0b10000  # the bits that pad the last group are zero
    expanded = [3, 3, 0, 2, 3]
    rest = _polymod([*expanded, *data, 0, 0, 0, 0, 0, 0]) ^ constant
    checks = [rest >> 5 * (5 - index) & 31 for index in range(6)]
    return "bc1" + "".join(_BECH32[value] for value in data + checks)


def _polymod(values: list[int]) -> int:
    """BIP 173's checksum over groups of five bits."""
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for index, factor in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            total ^= factor if top >> index & 1 else 0
    return total
