"""XML records to columns of text."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, repeat

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.parsing.frames import Field, Layout, Parsed, Records
from pipeline.parsing.xml_columns import columns_of
from pipeline.parsing.xml_places import compile_places
from pipeline.parsing.xml_shapes import Shape, make_shape
from pipeline.parsing.xml_tree import Found, find, read_element, texts_of, wrapper

#: Shapes kept, and records of a batch that a shape is made of.
_MOST_SHAPES, _MOST_TRIES = 8, 16
#: U+FFFE and U+FFFF, which XML forbids, in UTF-8; shapes let them pass.
_FORBIDDEN = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_Groups = list[tuple[bytes | None, ...]]
#: A record's position, and where it starts and ends.
_Span = tuple[int, int, int]


def parse_xml(records: Records, fields: Sequence[Field], layout: Layout) -> Parsed:
    """Read one element a record.

    A place is a path of local names from the record's element: `Date`, `@id`, `Employee/@number`,
    `Ratings/Rating[@kind='overall']`, `Skills/Skill[]` (all of them, joined by line breaks), `{urn:a}Date` (of that
    namespace only). Text of a field: all text in the element, CDATA and descendants too, or the attribute's value,
    entities decoded; without blanks around it unless the field is a string. Absent, empty, and `xsi:nil`: None. Wrong
    type: more than one place found where one was asked for.

    Reasons: `xml.malformed`, `xml.encoding` (bytes that the file's encoding does not know).

    Raises:
        ContractError: a field's place is none.
    """
    reader = _reader(tuple(fields), tuple(sorted(layout["namespaces"].items())))
    return reader.read(*_as_utf8(records, layout["encoding"]))


@dataclass
class _Batch:
    """What was read of a batch: groups by shape, and texts, each with the records' positions."""

    shaped: list[tuple[Shape, list[int], _Groups]] = field(default_factory=list)
    texts: list[list[str | None]] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    wrong: dict[int, list[str]] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    ignored: Counter[str] = field(default_factory=Counter)
    strangers: set[int] = field(default_factory=set)


class _Reader:
    """Reads records of one source; the shapes that it learns make it faster, never different."""

    def __init__(self, fields: tuple[Field, ...], namespaces: Mapping[str, str]) -> None:
        self._plan = compile_places(fields)
        self._start = wrapper(namespaces)
        self._shapes: list[Shape] = []

    def read(self, records: Records, unreadable: Sequence[int]) -> Parsed:
        """Read records in UTF-8, but for those that were rejected or are unreadable."""
        batch = _Batch(reasons=dict.fromkeys(unreadable, "xml.encoding"))
        skipped = {*records.rejected, *unreadable}
        self._take(records, skipped, batch)
        none: list[str | None] = [None] * len(self._plan.fields)
        for at in skipped:
            batch.positions.append(at)
            batch.texts.append(none)
        for shape, positions, groups in batch.shaped:
            _count_unknown(shape, positions, groups, batch)
        return Parsed(self._columns(batch), batch.wrong, batch.reasons, dict(+batch.ignored), batch.strangers)

    def _take(self, records: Records, skipped: Collection[int], batch: _Batch) -> None:
        """Take each record apart by the first shape that it has, or read it alone and learn its shape."""
        plain = b"\xef" not in records.body or not any(character in records.body for character in _FORBIDDEN)
        spans = zip(records.offsets.tolist(), (records.offsets + records.lengths).tolist(), strict=True)
        left = [(at, *span) for at, span in enumerate(spans) if at not in skipped]
        for shape in self._shapes if plain else ():
            left = _take_apart(shape, records.body, left, batch)
        tries = _MOST_TRIES if plain else 0
        while left:
            at, start, end = left.pop(0)
            record = records.body[start:end]
            if self._read_alone(at, record, batch) and tries:
                tries -= 1
                learned = self._learn(record)
                left = _take_apart(learned, records.body, left, batch) if learned else left
        if len(self._shapes) >= _MOST_SHAPES:
            self._shapes = [shape for shape, _, _ in batch.shaped]
        self._shapes.sort(key=lambda shape: -shape.elements)

    def _learn(self, record: bytes) -> Shape | None:
        shape = make_shape(record, self._plan, self._start) if len(self._shapes) < _MOST_SHAPES else None
        if shape and shape.pattern.fullmatch(record):
            self._shapes.append(shape)
            return shape
        return None

    def _read_alone(self, at: int, record: bytes, batch: _Batch) -> bool:
        """Read one record by the full parser; whether it is well-formed."""
        element = read_element(record, self._start)
        found = Found() if element is None else find(element, self._plan)
        texts, wrong = texts_of(found, self._plan)
        batch.positions.append(at)
        batch.texts.append(texts)
        if element is None:
            batch.reasons[at] = "xml.malformed"
        if wrong:
            batch.wrong[at] = wrong
        if found.unknown:
            batch.ignored.update({path for path, _ in found.unknown})
            batch.strangers.add(at)
        return element is not None

    def _columns(self, batch: _Batch) -> dict[str, pa.Array]:
        """All columns, in the records' order."""
        names = [item.name for item in self._plan.fields]
        parts = [columns_of(shape, self._plan, groups) for shape, _, groups in batch.shaped]
        if len(parts) == 1 and not batch.texts:
            return dict(zip(names, parts[0], strict=True))
        rows = zip(*batch.texts, strict=True) if batch.texts else ([] for _ in names)
        parts.append([pa.array(column, pa.string()) for column in rows])
        positions = chain(*(positions for _, positions, _ in batch.shaped), batch.positions)
        order = pa.array(np.argsort(np.fromiter(positions, np.int64)))
        columns = (pa.concat_arrays(column).take(order) for column in zip(*parts, strict=True))
        return dict(zip(names, columns, strict=True))


def _take_apart(shape: Shape, body: bytes, spans: list[_Span], batch: _Batch) -> list[_Span]:
    """Take the records apart that have a shape; those that have not."""
    positions, starts, ends = zip(*spans, strict=True) if spans else ((), (), ())
    found = list(map(shape.pattern.fullmatch, repeat(body), starts, ends))
    groups = [match.groups() for match in found if match]
    if groups:
        batch.shaped.append((shape, [at for at, match in zip(positions, found, strict=True) if match], groups))
    return [span for span, match in zip(spans, found, strict=True) if not match]


def _count_unknown(shape: Shape, positions: list[int], groups: _Groups, batch: _Batch) -> None:
    """Count the names that no place goes through, once a record."""
    places = np.array(positions)
    there: dict[str, NDArray[np.bool_]] = {}
    for path, group in shape.unknown:
        found = np.array([group is None or row[group] is not None for row in groups])
        there[path] = there[path] | found if path in there else found
    for path, found in there.items():
        batch.ignored[path] += int(found.sum())
        batch.strangers.update(places[found].tolist())


@lru_cache(32)
def _reader(fields: tuple[Field, ...], namespaces: tuple[tuple[str, str], ...]) -> _Reader:
    return _Reader(fields, dict(namespaces))


def _as_utf8(records: Records, encoding: str) -> tuple[Records, list[int]]:
    """The records in UTF-8, and which of them are not in their encoding."""
    if records.body.isascii() or (encoding == "utf-8" and _is_text(records.body)):
        return records, []
    if encoding == "utf-8":
        return records, [at for at, record in enumerate(records) if not _is_text(record)]
    texts: list[bytes] = []
    unreadable = []
    for at, record in enumerate(records):
        try:
            texts.append(record.decode(encoding).encode())
        except UnicodeDecodeError:
            texts.append(b"")
            unreadable.append(at)
    return replace(Records.of(texts), rejected=records.rejected), unreadable


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
