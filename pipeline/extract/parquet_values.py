"""Columns of Arrow as values that orjson writes without loss, and what kinds of columns there are."""

import base64
import json
import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds


@dataclass(frozen=True)
class Leaf:
    """A column that holds no others: its path of names, and its Arrow type."""

    path: tuple[str, ...]
    type: pa.DataType

    @property
    def place(self) -> str:
        """Where a contract finds it."""
        return ".".join(self.path)


def leaves_of(fields: Collection[pa.Field], above: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """The columns inside columns; a dot in a name parts it as a struct would, so that a contract's place reaches it."""
    for field in fields:
        path = (*above, *field.name.split("."))
        if kinds.is_struct(field.type):
            yield from leaves_of(list(field.type), path)
        else:
            yield Leaf(path, field.type)


def is_within(kind: pa.DataType, levels: int) -> bool:
    """Whether types lie inside each other no more than so many levels deep."""
    return levels >= 0 and all(is_within(kind.field(at).type, levels - 1) for at in range(kind.num_fields))


def is_plain(kind: pa.DataType) -> bool:
    """Whether values of the type are texts, numbers, booleans, dates or times, so that a contract can ask for them."""
    if kinds.is_dictionary(kind):
        return is_plain(kind.value_type)
    return kind == pa.uuid() or not (kinds.is_nested(kind) or kinds.is_duration(kind))


def objects_of(names: Sequence[str], columns: Sequence[pa.Array], asked: Collection[str], above: str = "") -> list[Any]:
    """One object a row; `asked` are the places of texts, see `_bytes`."""
    members: dict[str, list[Any]] = {}
    inner: dict[str, list[tuple[str, pa.Array]]] = {name.partition(".")[0]: [] for name in names if "." in name}
    for name, column in zip(names, columns, strict=True):
        first, _, rest = name.partition(".")
        if rest or name != first:
            inner[first].append((rest, column))
        elif name in inner:  # a struct: another column's dotted name lies in it
            inner[name] += zip([field.name for field in column.type], column.flatten(), strict=True)
        else:
            members[name] = values_of(column, asked, above + name)
    for first, inside in inner.items():
        rests, parts = [rest for rest, _ in inside], [part for _, part in inside]
        members[first] = objects_of(rests, parts, asked, f"{above}{first}.")
    keys = tuple(members)
    return [dict(zip(keys, row, strict=True)) for row in zip(*members.values(), strict=True)]


def values_of(column: pa.Array, asked: Collection[str] = (), place: str = "") -> list[Any]:
    """The column's values, one a row.

    Integers, booleans and texts as they are, decimals as numbers with all their digits, dates as `2019-06-30`, times of
    day as `12:30:00.000001`, points in time in UTC with `Z` (one without a zone is taken to be UTC). What is no number
    becomes the text `NaN`, `Infinity` or `-Infinity`: JSON has no other way, and a number column tells it. A text that
    is not UTF-8 keeps its bytes, so that parsing rejects its record. A duration is a count of its unit, a map a list of
    pairs.
    """
    column = _unwrapped(column)
    kind = column.type
    if kinds.is_nested(kind):
        return _structs(column, asked, place) if kinds.is_struct(kind) else _lists(column, asked, place)
    if kinds.is_binary(kind) or kinds.is_large_binary(kind) or kinds.is_fixed_size_binary(kind):
        return _bytes(column, place in asked)
    return _texts(column) if kinds.is_string(kind) or kinds.is_large_string(kind) else _scalars(column)


def _unwrapped(column: pa.Array) -> pa.Array:
    """The column in a type that Arrow itself knows, without a dictionary or a view."""
    if column.type == pa.uuid():
        return pa.array([None if it is None else str(it) for it in column.to_pylist()], pa.string())
    if isinstance(column.type, pa.BaseExtensionType):
        return _unwrapped(column.storage)
    if column.type in _VIEWS:
        return column.cast(_VIEWS[column.type])
    return _unwrapped(column.dictionary_decode()) if kinds.is_dictionary(column.type) else column


def _scalars(column: pa.Array) -> list[Any]:
    values: list[Any] = _written(column).to_pylist()
    if kinds.is_decimal(column.type):
        return [None if it is None else orjson.Fragment(format(it, "f").encode()) for it in values]
    if kinds.is_floating(column.type) and pc.all(pc.is_finite(column)).as_py() is False:
        return [it if it is None or math.isfinite(it) else _NO_NUMBER[str(it)] for it in values]
    return values


def _written(column: pa.Array) -> pa.Array:
    """Dates and times as text."""
    kind = column.type
    if kinds.is_duration(kind):
        return column.cast(pa.int64())
    if kinds.is_timestamp(kind):
        texts = column.cast(pa.timestamp(kind.unit)).cast(pa.string())
        texts = pc.replace_substring(texts, " ", "T", max_replacements=1)
        return pc.binary_join_element_wise(_to_microseconds(texts), "Z", "")
    return _to_microseconds(column.cast(pa.string())) if kinds.is_date(kind) or kinds.is_time(kind) else column


def _to_microseconds(texts: pa.Array) -> pa.Array:
    """Without the digits of nanoseconds where they are zeros."""
    return pc.replace_substring_regex(texts, r"(\.\d{6})000$", r"\1")


def _structs(column: pa.StructArray, asked: Collection[str], place: str) -> list[Any]:
    names = [field.name for field in column.type]
    rows = objects_of(names, column.flatten(), asked, f"{place}.") or [{} for _ in range(len(column))]
    if not column.null_count:
        return rows
    return [row if valid else None for row, valid in zip(rows, column.is_valid().to_pylist(), strict=True)]


def _lists(column: pa.Array, asked: Collection[str], place: str) -> list[Any]:
    if kinds.is_map(column.type):
        keys, items = values_of(column.keys, asked, place), values_of(column.items, asked, place)
        inside: list[Any] = [list(pair) for pair in zip(keys, items, strict=True)]
    else:
        if not (kinds.is_list(column.type) or kinds.is_large_list(column.type)):
            column = column.cast(pa.large_list(column.type.value_type))
        inside = values_of(column.values, asked, place)
    ends = column.offsets.to_pylist()
    valid = column.is_valid().to_pylist()
    return [inside[ends[at] : ends[at + 1]] if there else None for at, there in enumerate(valid)]


def _bytes(column: pa.Array, as_text: bool) -> list[Any]:
    """Bytes that a contract asks for are read as a text, others as base64."""
    values = column.to_pylist()
    return [None if it is None else _text(it) if as_text else base64.b64encode(it).decode() for it in values]


def _texts(column: pa.Array) -> list[Any]:
    try:
        values: list[Any] = column.to_pylist()
    except UnicodeDecodeError:
        return _bytes(column.cast(pa.large_binary()), as_text=True)
    return values


def _text(value: bytes) -> Any:
    try:
        return value.decode()
    except UnicodeDecodeError:
        quoted = json.dumps(value.decode("utf-8", "surrogateescape"), ensure_ascii=False)
        return orjson.Fragment(quoted.encode("utf-8", "surrogateescape"))


_VIEWS = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
_NO_NUMBER = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
