"""Many JSON records at once, decoded in C into the shape that is asked for, where that is proved to miss nothing.

The proof: the records, one a line, decode strictly to as many objects of the shape; no text holds an escaped NUL or
surrogate; and every key is accounted for. A key ends in `":` (blanks between the two are refused), so there are at most
as many keys as `":` in the lines. Where there are as many as members that the shape took, it took them all: no key came
twice, and none is unknown to it. Members that were met but not asked for are part of the shape, taken as they lie: the
`":` inside them are set off, and they are read exactly to see that they have no key twice.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
from msgspec import UNSET, Raw, UnsetType

from pipeline.parsing.frames import Field
from pipeline.parsing.json_columns import column_of, is_raw
from pipeline.parsing.json_exact import Level, Path, check_decoder, levels_of, path_of

_UNREADABLE = (msgspec.DecodeError, ValueError, RecursionError)
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_LOOSE_COLON = re.compile(rb'"[ \t\r\n]+:')
_BRACKET = re.compile(rb"[{\[]")
_UNNAMEABLE = re.compile(r'["\\\x00-\x1f]')
#: Brackets of a member that nobody asked for, at most: far from any decoder's limit of depth.
_MOST_BRACKETS = 64
_ABSENT = Raw(b"")


class NotSimpleError(Exception):
    """Something in these records has to be looked at record by record."""


@dataclass(frozen=True)
class Taken:
    """Records that were decoded together.

    Attributes:
        columns: texts by field.
        doubtful: positions of records of which a value has to be read exactly.
        unknown: of each member that was not asked for, the positions of the records that have it.
    """

    columns: Mapping[str, pa.Array]
    doubtful: set[int]
    unknown: Mapping[Path, list[int]]


class Shape:
    """The members to decode; made once for many batches."""

    def __init__(self, fields: Sequence[Field], others: Sequence[Path]) -> None:
        """Members at the fields' places, and `others`, which were met but not asked for.

        Raises:
            NotSimpleError: the places can't be decoded together: one goes through another, or two are the same.
        """
        self._fields = {path_of(item): item for item in fields}
        self._others = {path for path in others if not _UNNAMEABLE.search(path[-1])}
        top = levels_of([*self._fields, *self._others])
        if len(self._fields) != len(fields) or not _is_simple(top):
            raise NotSimpleError
        self._empty: dict[Path, Any] = {}
        self._decoder = msgspec.json.Decoder(self._struct(top, ()))
        self._top = top

    def accepts(self, record: bytes) -> bool:
        """Whether the record can be decoded together with others like it."""
        try:
            self._members(record, 1)
        except NotSimpleError:
            return False
        return record.startswith(b"{") and record.endswith(b"}")

    def take(self, lines: bytes, count: int) -> Taken:
        """Decode `count` records, one a line (see `as_lines`).

        Raises:
            NotSimpleError: one of them is not accepted.
        """
        members = self._members(lines, count)
        doubtful: set[int] = set()
        columns = {item.name: column_of(item, members[path], doubtful) for path, item in self._fields.items()}
        unknown = {path: _present(members[path]) for path in self._others}
        return Taken(columns, doubtful, unknown)

    def _members(self, lines: bytes, count: int) -> dict[Path, list[Any]]:
        """Values by path, one or absent a record."""
        keys = _count_keys(lines)
        try:
            rows = self._decoder.decode_lines(lines)
        except _UNREADABLE:
            raise NotSimpleError from None
        members: dict[Path, list[Any]] = {}
        taken = self._split(rows, self._top, (), members)
        inside = sum(_keys_inside(members[path]) for path in self._others)
        if not all(_is_utf8(column) for path, column in members.items() if self._is_raw(path)):
            raise NotSimpleError
        if len(rows) != count or taken + inside != keys:
            raise NotSimpleError
        return members

    def _split(self, rows: list[Any], level: Level, above: Path, members: dict[Path, list[Any]]) -> int:
        """Columns of members, and how many members there are in all."""
        taken = 0
        for name, attribute in _attributes(level).items():
            path = (*above, name)
            column = list(map(attrgetter(attribute), rows))
            if name in level.inner:
                taken += len(rows) - column.count(UNSET)
                empty = self._empty[path]
                whole = [empty if value is None or value is UNSET else value for value in column]
                taken += self._split(whole, level.inner[name], path, members)
            else:
                taken += len(rows) - column.count(_ABSENT if self._is_raw(path) else UNSET)
                members[path] = column
        return taken

    def _struct(self, level: Level, above: Path) -> Any:
        attributes = _attributes(level)
        members: list[tuple[str, Any, Any]] = []
        for name, attribute in attributes.items():
            path = (*above, name)
            if name in level.inner:
                inner = self._struct(level.inner[name], path)
                self._empty[path] = inner()
                members.append((attribute, inner | None | UnsetType, UNSET))
            elif self._is_raw(path):
                members.append((attribute, Raw, _ABSENT))
            else:
                kind = bool if self._fields[path].logical_type == "boolean" else str
                members.append((attribute, kind | None | UnsetType, UNSET))
        names = {attribute: name for name, attribute in attributes.items()}
        return msgspec.defstruct("Member", members, rename=names, gc=False)

    def _is_raw(self, path: Path) -> bool:
        return path in self._others or is_raw(self._fields[path])


def _attributes(level: Level) -> dict[str, str]:
    """A plain attribute for each member's name."""
    return {name: f"m{at}" for at, name in enumerate((*sorted(level.leaves), *level.inner))}


def _is_simple(level: Level) -> bool:
    names = (*level.leaves, *level.inner)
    apart = len(set(names)) == len(names) and not any(map(_UNNAMEABLE.search, names))
    return apart and all(map(_is_simple, level.inner.values()))


def _count_keys(lines: bytes) -> int:
    """How many `":` there are, at least as many as keys.

    Raises:
        NotSimpleError: a key may end otherwise, or there is text that no file of ours can hold.
    """
    if b"\\" in lines and _SUSPECT.search(lines):
        raise NotSimpleError
    text = np.frombuffer(lines, np.uint8)
    before = text[np.flatnonzero(text == ord(":")) - 1]
    if (before <= ord(" ")).any() and _LOOSE_COLON.search(lines):
        raise NotSimpleError
    return int(np.count_nonzero(before == ord('"')))


def _is_utf8(raws: list[Raw]) -> bool:
    try:
        b"".join(raws).decode()
    except UnicodeDecodeError:
        return False
    return True


def _keys_inside(raws: list[Raw]) -> int:
    """How many `":` members hold that are read as they lie, after a look that none of them has a key twice."""
    if not _BRACKET.search(b"".join(raws)):
        return 0
    keys = 0
    for raw in filter(_BRACKET.match, map(bytes, raws)):
        if raw.count(b"{") + raw.count(b"[") > _MOST_BRACKETS:
            raise NotSimpleError
        try:
            check_decoder.decode(raw.decode())
        except _UNREADABLE:
            raise NotSimpleError from None
        keys += raw.count(b'":')
    return keys


def _present(raws: list[Raw]) -> list[int]:
    if _ABSENT not in raws:
        return list(range(len(raws)))
    return [at for at, raw in enumerate(raws) if raw != _ABSENT]
