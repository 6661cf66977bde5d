"""CSV rows to columns of text."""

import csv
from collections.abc import Sequence

from pipeline.parsing.csv_rows import split_row
from pipeline.parsing.frames import Field, Layout, Parsed, Records, as_columns, count_strangers


def parse_csv(records: Records, fields: Sequence[Field], layout: Layout) -> Parsed:
    """Read one row a record. An empty field is None; a field that the header lacks is None in every row.

    CSV has no types, so none is ever wrong here. Reasons: `csv.encoding`, `csv.nul`, `csv.quote`, `csv.line_break`,
    `csv.fields` (not as many as the header has).
    """
    header, delimiter, encoding = layout["header"], layout["delimiter"], layout["encoding"]
    rows: list[dict[str, str]] = []
    reasons: dict[int, str] = {}
    for at, record in enumerate(records):
        values, reason = _read(record, delimiter, encoding)
        if reason is None and len(values) != len(header):
            values, reason = [], "csv.fields"
        rows.append({name: value for name, value in zip(header, values, strict=False) if value})
        if reason:
            reasons[at] = reason
    return Parsed(as_columns(rows, fields), {}, reasons, *count_strangers(rows, fields))


def _read(record: bytes, delimiter: str, encoding: str) -> tuple[list[str], str | None]:
    try:
        text = record.decode(encoding)
    except UnicodeDecodeError:
        return [], "csv.encoding"
    if "\0" in text:
        return [], "csv.nul"
    if '"' not in text and ("\n" in text or "\r" in text):
        return [], "csv.line_break"
    try:
        return split_row(text, delimiter), None
    except (csv.Error, StopIteration):
        return [], "csv.quote"
