"""Values as a contract writes them, each as its column's type has it."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from pipeline.contracts.place import Place

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIMESTAMP = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})?)?")
_TIME = re.compile(r"\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")


def read_value(value: Any, logical_type: str, place: Place) -> Any:
    """A value of a column's type: a number, a truth or a text, a time in ISO 8601.

    Raises:
        ContractError: it does not fit; the message holds its kind only, as a contract may hold values of data.
    """
    return _VALUES[logical_type](value, place)


def kind_of(value: Any) -> str:
    """What stands there, without the value."""
    if isinstance(value, float) and not math.isfinite(value):
        return "infinity"
    kinds = {type(None): "nothing", str: "a text", bool: "true or false", dict: "a mapping", list: "a list"}
    return kinds.get(type(value), "a number")


def _number(value: Any, place: Place) -> int | float:
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    if not whole and not (isinstance(value, float) and math.isfinite(value)):
        raise place.refusal("is no number", given=kind_of(value), allowed="such as 0, 2.5 or 1e6, without quotes")
    found: int | float = value
    return found


def _integer(value: Any, place: Place) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 10**18:
        raise place.refusal("is no integer", given=kind_of(value), allowed="up to 18 digits, without quotes")
    return value


def _text(value: Any, place: Place) -> str:
    if not isinstance(value, str) or not value:
        raise place.refusal("is no text", given=kind_of(value), hint="put it in quotes")
    return value


def _boolean(value: Any, place: Place) -> bool:
    if not isinstance(value, bool):
        raise place.refusal("is no boolean", given=kind_of(value), allowed="true, false")
    return value


def _date(value: Any, place: Place) -> str:
    return _iso(value, _DATE, date.fromisoformat, "a date such as '2019-12-31'", place)


def _timestamp(value: Any, place: Place) -> str:
    return _iso(value, _TIMESTAMP, datetime.fromisoformat, "a date or time such as '2019-12-31T23:59:59Z'", place)


def _time(value: Any, place: Place) -> str:
    """With seconds, and without zeros at the end of a fraction, so that times compare as texts do."""
    told = _iso(value, _TIME, time.fromisoformat, "a time of day such as '08:30' or '08:30:00'", place)
    return f"{told}:00" if len(told) == len("08:30") else told.rstrip("0").rstrip(".") if "." in told else told


def _iso(value: Any, form: re.Pattern[str], read: Callable[[str], object], like: str, place: Place) -> str:
    try:
        if not isinstance(value, str) or not form.fullmatch(value):
            raise ValueError
        read(value)
    except ValueError:
        raise place.refusal("does not fit the type", given=kind_of(value), allowed=like) from None
    return value


_VALUES: Mapping[str, Callable[[Any, Place], Any]] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _timestamp,
    "time": _time,
}
