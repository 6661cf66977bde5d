"""Columns of many CSV rows at once, by Arrow's own reader, where it is certain to read them as the careful way does."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pyarrow as pa
from pyarrow import csv

from pipeline.parsing.csv_dialect import UTF8_BOM
from pipeline.parsing.csv_rows import delimiter_byte
from pipeline.parsing.csv_scan import scan_rows
from pipeline.parsing.frames import Field, Layout, Parsed, Positions, Records

#: Arrow reads a batch as one block, whose size it keeps in 32 bits.
_MOST_BYTES = 1 << 30


def read_columns(records: Records, fields: Sequence[Field], layout: Layout) -> Parsed | None:
    """Read all records that framing took; None where one of them may be broken, or Arrow might read it differently."""
    header: list[str] = layout["header"]
    taken = np.delete(np.arange(len(records)), list(records.rejected))
    text = _as_utf8(_lines(records, taken, layout["delimiter"]), layout["encoding"])
    if text is None or len(set(header)) < len(header):
        return None
    try:
        table = _read(text, [str(at) for at in range(len(header))], layout["delimiter"])
    except pa.ArrowInvalid:
        return None
    if table.num_rows != len(taken):
        return None
    # One block of input makes one chunk; joining one chunk would copy it.
    columns = {name: column.chunk(0) for name, column in zip(header, table.columns, strict=True)}
    if records.rejected:
        places = _places(taken, len(records))
        columns = {name: column.take(places) for name, column in columns.items()}
    missing = pa.nulls(len(records), pa.string())
    asked = {item.name: columns.get(item.source_name, missing) for item in fields}
    return Parsed(asked, {}, {}, *_strangers(columns, {item.source_name for item in fields}))


def _lines(records: Records, taken: Positions, delimiter: str) -> bytes | None:
    """The records with line breaks between them; None where one is not a well-formed row, or they are too long."""
    offsets, lengths = records.offsets[taken], records.lengths[taken]
    if not len(taken) or lengths.sum() + len(taken) > _MOST_BYTES:
        return None
    if not records.rejected and offsets[-1] + lengths[-1] - offsets[0] <= _MOST_BYTES:
        text = records.body[offsets[0] : offsets[-1] + lengths[-1]]
        if _are_rows(text, offsets - offsets[0], lengths, delimiter):
            return text
    spans = zip(offsets.tolist(), lengths.tolist(), strict=True)
    text = b"\n".join([records.body[at : at + size] for at, size in spans])
    return text if _are_rows(text, np.cumsum(lengths + 1) - lengths - 1, lengths, delimiter) else None


def _are_rows(text: bytes, offsets: Positions, lengths: Positions, delimiter: str) -> bool:
    scan = scan_rows(np.frombuffer(text, np.uint8), delimiter_byte(delimiter)[0], whole=True)
    same = np.array_equal(scan.starts, offsets) and np.array_equal(scan.ends - scan.starts, lengths)
    return same and not len(scan.suspects) and b"\0" not in text


def _as_utf8(text: bytes | None, encoding: str) -> bytes | None:
    if text is None or encoding == "utf-8" or text.isascii():
        # Arrow would take a mark at the beginning away.
        return None if text is None or text.startswith(UTF8_BOM) else text
    try:
        return text.decode(encoding).encode()
    except UnicodeError:
        return None


def _read(text: bytes, names: list[str], delimiter: str) -> pa.Table:
    """Fields as text, empty ones null; fails on another number of fields, and on bytes that are not UTF-8."""
    return csv.read_csv(
        pa.py_buffer(text),
        csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
        csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        ),
    )


def _places(taken: Positions, count: int) -> pa.Array:
    """For each record its row, or null where it was not taken."""
    rows = np.zeros(count, np.int64)
    rows[taken] = np.arange(len(taken))
    absent = np.ones(count, bool)
    absent[taken] = False
    return pa.array(rows, mask=absent)


def _strangers(columns: Mapping[str, pa.Array], known: Collection[str]) -> tuple[dict[str, int], list[int]]:
    """How many rows have text in each column that is not asked for, and which rows have any."""
    counts: dict[str, int] = {}
    rows: Positions = np.array([], np.int64)
    for name, column in columns.items():
        if name not in known and column.null_count < len(column):
            counts[name] = len(column) - column.null_count
            rows = np.union1d(rows, np.flatnonzero(column.is_valid().to_numpy(zero_copy_only=False)))
    return counts, rows.tolist()
