"""`logicalTypeOptions`: limits of a column's values. Each fits its type, and together they leave something over."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.contracts.explosions import refuse_explosions
from pipeline.contracts.patterns import PatternError, UnsafePatternError, parse_pattern
from pipeline.contracts.place import Place
from pipeline.contracts.terms import OPTIONS, check_terms
from pipeline.contracts.values import kind_of, read_value
from pipeline.contracts.vocabulary import one_of

#: Formats of a string that are checked.
STRING_FORMATS = ("email", "uuid", "uri", "hostname", "ipv4", "ipv6")
_HELD = {
    "password": "drop the column; a contract can't tell a password from another text",
    "byte": "say what the text looks like by pattern, such as ^[A-Za-z0-9+/]*={0,2}$",
    "binary": "a column is text, a number, a truth or a time",
}
#: Range of an integer format; ours have 18 digits at most, so that i64 says nothing more.
_INTEGER_FORMATS: Mapping[str, tuple[int | None, int | None]] = {
    **{f"i{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32)},
    **{f"u{bits}": (0, 2**bits - 1) for bits in (8, 16, 32)},
    "i64": (None, None),
    "u64": (0, None),
}
#: IEEE 754 binary32: (2 - 2^-23) * 2^127.
_MOST_F32 = (2 - 2**-23) * 2.0**127
_NUMBER_FORMATS: Mapping[str, tuple[float | None, float | None]] = {"f32": (-_MOST_F32, _MOST_F32), "f64": (None, None)}
_UTC = ("UTC", "Etc/UTC", "Z")


def read_options(logical_type: str, given: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Limits by the option's name, each as the column's type has it: numbers, and ISO 8601 for times.

    `format` of a date or time is no limit and left out (contracts/forms.py reads it); that of a number is its range.

    Raises:
        ContractError: an option that the type does not have, a limit that does not fit it, or that no value meets.
    """
    check_terms(given, OPTIONS[logical_type], place)
    found = {
        name: _READERS.get(name, _limit)(given[name], logical_type, (place / name).named(f"{place.name}.{name}"))
        for name in given
        if name not in ("format", "timezone", "defaultTimezone")
    }
    if logical_type in ("date", "timestamp", "time"):
        _check_zone(given, logical_type, place)
    elif "format" in given:
        found = _FORMATS[logical_type](given["format"], found, (place / "format").named(f"{place.name}.format"))
    _refuse_contradiction(found, place)
    return found


def read_pattern(value: Any, place: Place) -> str:
    """A regular expression as Java reads it (`$` is the end, and not also the place before a last line break).

    Raises:
        ContractError: engines read it differently, or may take exploding time on it.
    """
    if not isinstance(value, str):
        raise place.refusal("a pattern is a text", given=value, hint="put it in quotes")
    try:
        pattern = parse_pattern(value)
        refuse_explosions(pattern)
    except PatternError as error:
        problem = "is not safe" if isinstance(error, UnsafePatternError) else "can't be read"
        raise place.refusal(
            f"pattern {problem}: {error}",
            given=value,
            allowed="signs, [ ], ( ), (?: ), |, * + ? {n,m}, ^ $ \\d \\w \\s \\b \\p{L} and escaped signs",
            hint="see contracts/patterns.py; let each repeat end at a sign that it can't match, such as [^,]*,",
        ) from None
    return pattern.java


def _limit(value: Any, logical_type: str, place: Place) -> Any:
    return read_value(value, logical_type, place)


def _length(value: Any, _: str, place: Place) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise place.refusal("is no length", given=kind_of(value), allowed="0, 1, 2 and so on")
    return value


def _step(value: Any, _: str, place: Place) -> int | float:
    step: int | float = read_value(value, "number", place)
    if step <= 0:
        raise place.refusal("is no step", given=step, allowed="a number above 0")
    return step


def _string_format(value: Any, found: dict[str, Any], place: Place) -> dict[str, Any]:
    if isinstance(value, str) and value in _HELD:
        raise place.refusal(
            f"{value} is not checked", given=value, allowed=", ".join(STRING_FORMATS), hint=_HELD[value]
        )
    return {**found, "format": one_of(value, STRING_FORMATS, "format of a string", place)}


def _integer_format(value: Any, found: dict[str, Any], place: Place) -> dict[str, Any]:
    if value in ("i128", "u128"):
        raise place.refusal("an integer has 18 digits at most", given=value, hint="make it a string with a pattern")
    return _within(found, *_INTEGER_FORMATS[one_of(value, _INTEGER_FORMATS, "format of an integer", place)])


def _number_format(value: Any, found: dict[str, Any], place: Place) -> dict[str, Any]:
    return _within(found, *_NUMBER_FORMATS[one_of(value, _NUMBER_FORMATS, "format of a number", place)])


def _within(found: dict[str, Any], least: float | None, most: float | None) -> dict[str, Any]:
    """The limits, and none wider than a format holds."""
    if least is not None:
        found = {**found, "minimum": max(least, found.get("minimum", least))}
    if most is not None:
        found = {**found, "maximum": min(most, found.get("maximum", most))}
    return found


def _check_zone(given: Mapping[str, Any], logical_type: str, place: Place) -> None:
    zoned = given.get("timezone")
    if "timezone" in given and not isinstance(zoned, bool):
        raise (place / "timezone").refusal("timezone is true or false", given=kind_of(zoned))
    if "timezone" in given and zoned is not _has_zone(given, logical_type):
        raise (place / "timezone").refusal(
            "timezone does not fit the format",
            given=f"timezone {str(zoned).lower()}",
            hint="XXX in the format is the zone; without a format a timestamp has one, a time has none",
        )
    if given.get("defaultTimezone", "UTC") not in _UTC:
        raise (place / "defaultTimezone").refusal(
            "a time without a zone is UTC", given=kind_of(given["defaultTimezone"]), allowed=", ".join(_UTC)
        )


def _has_zone(given: Mapping[str, Any], logical_type: str) -> bool:
    return "X" in str(given["format"]) if "format" in given else logical_type == "timestamp"


def _refuse_contradiction(found: Mapping[str, Any], place: Place) -> None:
    """A lower limit above an upper one leaves no value over, and an exclusive limit not even their meeting point."""
    for low in ("minimum", "exclusiveMinimum", "minLength"):
        for high in ("maxLength",) if low == "minLength" else ("maximum", "exclusiveMaximum"):
            if low not in found or high not in found:
                continue
            least, most = _comparable(found[low]), _comparable(found[high])
            if least > most or (least == most and "exclusive" in low + high):
                raise (place / high).refusal(f"no value is left between {low} and {high}", hint="are they exchanged?")


def _comparable(limit: Any) -> Any:
    if not isinstance(limit, str) or limit[2] == ":":
        return limit
    read = datetime.fromisoformat(limit)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


_READERS: Mapping[str, Callable[[Any, str, Place], Any]] = {
    "minLength": _length,
    "maxLength": _length,
    "pattern": lambda value, _, place: read_pattern(value, place),
    "multipleOf": _step,
}
_FORMATS: Mapping[str, Callable[[Any, dict[str, Any], Place], dict[str, Any]]] = {
    "string": _string_format,
    "integer": _integer_format,
    "number": _number_format,
}
