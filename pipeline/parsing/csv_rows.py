r"""Rows of a CSV file: RFC 4180 quotes and line breaks inside quotes, in one pass, whatever is broken.

A row ends at a line break outside quotes, `\n` or `\r\n`, which is no part of it; blank lines are no rows. A quote may
open only at a field's start and must be closed before a delimiter or the row's end. A row that spans lines must have as
many fields as the header; otherwise, or if its quote is still open after `MOST_LINES` lines, `MOST_QUOTED` bytes or at
the file's end, only its first line is rejected and the next line is looked at afresh: a lost quote costs one row.
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

from pipeline.errors import ContractError
from pipeline.parsing.csv_lines import MOST_RECORD, Line, Lines
from pipeline.parsing.frames import Frame, Frames, Layout, in_batches

MOST_LINES = 100
MOST_QUOTED = 1 << 20
_QUOTED = re.compile(rb'"[^"]*+"')
csv.field_size_limit(MOST_RECORD)


@dataclass(frozen=True)
class Rules:
    """What a row of one file must look like."""

    fields: int | None
    delimiter: bytes
    encoding: str

    @cached_property
    def _row(self) -> re.Pattern[bytes]:
        delimiter = re.escape(self.delimiter)
        field = rb'(?:"[^"]*+(?:""[^"]*+)*+"|[^"\r\n' + delimiter + rb"]*+)"
        return re.compile(field + rb"(?:" + delimiter + field + rb")*+")

    def reason(self, row: bytes) -> str | None:
        """Why the bytes are no row of this file, the first that holds: its shape comes before its content."""
        quoted = b'"' in row
        if quoted and not self._row.fullmatch(row):
            return "csv.quote"
        if not quoted and b"\r" in row:
            return "csv.line_break"
        bare = _QUOTED.sub(b"", row) if quoted else row
        if self.fields not in (None, bare.count(self.delimiter) + 1):
            return "csv.fields"
        if b"\0" in row:
            return "csv.nul"
        try:
            row.decode(self.encoding)
        except UnicodeDecodeError:
            return "csv.encoding"
        return None


def split_row(row: str, delimiter: str) -> list[str]:
    """Fields of one well-formed row.

    Raises:
        csv.Error: it is not well-formed.
    """
    if '"' not in row:
        return row.split(delimiter)
    return next(csv.reader((row,), delimiter=delimiter, strict=True))


def frame_rows(stream: BinaryIO, layout: Layout) -> Iterator[Frames]:
    """Frames of a file's rows, holding few of them in memory.

    Args:
        stream: the whole file, at its beginning.
        layout: `header` (names), `start` (where the first row may start), `delimiter`, `encoding`, and `reason` where
            no row of the file can be read: then every line that is not blank is a frame with that reason.

    Reasons: `csv.nul`, `csv.encoding`, `csv.quote`, `csv.line_break` (a bare carriage return), `csv.fields`,
    `csv.too_long` (over `MOST_RECORD` bytes).
    """
    return in_batches(_one_by_one(stream, layout))


def _one_by_one(stream: BinaryIO, layout: Layout) -> Iterator[tuple[Frame, bytes]]:
    stream.read(layout["start"])
    lines = Lines(stream, layout["start"])
    rules = Rules(len(layout["header"]), delimiter_byte(layout["delimiter"]), layout["encoding"])
    bad_file = layout.get("reason")
    while line := lines.take():
        if line.too_long:
            frame, digest = line.too_long
            yield (replace(frame, reason=bad_file) if bad_file else frame), digest
        elif bad_file and line.content.strip(b"\0\r"):
            yield Frame(line.offset, len(line.content), bad_file), hashlib.sha256(line.content).digest()
        elif line.content and not bad_file:
            row, reason, _ = take_row(line, lines, rules)
            yield Frame(line.offset, len(row), reason), hashlib.sha256(row).digest()


def take_row(first: Line, lines: Lines, rules: Rules) -> tuple[bytes, str | None, int]:
    """The row that begins with `first`, why it is none, and where the next line starts."""
    if first.too_long:
        return b"", "csv.too_long", first.end
    if first.quotes % 2 == 0:
        return first.content, rules.reason(first.content), first.end
    taken, quotes, size = [first], first.quotes, len(first.raw)
    while quotes % 2 and len(taken) < MOST_LINES and size <= MOST_QUOTED:
        line = lines.take()
        if line is None:
            break
        taken.append(line)
        if line.too_long:
            break
        quotes += line.quotes
        size += len(line.raw)
    row = b"".join(line.raw for line in taken[:-1]) + taken[-1].content
    reason = "csv.quote" if quotes % 2 else rules.reason(row)
    if reason not in ("csv.quote", "csv.fields"):
        return row, reason, taken[-1].end
    lines.give_back(taken[1:])
    return first.content, reason, first.end


def delimiter_byte(text: str) -> bytes:
    if len(text) != 1 or not text.isascii() or text in '"\r\n\0':
        raise ContractError(
            "a CSV delimiter is one plain character", given=repr(text), allowed="such as , ; | or a tab"
        )
    return text.encode()
