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
from typing import Self

from pipeline.errors import ContractError
from pipeline.parsing.csv_lines import MOST_RECORD, Line, Lines
from pipeline.parsing.frames import Frame, Layout

MOST_LINES = 100
MOST_QUOTED = 1 << 20
_QUOTED = re.compile(rb'"[^"]*+"')
csv.field_size_limit(MOST_RECORD)


@dataclass(frozen=True)
class Rules:
    """What a row of one file must look like; `fields` is None while they are not known."""

    fields: int | None
    delimiter: bytes
    encoding: str

    @classmethod
    def of(cls, layout: Layout) -> Self:
        return cls(len(layout["header"]), delimiter_byte(layout["delimiter"]), layout["encoding"])

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


def header_names(row: bytes, rules: Rules) -> tuple[str, ...]:
    """Names in a well-formed header, without the blanks around them."""
    return tuple(name.strip() for name in split_row(row.decode(rules.encoding), rules.delimiter.decode()))


def rows_one_by_one(lines: Lines, rules: Rules) -> Iterator[tuple[Frame, bytes]]:
    """Frames and digests of the rows that follow, by the rules above: the truth, and slow."""
    while line := lines.take():
        if line.too_long:
            yield lines.take_long()
        elif line.content:
            row, reason, _ = take_row(line, lines, rules)
            yield Frame(line.offset, len(row), reason), hashlib.sha256(row).digest()


def lines_of_bad_file(lines: Lines, reason: str) -> Iterator[tuple[Frame, bytes]]:
    """Every line that is not blank, with the reason why no row of the file can be read."""
    while line := lines.take():
        if line.too_long:
            frame, digest = lines.take_long()
            yield replace(frame, reason=reason), digest
        elif line.content.strip(b"\0\r"):
            yield Frame(line.offset, len(line.content), reason), hashlib.sha256(line.content).digest()


def take_row(first: Line, lines: Lines, rules: Rules) -> tuple[bytes, str | None, int]:
    """The row that begins with `first`, which is not too long, why it is none, and where the next line starts."""
    if first.quotes % 2 == 0:
        return first.content, rules.reason(first.content), first.end
    taken, quotes, size = [first], first.quotes, len(first.raw)
    while quotes % 2 and len(taken) < MOST_LINES and size <= MOST_QUOTED:
        line = lines.take()
        if line is None or line.too_long:
            break
        taken.append(line)
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
