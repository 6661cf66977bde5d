"""A record as the bytes that its system delivers: a line of JSON, or a row of CSV (RFC 4180)."""

import csv
import io

import orjson

from pipeline.synthetic.defects import Defect
from pipeline.synthetic.records import CSV_COLUMNS, Record, Value

#: A lone surrogate; `surrogateescape` writes it as the byte FF, which no UTF-8 text holds.
_BAD_BYTE = "\udcff"


def encode(record: Record, defect: Defect | None = None) -> bytes:
    """The line of the record, its end included; `defect` damages the row where it is one of rows."""
    if record.source not in CSV_COLUMNS:
        return orjson.dumps(record.fields) + b"\n"
    cells = [_cell(value) for value in record.fields.values()]
    if defect and defect.spoil is None:
        # One line, so that whoever reads it meets one bad record and not several.
        cells = [cell.replace("\n", " ") for cell in cells]
        if defect.kind == "too_many_fields":
            cells.append("0")
        elif defect.kind == "too_few_fields":
            cells.pop()
        else:
            cells[list(record.fields).index(defect.column or "")] += _BAD_BYTE
    return csv_row(cells)


def csv_row(cells: list[str]) -> bytes:
    row = io.StringIO()
    csv.writer(row, lineterminator="\r\n").writerow(cells)
    return row.getvalue().encode("utf-8", errors="surrogateescape")


def _cell(value: Value) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
