"""CSV rows to columns of text."""

import csv
from collections.abc import Sequence

from pipeline.parsing.csv_columns import read_columns
from pipeline.parsing.csv_rows import split_row
from pipeline.parsing.frames import Field, Layout, Parsed, Records, as_columns, count_strangers


def parse_csv(records: Records, fields: Sequence[Field], layout: Layout) -> Parsed:
    """Read one row a record. An empty field is null; a field that the header lacks is null in every row.

    A field's place is its name in the header. CSV has no types, so none is ever wrong here. Records that framing
    rejected are null and have no reason. Reasons: `csv.encoding`, `csv.nul`, `csv.quote`, `csv.line_break`,
    `csv.fields` (not as many as the header has).
    """
    return read_columns(records, fields, layout) or parse_one_by_one(records, fields, layout)


def parse_one_by_one(records: Records, fields: Sequence[Field], layout: Layout) -> Parsed:
    """The same, record by record: the truth, and slow."""
    header, delimiter, encoding = layout["header"], layout["delimiter"], layout["encoding"]
    rows: list[dict[str, str]] = []
    reasons: dict[int, str] = {}
    for at, record in enumerate(records):
        values, reason = ([], None) if at in records.rejected else _read(record, delimiter, encoding, len(header))
        rows.append({name: value for name, value in zip(header, values, strict=False) if value})
        if reason:
            reasons[at] = reason
    return Parsed(as_columns(rows, fields), {}, reasons, *count_strangers(rows, fields))


def _read(record: bytes, delimiter: str, encoding: str, fields: int) -> tuple[list[str], str | None]:
    try:
        text = record.decode(encoding)
    except UnicodeDecodeError:
        return [], "csv.encoding"
    if "\0" in text:
        return [], "csv.nul"
    if '"' not in text and ("\n" in text or "\r" in text):
        return [], "csv.line_break"
    try:
        values = split_row(text, delimiter)
    except (csv.Error, StopIteration):
        return [], "csv.quote"
    return (values, None) if len(values) == fields else ([], "csv.fields")
