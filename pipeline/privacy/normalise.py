"""One form for identifiers that are written in many ways, so that equal ones join."""

import re
import unicodedata
from collections.abc import Callable, Mapping

import phonenumbers

_NOT_DIGIT = re.compile(r"\D+")
_SEPARATORS = re.compile(r"[\W_]+")


def email(value: str) -> str:
    """Stripped and case-folded: mail systems ignore case in practice."""
    return value.strip().casefold()


def phone(value: str) -> str:
    """E.164 where the number names its country ("+"), else its digits: the region of a row is not known."""
    number = parse_phone(value)
    if number is not None:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return digits(value) or text(value)


def parse_phone(value: str) -> phonenumbers.PhoneNumber | None:
    """The parsed number if it names its country and its length is possible there."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_possible_number(number) else None


def digits(value: str) -> str:
    """The decimal digits of a value, those of other scripts as 0-9."""
    return "".join(str(unicodedata.decimal(char)) for char in _NOT_DIGIT.sub("", value))


def national_id(value: str) -> str:
    """Without separators, in upper case."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", value)).upper()


def text(value: str) -> str:
    """Stripped, in Unicode's composed form."""
    return value.strip() if value.isascii() else unicodedata.normalize("NFC", value).strip()


#: The normaliser of a pseudonym's domain; other domains use `text`.
BY_DOMAIN: Mapping[str, Callable[[str], str]] = {"email": email, "phone": phone, "national_id": national_id}


def normaliser(domain: str) -> Callable[[str], str]:
    """The normaliser for values of `domain`."""
    return BY_DOMAIN.get(domain, text)
