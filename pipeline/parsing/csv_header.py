"""The header of a CSV file: its column names, or why nothing in the file can be trusted."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.parsing.csv_lines import Lines
from pipeline.parsing.csv_rows import Rules, delimiter_byte, split_row, take_row
from pipeline.parsing.frames import Layout

_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Header:
    """A file's header: column names, where the first row may start, and why no row of the file can be read, if so."""

    names: tuple[str, ...]
    start: int
    reason: str | None = None


def describe_csv(stream: BinaryIO, declared: Layout, expected: Collection[str]) -> Layout:
    """The layout of a file: its dialect as declared, the names in its header, and where its first row may start."""
    header = read_header(stream, declared["delimiter"], declared["encoding"], expected)
    found = {**declared, "header": list(header.names), "start": header.start}
    return found | ({"reason": header.reason} if header.reason else {})


def read_header(stream: BinaryIO, delimiter: str, encoding: str, expected: Collection[str]) -> Header:
    """Read the header of a file whose columns should be among `expected`; an empty file has no names and no reason.

    Reasons that hold for every row: `csv.utf16`, `csv.header_malformed`, `csv.header_unnamed` (a column without a
    name), `csv.header_duplicate`, `csv.header_missing` (no name is expected: the first line is a row as well).

    Raises:
        ContractError: the delimiter is not one plain character.
    """
    rules = Rules(None, delimiter_byte(delimiter), encoding)
    first = stream.read(len(_UTF8_BOM))
    start = len(_UTF8_BOM) if first == _UTF8_BOM else 0
    stream.seek(start)
    lines = Lines(stream, start)
    line = lines.take()
    while line is not None and not line.content and not line.too_long:
        start = line.end
        line = lines.take()
    if line is None:
        return Header((), start)
    if first.startswith(_UTF16_BOMS):
        return Header((), line.end, "csv.utf16")
    row, reason, after = take_row(line, lines, rules)
    if reason is not None:
        return Header((), after, "csv.header_malformed")
    names = tuple(split_row(row.decode(encoding), delimiter))
    if not set(names) & set(expected):
        # What looks like names are values: they must not be kept as such.
        return Header((), start, "csv.header_missing")
    return Header(names, after, _reason(names))


def _reason(names: tuple[str, ...]) -> str | None:
    if not all(name.strip() for name in names):
        return "csv.header_unnamed"
    return "csv.header_duplicate" if len(set(names)) < len(names) else None
