"""How values are written in a source: date patterns, the decimal comma, words for true and false."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from pipeline.contracts.model import Form
from pipeline.errors import ContractError

#: The symbols of Java's date patterns that are understood: what each matches, and the part of a time that it is.
#: One letter takes one digit or two; names of months, years of two digits and twelve-hour clocks are not understood.
_SYMBOLS: Mapping[str, tuple[str, str]] = {
    "yyyy": (r"\d{4}", "year"),
    "uuuu": (r"\d{4}", "year"),
    "MM": (r"\d{2}", "month"),
    "M": (r"\d{1,2}", "month"),
    "dd": (r"\d{2}", "day"),
    "d": (r"\d{1,2}", "day"),
    "HH": (r"\d{2}", "hour"),
    "H": (r"\d{1,2}", "hour"),
    "mm": (r"\d{2}", "minute"),
    "ss": (r"\d{2}", "second"),
    **{"S" * digits: (rf"\d{{{digits}}}", "fraction") for digits in range(1, 7)},
    "XXX": (r"Z|[+-]\d{2}:\d{2}", "zone"),
}
_ONE_OR_TWO_DIGITS = {"M", "d", "H"}
_DAY = ("year", "month", "day")
_CLOCK = ("hour", "minute")
_NEEDED: Mapping[str, tuple[str, ...]] = {"date": _DAY, "timestamp": (*_DAY, *_CLOCK), "time": _CLOCK}
_NOT_IN: Mapping[str, tuple[str, ...]] = {
    "date": ("hour", "minute", "second", "fraction", "zone"),
    "timestamp": (),
    "time": (*_DAY, "zone"),
}
_TOKENS = re.compile(r"(?P<symbol>([A-Za-z])\2*)|'(?P<quoted>[^']+)'|(?P<mark>[-/.:, _])")
_LIKE = "dd.MM.yyyy, MM/dd/yyyy, d/M/yyyy, yyyyMMdd, dd.MM.yyyy HH:mm, HH:mm:ss, yyyy-MM-dd'T'HH:mm:ssXXX"


class DatePattern(NamedTuple):
    """A `format`, compiled.

    Attributes:
        regex: what it matches, without anchors; one group a symbol. Java and Python read it alike.
        iso: the match as ISO 8601, with `$1`, `$2` and so on for the groups; a timestamp without a zone is UTC.
    """

    regex: str
    iso: str


def date_pattern(text: str, logical_type: str, place: object) -> DatePattern:
    """Compile the `format` of a date, timestamp or time: a strict part of Java's date patterns (`_SYMBOLS`).

    Raises:
        ContractError: a symbol that is not understood or comes twice, a part that is missing, or a time in a date.
    """
    groups: dict[str, int] = {}
    regex, at, before = "", 0, ""
    while found := _TOKENS.match(text, at):
        at, symbol = found.end(), found["symbol"] or ""
        if symbol:
            digits, part = _SYMBOLS.get(symbol, ("", ""))
            if not part or part in groups:
                raise _refused(text, place, f"{symbol} {'comes twice' if part else 'is not understood'}")
            if before and {before, symbol} & _ONE_OR_TWO_DIGITS:
                raise _refused(text, place, f"nobody can tell where {before} ends and {symbol} begins")
            groups[part] = len(groups) + 1
            regex += f"({digits})"
        else:
            regex += re.escape(found["quoted"] or found["mark"])
        before = symbol
    if at < len(text):
        raise _refused(text, place, f"{text[at]} is not understood")
    _check_parts(groups, logical_type, text, place)
    return DatePattern(regex, _iso(groups))


def read_form(logical_type: str, options: Mapping[str, Any], custom: Mapping[str, Any], place: object) -> Form:
    """The Form of one column, from `logicalTypeOptions.format` and the custom properties `decimal` and `booleans`.

    Raises:
        ContractError: a word that does not fit the column's type, or a form that is not understood.
    """
    pattern = options.get("format", "") if logical_type in _NEEDED else ""
    if "format" in options and logical_type in _NEEDED:
        date_pattern(str(pattern), logical_type, place)
    decimal = custom.get("decimal", ".")
    if "decimal" in custom and (logical_type != "number" or decimal not in (".", ",")):
        raise ContractError(
            f"{place}: decimal does not fit", given=f"{decimal!r} of {logical_type}", allowed="'.' or ',' of number"
        )
    return Form(str(pattern), decimal, _booleans(logical_type, custom, place))


def _booleans(logical_type: str, custom: Mapping[str, Any], place: object) -> Mapping[str, bool]:
    if "booleans" not in custom:
        return {}
    words = custom["booleans"] if isinstance(custom["booleans"], Mapping) else {}
    plain = all(type(word) is str and word == word.strip() and type(words[word]) is bool for word in words)
    if logical_type != "boolean" or not plain or set(words.values()) != {True, False}:
        raise ContractError(
            f"{place}: booleans does not fit",
            given=logical_type,
            allowed="a boolean column, with words in quotes and what each means, both meanings among them",
            hint='{property: booleans, value: {"Y": true, "N": false}}',
        )
    return dict(words)


def _check_parts(groups: Mapping[str, int], logical_type: str, text: str, place: object) -> None:
    missing = [part for part in _NEEDED[logical_type] if part not in groups]
    if missing:
        raise _refused(text, place, f"no {', '.join(missing)}")
    strange = [part for part in _NOT_IN[logical_type] if part in groups]
    if strange:
        raise _refused(text, place, f"a {logical_type} has no {'time' if logical_type == 'date' else strange[0]}")
    if logical_type == "time" and "H" in re.split(r"[^A-Za-z]", text):
        raise _refused(text, place, "a time of day has two digits each, HH:mm")
    if "fraction" in groups and "second" not in groups:
        raise _refused(text, place, "a fraction without seconds")


def _iso(groups: Mapping[str, int]) -> str:
    parts = {part: f"${group}" for part, group in groups.items()}
    day = "-".join(parts[part] for part in _DAY if part in parts)
    if "hour" not in parts:
        return day
    fraction = f".{parts['fraction']}" if "fraction" in parts else ""
    clock = f"{parts['hour']}:{parts['minute']}:{parts.get('second', '00')}{fraction}"
    return f"{day}T{clock}{parts.get('zone', 'Z')}" if day else clock


def _refused(text: str, place: object, why: str) -> ContractError:
    return ContractError(f"{place}: format can't be read: {why}", given=text, allowed=f"such as {_LIKE}")
