"""What should happen to a column for privacy, cautiously, and why. The first rule that has something to say holds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.onboarding.meaning import DIRECT, SPECIAL, Meaning
from pipeline.onboarding.profile import Profile

#: A value that fewer entities hold may tell them apart; the default k of a new dataset.
K = 5
#: Share of rows with rare values up to which these become `other`; above, the column is dropped.
MOST_RARE = 0.2
#: Rows from which "no two alike" says something.
_LEAST_ROWS = 20
AGE_EDGES = (20, 30, 40, 50, 60, 70)
_ROSTER: Mapping[str, str] = {
    "email": "email", "phone": "phone", "national_id": "national_id", "address": "address",
    "given_name": "given_name", "family_name": "family_name", "person": "family_name",
}  # fmt: skip


@dataclass(frozen=True)
class Treatment:
    """What happens to a column.

    Attributes:
        privacy: value of the contract's custom property `privacy`.
        why: a few words for people; no value of the data.
        common: values that are published as they are, where all others become `other`.
        keep: how to keep more of it, for a comment.
    """

    privacy: Mapping[str, Any]
    why: str
    common: tuple[str, ...] = ()
    keep: str = ""

    @property
    def action(self) -> str:
        return str(self.privacy["action"])


@dataclass(frozen=True)
class Column:
    """A column that is to be treated: what it is like, what it means, and its part in the dataset."""

    profile: Profile
    meaning: Meaning
    entity: str
    names_entity: bool = False
    in_key: bool = False
    is_target: bool = False
    typed: bool = False
    """The source says what is a number and what a text; else a number can be read as text."""


def treat(column: Column) -> Treatment:
    """The first rule that has something to say."""
    return next(found for rule in _RULES if (found := rule(column)))


def _key(column: Column) -> Treatment | None:
    if not column.names_entity:
        return _linked(column) if column.in_key and column.meaning.word not in SPECIAL else None
    roster = _ROSTER.get(column.meaning.word)
    named = {"roster": roster} if roster else {}
    return Treatment(
        {"action": "pseudonymise", "domain": column.entity, **named}, f"tells one {column.entity} from another"
    )


def _target(column: Column) -> Treatment | None:
    return Treatment({"action": "keep"}, "the target, kept as it is") if column.is_target else None


def _nothing(column: Column) -> Treatment | None:
    return None if column.profile.distinct else Treatment({"action": "drop"}, "no row has a value")


def _special(column: Column) -> Treatment | None:
    word = column.meaning.word
    return Treatment({"action": "drop", "specialCategory": True}, column.meaning.why) if word in SPECIAL else None


def _direct(column: Column) -> Treatment | None:
    word = column.meaning.word
    if word not in DIRECT:
        return None
    roster = _ROSTER.get(word)
    found = {"action": "drop", "roster": roster} if roster else {"action": "drop"}
    keep = "pseudonymise joins equal values and hides them" if word in ("email", "phone", "national_id") else ""
    return Treatment(found, column.meaning.why, keep=keep)


def _place(column: Column) -> Treatment | None:
    word, why, number = column.meaning.word, column.meaning.why, _is_number(column.profile)
    if word == "birth_place":
        return Treatment({"action": "drop"}, why)
    if word == "coordinates":
        return Treatment({"action": "round", "to": "1"} if number else {"action": "drop"}, f"{why}: whole degrees")
    if word != "postcode":
        return None
    if number and column.typed:
        return Treatment({"action": "drop"}, f"{why}, and it is a number")
    first = 3 if column.profile.longest >= 6 or column.profile.mean_length >= 5 else 2
    return Treatment({"action": "truncate", "to": first}, f"{why}: its first {first} characters")


def _time(column: Column) -> Treatment | None:
    word, kind = column.meaning.word, column.profile.type.logical_type
    if kind in ("date", "timestamp"):
        to = "year" if word == "birth_date" else "month"
        return Treatment({"action": "truncate", "to": to}, f"a day tells people apart: its {to}")
    if word == "birth_date":
        rounded = {"action": "round", "to": "5"} if kind == "integer" else {"action": "drop"}
        return Treatment(rounded, column.meaning.why)
    return None


def _text(column: Column) -> Treatment | None:
    if column.meaning.word == "text" and not column.profile.category:
        return Treatment(
            {"action": "redact"}, f"free text ({column.meaning.why})", keep="drop, if nobody learns from it"
        )
    return None


def _number(column: Column) -> Treatment | None:
    word, profile = column.meaning.word, column.profile
    if not _is_number(profile):
        return None
    if word == "money":
        return Treatment({"action": "rank", "within": []}, f"{column.meaning.why}: its quantile among all rows")
    if word == "age":
        return Treatment({"action": "band", "edges": list(AGE_EDGES)}, f"{column.meaning.why}: bands of ten years")
    if word == "id" and profile.distinct > len(AGE_EDGES):
        return _linked(column)
    if profile.type.logical_type == "integer" and profile.unique and profile.told >= _LEAST_ROWS:
        return Treatment({"action": "drop"}, "no two rows have the same whole number", keep="keep, if it is a measure")
    return Treatment({"action": "keep"}, "a number that names nobody")


def _word(column: Column) -> Treatment | None:
    profile = column.profile
    if profile.type.logical_type == "boolean":
        return Treatment({"action": "keep"}, "yes or no")
    if not profile.category:
        return None
    if profile.distinct == 1 and profile.told >= K:
        return Treatment({"action": "keep"}, "one value only")
    common = tuple(value for value, rows in zip(profile.values.to_pylist(), profile.counts, strict=True) if rows >= K)
    rare = profile.told - sum(rows for rows in profile.counts if rows >= K)
    if not rare:
        return Treatment({"action": "keep"}, f"{profile.distinct} values, each of at least {K} rows")
    number = profile.distinct - len(common)
    if common and rare <= MOST_RARE * profile.told:
        return Treatment({"action": "keep"}, f"{number} values of fewer than {K} rows become `other`", common)
    return Treatment(
        {"action": "drop"}, f"{number} values are held by fewer than {K} rows each", keep="keep or truncate"
    )


def _unknown(column: Column) -> Treatment:
    if column.meaning.word == "id":
        return _linked(column)
    return Treatment(
        {"action": "drop"},
        f"{column.profile.distinct:,} different texts, and nobody knows what they are",
        keep="pseudonymise joins equal values, redact keeps sentences, keep publishes them",
    )


def _linked(column: Column) -> Treatment:
    domain = {"action": "pseudonymise", "domain": column.profile.name}
    return Treatment(domain, f"{column.meaning.why or 'a part of the key'}: equal values stay equal")


def _is_number(profile: Profile) -> bool:
    return profile.type.logical_type in ("integer", "number")


_RULES: Sequence[Callable[[Column], Treatment | None]] = (
    _nothing, _key, _special, _target, _direct, _place, _time, _text, _number, _word, _unknown,
)  # fmt: skip
