"""Formats by name: how to find records in landed bytes, and how to read them."""

from pipeline.parsing.csv_header import describe_csv
from pipeline.parsing.csv_records import parse_csv
from pipeline.parsing.csv_rows import frame_rows
from pipeline.parsing.frames import Format
from pipeline.parsing.json_pages import frame_body
from pipeline.parsing.json_records import parse_json

FORMATS = {
    "csv": Format(frame_rows, parse_csv, describe_csv),
    "json": Format(frame_body, parse_json),
}
