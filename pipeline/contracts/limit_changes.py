"""Whether another limit on a column's values lets every value pass that passed before."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from pipeline.contracts.change import Change, limit_change
from pipeline.contracts.model import Column

#: Options that loosen as they fall, and as they rise.
_LOWER = ("minimum", "exclusiveMinimum", "minLength")
_UPPER = ("maximum", "exclusiveMaximum", "maxLength")
_TEXTS = ("pattern", "format")
#: Options that only reject. Another option may change how a value is read.
_LIMITS = (*_LOWER, *_UPPER, *_TEXTS, "multipleOf")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([T ].+)?")
_CLOCK = re.compile(r"\d{2}:\d{2}:\d{2}(\.\d{1,6})?")


def option_changes(option: str, old: Column, new: Column) -> Iterator[Change]:
    """The difference of one option of `logicalTypeOptions`, if there is any."""
    where, missing = f"{new.name}.{option}", object()
    was, now = old.options.get(option, missing), new.options.get(option, missing)
    if was == now:
        return
    if option not in _LIMITS:
        yield Change(where, "another option of its type", "means", breaks=False)
    elif now is missing:
        yield limit_change(where, f"{was} is no longer asked for", loosens=True)
    elif was is missing:
        yield limit_change(where, f"{now} is asked for: rows that break it are rejected", loosens=False)
    else:
        yield from _moved(where, option, was, now, whole=old.logical_type == new.logical_type == "integer")


def _moved(where: str, option: str, was: Any, now: Any, *, whole: bool) -> Iterator[Change]:
    """A limit that has another value; where it can't be compared, as with patterns, it counts as tighter."""
    before, after = _comparable(was), _comparable(now)
    what = f"from {was} to {now}"
    if option in _TEXTS or before is None or type(before) is not type(after):
        yield limit_change(where, what, loosens=False)
    elif before == after:
        yield Change(where, f"{what}: the same, written otherwise", "same", breaks=False)
    elif option == "multipleOf":
        # Of other numbers a multiple is told with a tolerance, which the smaller step would have to share.
        yield limit_change(where, what, loosens=bool(whole and after and before % after == 0))
    else:
        yield limit_change(where, what, loosens=(after < before) is (option in _LOWER))


def _comparable(value: Any) -> Any:
    """A limit as something with an order: a fraction, a moment in UTC, a time of day as text; None for any other."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Fraction(value) if abs(value) < float("inf") else None
    text = str(value)
    if _CLOCK.fullmatch(text):
        return text
    try:
        moment = datetime.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
    return moment and (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
