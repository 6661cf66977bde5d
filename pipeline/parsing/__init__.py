"""Formats by name: how to find records in landed bytes, and how to read them."""

from pipeline.parsing.copy_records import parse_copy
from pipeline.parsing.copy_rows import frame_copy
from pipeline.parsing.csv_frames import frame_csv
from pipeline.parsing.csv_header import describe_csv
from pipeline.parsing.csv_records import parse_csv
from pipeline.parsing.document_records import frame_document, parse_documents
from pipeline.parsing.frames import Format
from pipeline.parsing.json_files import frame_json_lines
from pipeline.parsing.json_pages import frame_body
from pipeline.parsing.json_records import parse_json
from pipeline.parsing.xml_head import describe_xml
from pipeline.parsing.xml_records import parse_xml
from pipeline.parsing.xml_rows import frame_elements

FORMATS = {
    "copy": Format(frame_copy, parse_copy),
    "csv": Format(frame_csv, parse_csv, describe_csv),
    "documents": Format(frame_document, parse_documents),
    "json": Format(frame_body, parse_json),
    "jsonl": Format(frame_json_lines, parse_json),
    "xml": Format(frame_elements, parse_xml, describe_xml),
}
