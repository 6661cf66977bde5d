"""Formats by name: how to find records in landed bytes, and how to read them."""

from pipeline.parsing.csv_records import parse_csv
from pipeline.parsing.csv_rows import frame_rows
from pipeline.parsing.frames import Format
from pipeline.parsing.json_pages import frame_body
from pipeline.parsing.json_records import parse_json

FORMATS = {
    "csv": Format(
        frame=frame_rows,
        parse=lambda records, fields, layout: parse_csv(
            records, fields, layout["header"], layout["delimiter"], layout["encoding"]
        ),
    ),
    "json": Format(frame=frame_body, parse=lambda records, fields, layout: parse_json(records, fields)),  # noqa: ARG005
}
