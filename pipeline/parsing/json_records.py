"""JSON records to columns of text, exact: a number keeps the text it has in the source."""

import json
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import isfinite
from typing import Any

import pyarrow as pa

from pipeline.parsing.frames import Field, Layout, Parsed, Records, count_strangers

_INT64 = range(-(2**63), 2**63)


class _Number(str):
    """The text of a JSON number; a class of its own, to tell it from a string."""

    __slots__ = ()


class _DuplicateKeyError(ValueError):
    """An object names a key twice: which value holds is anybody's guess."""


def parse_json(records: Records, fields: Sequence[Field], layout: Layout) -> Parsed:  # noqa: ARG001
    """Read one object a record.

    Text of a field: strings as they are, numbers as written (an integer written as `1.0` or `1e3` as digits), booleans
    `true` or `false`, null and absent as None. Wrong types: a number, date or boolean written as another JSON type, a
    number beyond a double, an integer beyond 64 bits or with a fraction, an object or array anywhere.

    Reasons: `json.encoding` (not UTF-8), `json.malformed` (NaN and infinities too), `json.too_deep`,
    `json.not_object`, `json.duplicate_key` (at any depth), `json.nul` and `json.surrogate` (text that no file of ours
    can hold).
    """
    rows: list[dict[str, Any]] = []
    reasons: dict[int, str] = {}
    for at, record in enumerate(records):
        row, reason = _read(record)
        rows.append(row)
        if reason:
            reasons[at] = reason
    wrong: dict[int, list[str]] = {}
    columns = {item.name: _column(rows, item, wrong) for item in fields}
    return Parsed(columns, wrong, reasons, *count_strangers(rows, fields))


def _column(rows: Sequence[Mapping[str, Any]], item: Field, wrong: dict[int, list[str]]) -> pa.Array:
    as_text, name = _TEXTS[item.logical_type], item.source_name
    column: list[str | None] = []
    for at, row in enumerate(rows):
        value = row.get(name)
        text = None if value is None else as_text(value)
        if text is None and value is not None:
            wrong.setdefault(at, []).append(item.name)
        column.append(text)
    return pa.array(column, pa.string())


def _read(record: bytes) -> tuple[dict[str, Any], str | None]:
    try:
        text = record.decode()
        row = _decoder.decode(text)
    except UnicodeDecodeError:
        return {}, "json.encoding"
    except _DuplicateKeyError:
        return {}, "json.duplicate_key"
    except RecursionError:
        return {}, "json.too_deep"
    except ValueError:
        return {}, "json.malformed"
    if not isinstance(row, dict):
        return {}, "json.not_object"
    reason = _unwritable(row) if "\\u" in text else None
    return ({}, reason) if reason else (row, None)


def _unwritable(row: Mapping[str, Any]) -> str | None:
    texts = [text for text in (*row, *row.values()) if isinstance(text, str)]
    if any("\0" in text for text in texts):
        return "json.nul"
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return "json.surrogate"
    return None


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise _DuplicateKeyError
    return row


def _refuse(_: str) -> None:
    raise ValueError


def _string(value: object) -> str | None:
    return value if type(value) is str else None


def _number(value: object) -> str | None:
    return str(value) if type(value) is _Number and isfinite(float(value)) else None


def _integer(value: object) -> str | None:
    if type(value) is not _Number or abs(float(value)) > 2.0**63:
        return None
    exact = Decimal(value)
    whole = int(exact)
    return str(whole) if whole == exact and whole in _INT64 else None


def _boolean(value: object) -> str | None:
    return ("true" if value else "false") if type(value) is bool else None


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_Number, parse_int=_Number, parse_constant=_refuse, strict=True
)
_TEXTS: Mapping[str, Callable[[object], str | None]] = {
    "string": _string,
    "date": _string,
    "timestamp": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
