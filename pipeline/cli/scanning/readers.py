"""What `clearwell scan` takes for texts in a file that is open: lines, the whole, a column, a key, a document."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import SettingsError, SourceError

#: Bytes of one text, so that memory is bounded whatever a file holds.
MOST_BYTES = 64 << 20
_BOM = b"\xef\xbb\xbf"


def read_lines(stream: BinaryIO, file: str, *, keep_ends: bool = False) -> Iterator[str]:
    r"""Lines without a byte order mark, and unless they are kept without their ends, `\n` or `\r\n`."""
    number = 0
    while line := stream.readline(MOST_BYTES):
        number += 1
        if len(line) == MOST_BYTES and not line.endswith(b"\n"):
            raise _too_long(f"{file}:{number}: a line")
        if number == 1:
            line = line.removeprefix(_BOM)
        if not keep_ends:
            line = line[:-2] if line.endswith(b"\r\n") else line.removesuffix(b"\n")
        try:
            yield line.decode()
        except UnicodeDecodeError:
            raise _not_utf8(file, number) from None


def read_whole(stream: BinaryIO, file: str) -> Iterator[str]:
    """The file as one text, line ends and all."""
    body = _body(stream, file).removeprefix(_BOM)
    try:
        yield body.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(file, body.count(b"\n", 0, error.start) + 1) from None


def read_document_text(stream: BinaryIO, file: str) -> Iterator[str]:
    """The text of a DOCX or RTF file, as a run would read it."""
    from pipeline.parsing.document_content import RefusedError
    from pipeline.parsing.document_records import read_document

    try:
        yield read_document(_body(stream, file), Path(file).name).text
    except RefusedError as refused:
        raise SourceError(f"{file}: can't be read as a document", given=refused.reason) from None


def read_table(stream: BinaryIO, file: str, expected: list[str]) -> Iterator[list[str]]:
    """The header of a CSV file, then its rows; the delimiter is the one that makes `expected` columns.

    Raises:
        SourceError: a row is no CSV, no UTF-8, or has another number of fields than the header.
    """
    from pipeline.parsing.csv_dialect import HEAD, find_delimiter  # sets the longest field, too

    head = stream.read(HEAD)
    stream.seek(0)
    delimiter = find_delimiter(head, len(head) < HEAD, "utf-8", expected)
    rows = csv.reader(read_lines(stream, file, keep_ends=True), delimiter=delimiter, strict=True)
    fields = 0
    try:
        for row in rows:
            fields = fields or len(row)
            if len(row) not in (0, fields):
                raise SourceError(f"{file}:{rows.line_num}: {len(row)} fields", allowed=f"{fields}, as in its header")
            if row:
                yield row
    except csv.Error:
        raise SourceError(f"{file}:{rows.line_num}: not CSV", hint="quotes must be closed and doubled") from None


def read_cells(stream: BinaryIO, file: str, column: str) -> Iterator[str]:
    """A column of a CSV file; a blank line is no row."""
    rows = read_table(stream, file, [column])
    header = next(rows, [])
    if column not in header:
        raise SettingsError(f"{file}: no such column", given=column, allowed=f"one of the {len(header)} in its header")
    place = header.index(column)
    for row in rows:
        yield row[place]


def read_values(stream: BinaryIO, file: str, key: str) -> Iterator[str]:
    """What JSON objects, one a line, hold under a key; null and a missing key are an empty text."""
    import orjson

    for number, line in enumerate(read_lines(stream, file), start=1):
        try:
            record = orjson.loads(line) if line.strip() else {}
        except orjson.JSONDecodeError:
            record = None
        found = record.get(key) if isinstance(record, dict) else 0
        value = "" if found is None else found
        if not isinstance(value, str):
            what = f"{file}:{number}: no JSON object whose {key} is text"
            raise SourceError(what, allowed="text, null, or no such key")
        yield value


def _body(stream: BinaryIO, file: str) -> bytes:
    body = stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise _too_long(file)
    return body


def _not_utf8(file: str, number: int) -> SourceError:
    return SourceError(f"{file}:{number}: not UTF-8", hint="iconv -f windows-1252 -t utf-8 FILE > NEW")


def _too_long(what: str) -> SourceError:
    return SourceError(f"{what} is too long", allowed=f"{MOST_BYTES >> 20} MB a text")
