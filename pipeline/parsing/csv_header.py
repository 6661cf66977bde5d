"""The header of a CSV file: its column names, or why nothing in the file can be trusted."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.parsing.csv_dialect import HEAD, UTF8_BOM, UTF16_BOMS, find_delimiter, find_encoding
from pipeline.parsing.csv_lines import Lines
from pipeline.parsing.csv_rows import Rules, delimiter_byte, header_names, take_row
from pipeline.parsing.frames import Layout


@dataclass(frozen=True)
class Header:
    """A file's header: column names, where the first row may start, and why no row of the file can be read, if so."""

    names: tuple[str, ...]
    start: int
    reason: str | None = None


def describe_csv(stream: BinaryIO, declared: Layout, expected: Collection[str]) -> Layout:
    """The layout of a file: its dialect, as declared or found, the names in its header, where its first row may start.

    A delimiter or encoding declared `auto` is found in the file's first megabyte and stands in the layout from then on.
    A file in UTF-16 is refused (`csv.utf16`), whatever is declared: it has to be exported again in UTF-8.
    """
    lines = Lines(stream, 0)
    head, whole = lines.peek(HEAD)
    delimiter, encoding = declared["delimiter"], declared["encoding"]
    if encoding == "auto":
        encoding = find_encoding(head, whole)
    if delimiter == "auto":
        delimiter = find_delimiter(head, whole, encoding, expected)
    header = read_header(lines, delimiter, encoding, expected)
    found = {"delimiter": delimiter, "encoding": encoding, "header": list(header.names), "start": header.start}
    return {**declared, **found} | ({"reason": header.reason} if header.reason else {})


def read_header(lines: Lines, delimiter: str, encoding: str, expected: Collection[str]) -> Header:
    """Read the header of a file whose columns should be among `expected`; an empty file has no names and no reason.

    A name loses its quotes and the blanks around it; else it is compared as it stands, case included.
    Reasons that hold for every row: `csv.utf16`, `csv.header_malformed`, `csv.header_unnamed` (a column without a
    name), `csv.header_duplicate`, `csv.header_missing` (no name is expected: the first line is a row as well).

    Raises:
        ContractError: the delimiter is not one plain character.
    """
    rules = Rules(None, delimiter_byte(delimiter), encoding)
    mark, _ = lines.peek(len(UTF8_BOM))
    if mark == UTF8_BOM:
        lines.skip(len(UTF8_BOM))
    wide, start = mark.startswith(UTF16_BOMS), lines.offset
    line = lines.take()
    while line is not None and not line.content and not line.too_long:
        start = line.end
        line = lines.take()
    if line is None:
        return Header((), start)
    if line.too_long:
        frame, _ = lines.take_long()
        return Header((), frame.offset + frame.length, "csv.utf16" if wide else "csv.header_malformed")
    if wide:
        return Header((), line.end, "csv.utf16")
    row, reason, after = take_row(line, lines, rules)
    if reason is not None:
        return Header((), after, "csv.header_malformed")
    names = header_names(row, rules)
    if not set(names) & set(expected):
        # What looks like names are values: they must not be kept as such.
        return Header((), start, "csv.header_missing")
    return Header(names, after, _reason(names))


def _reason(names: tuple[str, ...]) -> str | None:
    if not all(names):
        return "csv.header_unnamed"
    return "csv.header_duplicate" if len(set(names)) < len(names) else None
