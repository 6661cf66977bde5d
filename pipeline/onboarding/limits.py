"""Limits and accepted values for a column that is kept: what was seen, with room, rounded outward."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, isfinite, log10
from typing import Any

from pipeline.onboarding.profile import Profile
from pipeline.onboarding.value_types import as_dates, as_numbers

#: Rows from which what was seen says something of what will come; values up to which all are listed.
LEAST_ROWS, MOST_VALUES = 20, 20
_AGES = (0, 120)


@dataclass(frozen=True)
class Limits:
    """Rules of one column, each with its reason."""

    required: str = ""
    options: Mapping[str, Any] | None = None
    options_why: str = ""
    valid_values: tuple[str, ...] = ()
    most_missing: int | None = None
    """Percent of rows without a value from which a warning comes."""


def limits(profile: Profile, meaning: str, whole: bool) -> Limits:
    """What may be asked of the column's values.

    Args:
        profile: of the column.
        meaning: a key of words.yaml.
        whole: the sample is all there is: else a value that was not seen may well come.
    """
    if profile.rows < LEAST_ROWS or not profile.distinct:
        return Limits(most_missing=100 if profile.missing else None)
    full = profile.nulls == 0 and profile.type.misfits == 0
    options, why = _options(profile, meaning)
    listed = whole and profile.category and profile.distinct <= MOST_VALUES and not profile.type.misfits
    return Limits(
        required=f"no row of {profile.rows:,} is without" if full else "",
        options=options,
        options_why=why,
        valid_values=tuple(sorted(profile.values.to_pylist())) if listed else (),
        most_missing=_most_missing(profile) if profile.missing else None,
    )


def _most_missing(profile: Profile) -> int:
    """Twice the share seen, and ten more, in percent."""
    return min(100, ceil(200 * profile.nulls / profile.rows) + 10)


def _options(profile: Profile, meaning: str) -> tuple[dict[str, Any] | None, str]:
    kind = profile.type.logical_type
    if kind in ("integer", "number"):
        if meaning == "id":
            return None, ""
        low, high = _room(profile, meaning)
        if not isfinite(high - low):
            return None, ""
        whole = kind == "integer"
        return {"minimum": int(low) if whole else low, "maximum": int(high) if whole else high}, "with room for more"
    if kind == "date":
        days = as_dates(profile.values, profile.type).values()
        first, last = min(days).year // 10 * 10 - 10, max(days).year // 10 * 10 + 19
        return {"minimum": date(max(first, 1), 1, 1).isoformat(), "maximum": date(last, 12, 31).isoformat()}, "decades"
    if kind == "string" and not profile.category:
        return {"maxLength": int(_outward(2 * profile.longest))}, "twice the longest, rounded up"
    return None, ""


def _room(profile: Profile, meaning: str) -> tuple[float, float]:
    values = as_numbers(profile.values, profile.type).values()
    low, high = min(values), max(values)
    if meaning == "age" and low >= _AGES[0] and high <= _AGES[1]:
        return _AGES
    span = (high - low) / 2 or abs(high) / 2 or 1.0
    below = 0.0 if low >= 0 else -_outward(span - low)
    above = 0.0 if high <= 0 and low < 0 else _outward(high + span)
    return below, above


def _outward(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, 50 and so on (or 0.5, 0.2, ...)."""
    if value <= 0 or not isfinite(value):
        return max(value, 0.0)
    step = 10.0 ** floor(log10(value))
    found = next(factor * step for factor in (1, 2, 5, 10) if factor * step >= value * (1 - 1e-12))
    return round(found, 12)
