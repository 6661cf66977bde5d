"""One JSON record at a time, exact: a number keeps the text it has in the source. Any quicker way must agree."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import isfinite
from typing import Any

from pipeline.parsing.frames import Field

_INT64 = range(-(2**63), 2**63)
#: Stands for the value of a place that goes through something that is no object; of no type that anybody asks for.
_NO_OBJECT = object()
#: Names from the record's own object down to a value.
Path = tuple[str, ...]


@dataclass
class Level:
    """What is asked for of one object: members to read, and members that are objects to go into."""

    leaves: set[str] = field(default_factory=set)
    inner: dict[str, "Level"] = field(default_factory=dict)

    def paths(self) -> Iterator[Path]:
        """Every place at this level and below."""
        yield from ((name,) for name in self.leaves)
        for name, level in self.inner.items():
            yield from ((name, *path) for path in level.paths())


@dataclass(frozen=True)
class Reading:
    """One record.

    Attributes:
        values: at the places that it has.
        unknown: members that were not asked for.
        reason: why it can't be read.
    """

    values: Mapping[Path, object] = field(default_factory=dict)
    unknown: Sequence[Path] = ()
    reason: str | None = None


class DuplicateKeyError(ValueError):
    """An object names a key twice: which value holds is anybody's guess."""


class _Number(str):
    """The text of a JSON number; a class of its own, to tell it from a string."""

    __slots__ = ()


def path_of(item: Field) -> Path:
    """Where a field lies in a record."""
    return tuple(item.source_name.split("."))


def levels_of(paths: Sequence[Path]) -> Level:
    """The objects that the paths go through, from the record down."""
    top = Level()
    for path in paths:
        level = top
        for name in path[:-1]:
            level = level.inner.setdefault(name, Level())
        level.leaves.add(path[-1])
    return top


def read_record(record: bytes, top: Level) -> Reading:
    """Read one object; the reasons are those of `parse_json`."""
    try:
        text = record.decode()
        row = check_decoder.decode(text)
    except UnicodeDecodeError:
        return Reading(reason="json.encoding")
    except DuplicateKeyError:
        return Reading(reason="json.duplicate_key")
    except RecursionError:
        return Reading(reason="json.too_deep")
    except ValueError:
        return Reading(reason="json.malformed")
    reason = "json.not_object" if not isinstance(row, dict) else _unwritable(row, top) if "\\u" in text else None
    if reason:
        return Reading(reason=reason)
    values: dict[Path, object] = {}
    unknown: list[Path] = []
    _collect(row, top, (), values, unknown)
    return Reading(values, unknown)


def text_of(item: Field, value: object) -> str | None:
    """A value's text; None where its type does not fit the field."""
    if item.promote and item.logical_type == "string" and isinstance(value, _Number | bool):
        return _boolean(value) or str(value)
    return _TEXTS[item.logical_type](value)


def _collect(
    row: Mapping[str, object], level: Level, above: Path, values: dict[Path, object], unknown: list[Path]
) -> None:
    for name, value in row.items():
        path = (*above, name)
        inner = level.inner.get(name)
        if name in level.leaves:
            values[path] = value
        elif inner is None:
            unknown.append(path)
        if inner is None or value is None:
            continue
        if isinstance(value, dict):
            _collect(value, inner, path, values, unknown)
        else:
            values.update(((*path, *below), _NO_OBJECT) for below in inner.paths())


def _unwritable(row: Mapping[str, Any], top: Level) -> str | None:
    texts = list(_texts(row, top))
    if any("\0" in text for text in texts):
        return "json.nul"
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return "json.surrogate"
    return None


def _texts(row: Mapping[str, Any], level: Level) -> Iterator[str]:
    """Names and texts of an object and of those below that places go through."""
    for name, value in row.items():
        yield name
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict) and name in level.inner:
            yield from _texts(value, level.inner[name])


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise DuplicateKeyError
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


#: Strict; objects with a key twice raise `DuplicateKeyError`.
check_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_Number, parse_int=_Number, parse_constant=_refuse, strict=True
)
_TEXTS: Mapping[str, Callable[[object], str | None]] = {
    "string": _string,
    "date": _string,
    "timestamp": _string,
    "time": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
}
