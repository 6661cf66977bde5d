"""What a column means: by the words of its header, by the shape of its values, and by what Presidio finds in them."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import yaml

from pipeline.onboarding.profile import Profile

#: GDPR article 9.
SPECIAL = ("health", "religion", "ethnicity", "union", "politics", "sexuality", "genetics")
#: Meanings whose columns hold persons or what leads straight to one.
DIRECT = ("email", "phone", "national_id", "bank", "login", "device", "address", "given_name", "family_name", "person")
#: Share of the looked-at values that hold an entity type, from which the column is one of such.
LEAST_SHARE = 0.3
#: Share of distinct values with the shape of a person's name, from which they are taken for such. Columns whose header
#: says what they are (a place, a job) are not looked at: "Sales Executive" has that shape.
LEAST_PERSONS = 0.5
#: Values that are searched in all columns together, and in one; and the fewest.
_MOST_SCANNED, _MOST_OF_ONE, _LEAST_OF_ONE = 2_000, 100, 10
#: Numbers are searched only from so many digits on: a shorter one is not known by its form.
_LEAST_DIGITS = 9
#: Two to four words that begin with a capital, particles and initials among them.
_PERSON = (
    r"^(?:(?:Mr|Mrs|Ms|Dr|Herr|Frau)\.? )?\p{Lu}[\p{L}'’-]+,?"
    r"(?: (?:\p{Lu}\.|van|von|de|der|da|la|el|bin|al))*(?: \p{Lu}[\p{L}'’-]+){1,2}$"
)
_ALL = ("string", "integer", "number", "boolean", "date", "timestamp")
_TEXTS, _NUMBERS = ("string",), ("string", "integer", "number")
#: Types that the values of a meaning may have; a column of another type means something else ("phone_verified").
_FITS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("email", "login", "address", "given_name", "family_name", "person", "birth_place", "text"), _TEXTS
    ),
    **dict.fromkeys(("place", "department", "name"), _TEXTS),
    **dict.fromkeys(("phone", "national_id", "bank", "device", "postcode", "id"), ("string", "integer")),
    **dict.fromkeys(("coordinates", "age", "money", "job"), _NUMBERS),
    **dict.fromkeys(("gender", "marital", "education"), ("string", "integer", "boolean")),
    "birth_date": ("string", "integer", "date", "timestamp"),
}
_TYPES: Mapping[str, str] = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "IBAN_CODE": "bank", "CREDIT_CARD": "bank", "CRYPTO": "bank",
    "US_BANK_NUMBER": "bank", "IP_ADDRESS": "device", "URL": "device", "UK_POSTCODE": "postcode",
}  # fmt: skip


@dataclass(frozen=True)
class Meaning:
    """What a column is taken for.

    Attributes:
        word: a key of words.yaml; empty: nobody knows.
        why: a few words for the contract's comment.
        shares: share of its values that hold an entity type.
    """

    word: str
    why: str
    shares: Mapping[str, float]


def meanings(columns: list[Profile]) -> dict[str, Meaning]:
    """What each column means, by its name."""
    searched = [item for item in columns if _is_searched(item)]
    most = max(_LEAST_OF_ONE, min(_MOST_OF_ONE, _MOST_SCANNED // max(len(searched), 1)))
    shares = {item.name: _scan(item, most) for item in searched}
    return {item.name: _meaning(item, shares.get(item.name, {})) for item in columns}


def by_header(words: tuple[str, ...], logical_type: str = "string") -> str:
    """The meaning of a header's words for values of a type; empty where none is known."""
    text = f" {' '.join(word for word in words if not word.isdigit())} "
    found = (meaning for meaning, expression in _words().items() if expression.search(text))
    return next((meaning for meaning in found if logical_type in _FITS.get(meaning, _ALL)), "")


def looks_like_persons(values: pa.Array) -> float:
    """Share of the texts that have the shape of a person's full name."""
    return float(pc.mean(pc.match_substring_regex(values, _PERSON).cast(pa.int8())).as_py() or 0.0)


@cache
def _words() -> Mapping[str, re.Pattern[str]]:
    table: Mapping[str, list[str]] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
    return {meaning: re.compile("|".join(map(_expression, words))) for meaning, words in table.items()}


def _expression(word: str) -> str:
    plain = re.escape(" ".join(word.strip("*=$").split()))
    before = {"*": "", "=": "^ "}.get(word[0], " ")
    after = {"*": "", "$": " $"}.get(word[-1], " ")
    return before + plain + (" $" if word[0] == "=" else after)


def _is_searched(item: Profile) -> bool:
    kind = item.type.logical_type
    return item.distinct > 0 and (kind == "string" or (kind == "integer" and item.longest >= _LEAST_DIGITS))


def _scan(item: Profile, most: int) -> dict[str, float]:
    """Share of evenly spread values that hold each entity type."""
    from pipeline.privacy.scanner import shared_scanner  # noqa: PLC0415 - Presidio takes seconds; headers need none

    step = max(1, item.distinct // most)
    texts = item.values[::step].slice(0, most).to_pylist()
    scan = shared_scanner().scan
    found = Counter(kind for text in texts for kind in {span.entity_type for span in scan(text)})
    return {kind: round(count / len(texts), 3) for kind, count in found.most_common()}


def _meaning(item: Profile, shares: Mapping[str, float]) -> Meaning:
    header = by_header(item.words, item.type.logical_type)
    said = Meaning(header, f"the header says {header.replace('_', ' ')}", shares)
    if header in SPECIAL:
        return Meaning(header, f"the header speaks of {header} (GDPR article 9)", shares)
    if header in DIRECT:
        return said
    found = _by_values(item, header, shares)
    if found:
        return found
    return said if header and header != "name" else Meaning("", "", shares)


def _by_values(item: Profile, header: str, shares: Mapping[str, float]) -> Meaning | None:
    """What the values say, where that is more than the header does."""
    if item.prose:
        return Meaning("text", f"texts of {item.mean_words:.0f} words on average", shares)
    kind, share = max(shares.items(), key=lambda found: (found[1], found[0] != "URL"), default=("", 0.0))
    a_number = item.type.logical_type == "integer" and header in ("id", "money")
    if share >= LEAST_SHARE and not a_number:
        return Meaning(_TYPES.get(kind, "national_id"), f"{share:.0%} of its values look like {kind}", shares)
    if header in ("", "name", "text"):
        return _by_shape(item, header, shares)
    return None


def _by_shape(item: Profile, header: str, shares: Mapping[str, float]) -> Meaning | None:
    """Whether texts that nobody knows look like names of persons."""
    if item.type.logical_type != "string" or not item.distinct:
        return None
    alike = looks_like_persons(item.values)
    if alike >= LEAST_PERSONS:
        return Meaning("person", f"{alike:.0%} of its values have the shape of a person's name", shares)
    if header == "name" and not item.category:
        return Meaning("person", "the header says name", shares)
    return Meaning("", "", shares) if item.category else None
