"""JSON records to columns of text: together where that is proved to be exact, else one by one."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa

from pipeline.parsing.frames import Field, Layout, Parsed, Positions, Records
from pipeline.parsing.json_exact import Level, Path, Reading, levels_of, path_of, read_record, text_of
from pipeline.parsing.json_lines import as_lines
from pipeline.parsing.json_shape import NotSimpleError, Shape, Taken

#: Records that are read exactly first, to learn which members beside the fields a batch has.
_SAMPLE = 2
_MOST_OTHERS = 200
_NOTHING = Taken({}, set(), {})


def parse_json(records: Records, fields: Sequence[Field], layout: Layout) -> Parsed:  # noqa: ARG001
    """Read one object a record. A field's place is a path of names joined by dots.

    Text of a field: strings as they are, numbers as written (an integer written as `1.0` or `1e3` as digits), booleans
    `true` or `false`, null and absent as None. Wrong types: a number, date or boolean written as another JSON type, a
    number beyond a double, an integer beyond 64 bits or with a fraction, an object or array anywhere, a place that
    goes through something that is neither object nor null. A string field that promotes takes numbers as written and
    booleans too.

    Members that were not asked for are named by their path, at every level that a place goes through.

    Reasons: `json.encoding` (not UTF-8), `json.malformed` (NaN and infinities too), `json.too_deep`,
    `json.not_object`, `json.duplicate_key` (at any depth), `json.nul` and `json.surrogate` (text that no file of ours
    can hold).
    """
    rows, top = _to_parse(records), levels_of([path_of(item) for item in fields])
    together, taken = _take(records, rows, tuple(fields), top)
    sure = np.delete(together, list(taken.doubtful)) if taken.doubtful else together
    apart = np.setdiff1d(rows, sure).tolist() if len(sure) < len(rows) else []
    readings = {at: read_record(_record(records, at), top) for at in apart}
    return _merge(len(records), fields, together, taken, readings)


def parse_exactly(records: Records, fields: Sequence[Field]) -> Parsed:
    """The same as `parse_json`, record by record."""
    rows, top = _to_parse(records), levels_of([path_of(item) for item in fields])
    readings = {at: read_record(_record(records, at), top) for at in rows.tolist()}
    return _merge(len(records), fields, rows[:0], _NOTHING, readings)


def _to_parse(records: Records) -> Positions:
    rows = np.arange(len(records))
    return np.setdiff1d(rows, list(records.rejected)) if records.rejected else rows


def _record(records: Records, at: int) -> bytes:
    start = int(records.offsets[at])
    return records.body[start : start + int(records.lengths[at])]


def _take(records: Records, rows: Positions, fields: tuple[Field, ...], top: Level) -> tuple[Positions, Taken]:
    """Which records could be decoded together, and what they gave."""
    samples = [read_record(_record(records, at), top) for at in rows[:_SAMPLE].tolist()]
    others = {path for sample in samples for path in sample.unknown}
    try:
        shape = _shape(fields, tuple(sorted(others)[:_MOST_OTHERS]))
    except NotSimpleError:
        return rows[:0], _NOTHING
    try:
        return rows, _take_lines(records, rows, shape)
    except NotSimpleError:
        rows = rows[[shape.accepts(_record(records, at)) for at in rows.tolist()]]
        return rows, _take_lines(records, rows, shape) if len(rows) else _NOTHING


def _take_lines(records: Records, rows: Positions, shape: Shape) -> Taken:
    lines = as_lines(records.body, records.offsets[rows], records.lengths[rows])
    if lines is None:
        raise NotSimpleError
    return shape.take(lines, len(rows))


@lru_cache(maxsize=64)
def _shape(fields: tuple[Field, ...], others: tuple[Path, ...]) -> Shape:
    return Shape(fields, others)


def _merge(
    size: int, fields: Sequence[Field], together: Positions, taken: Taken, readings: Mapping[int, Reading]
) -> Parsed:
    """Columns in the order of the records. `together` are the positions of what was taken; `readings` override it."""
    wrong: dict[int, list[str]] = {}
    columns = {item.name: _texts(readings, item, wrong) for item in fields}
    if len(together) == size and size and not readings:
        columns = dict(taken.columns)
    else:
        order = _order(size, together, list(readings))
        for name, column in columns.items():
            first = [taken.columns[name]] if len(together) else []
            columns[name] = pa.concat_arrays([*first, column, pa.nulls(1, pa.string())]).take(order)
    counts, strangers = _strangers(together, taken, readings)
    reasons = {at: reading.reason for at, reading in readings.items() if reading.reason}
    return Parsed(columns, wrong, reasons, counts, strangers)


def _order(size: int, together: Positions, apart: Sequence[int]) -> pa.Array:
    """Where each record stands among those taken together, those read apart, and one null for the rest."""
    order = np.full(size, len(together) + len(apart))
    order[together] = np.arange(len(together))
    order[list(apart)] = np.arange(len(apart)) + len(together)
    return pa.array(order)


def _texts(readings: Mapping[int, Reading], item: Field, wrong: dict[int, list[str]]) -> pa.Array:
    path = path_of(item)
    column: list[str | None] = []
    for at, reading in readings.items():
        value = reading.values.get(path)
        text = None if value is None else text_of(item, value)
        if text is None and value is not None:
            wrong.setdefault(at, []).append(item.name)
        column.append(text)
    return pa.array(column, pa.string())


def _strangers(together: Positions, taken: Taken, readings: Mapping[int, Reading]) -> tuple[dict[str, int], list[int]]:
    """How many records had each member that was not asked for, and which records had any."""
    counts: Counter[str] = Counter()
    strangers = {at for at, reading in readings.items() if reading.unknown}
    for path, rows in taken.unknown.items():
        having = set(together[rows].tolist()).difference(readings)
        if having:
            counts[".".join(path)] += len(having)
            strangers |= having
    for reading in readings.values():
        counts.update(".".join(path) for path in reading.unknown)
    return dict(counts), sorted(strangers)
