"""The texts of a user's files for `clearwell scan`: one a line, a cell, a value or a document, in batches."""

import csv
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pipeline.errors import SettingsError, SourceError

#: A batch: so many texts, or so many characters, whichever comes first.
_MOST_TEXTS, _MOST_CHARACTERS = 1_000, 1 << 20
#: Bytes of one text, so that memory is bounded whatever a file holds.
MOST_BYTES = 64 << 20
_BOM = b"\xef\xbb\xbf"
_DOCUMENTS = (".docx", ".docm", ".rtf")
STDIN = "-"


class Batch(NamedTuple):
    """Texts of one file that lie side by side.

    Attributes:
        file: its name, as it was given.
        first: number of the first text, from 1; 0 where the file is one text.
        texts: in their order.
        read: bytes of the file up to here, or a little further.
    """

    file: str
    first: int
    texts: list[str]
    read: int

    def place(self, at: int) -> str:
        """Where a text stands, for people."""
        return f"{_called(self.file)}:{self.first + at}" if self.first else _called(self.file)


class Wanted(NamedTuple):
    """What of a file is a text: its lines, the whole of it, or one column or key of its records."""

    column: str = ""
    whole: bool = False


def read_batches(file: str, wanted: Wanted) -> Iterator[Batch]:
    """The texts of a file in batches.

    Raises:
        SettingsError: there is no such file, or it has no such column.
        SourceError: it is no UTF-8, or not what its name says; with the line, without a word of it.
    """
    reader = _reader(file, wanted)
    with _opened(file) as stream:
        texts: list[str] = []
        characters, first = 0, 0 if _is_one(file, wanted) else 1
        for text in reader(stream):
            texts.append(text)
            characters += len(text)
            if len(texts) == _MOST_TEXTS or characters >= _MOST_CHARACTERS:
                yield Batch(file, first, texts, _told(stream))
                first, texts, characters = first + len(texts), [], 0
        if texts:
            yield Batch(file, first, texts, _told(stream))


def check_file(file: str, wanted: Wanted) -> None:
    """Read a file once to its end, so that nothing is printed of one that is damaged further down.

    Raises:
        SettingsError, SourceError: as `read_batches`.
    """
    reader = _reader(file, wanted)
    if file != STDIN:
        with _opened(file) as stream:
            for _ in reader(stream):
                pass


def read_table(stream: BinaryIO, file: str, expected: list[str]) -> Iterator[list[str]]:
    """The header of a CSV file, then its rows; the delimiter is the one that makes `expected` columns.

    Raises:
        SourceError: a row is no CSV, no UTF-8, or has another number of fields than the header.
    """
    from pipeline.parsing.csv_dialect import HEAD, find_delimiter  # sets the longest field, too

    head = stream.read(HEAD)
    stream.seek(0)
    delimiter = find_delimiter(head, len(head) < HEAD, "utf-8", expected)
    rows = csv.reader(_lines(stream, file, keep_ends=True), delimiter=delimiter, strict=True)
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


def _reader(file: str, wanted: Wanted) -> Callable[[BinaryIO], Iterator[str]]:
    suffix = Path(file).suffix.lower()
    if wanted.column and suffix == ".csv":
        return lambda stream: _cells(stream, file, wanted.column)
    if wanted.column and suffix in (".jsonl", ".ndjson"):
        return lambda stream: _values(stream, file, wanted.column)
    if wanted.column:
        raise SettingsError("--text names a column of records", given=file, allowed="files .csv, .jsonl or .ndjson")
    if suffix in _DOCUMENTS:
        return lambda stream: _document(stream, file)
    return (
        (lambda stream: _whole(stream, _called(file)))
        if wanted.whole
        else (lambda stream: _lines(stream, _called(file)))
    )


def _is_one(file: str, wanted: Wanted) -> bool:
    return not wanted.column and (wanted.whole or Path(file).suffix.lower() in _DOCUMENTS)


def _called(file: str) -> str:
    return "standard input" if file == STDIN else file


def _opened(file: str) -> BufferedReader | nullcontext[BinaryIO]:
    if file == STDIN:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise SettingsError("a file can't be opened", given=file, allowed=error.strerror) from None


def _told(stream: BinaryIO) -> int:
    return stream.tell() if stream.seekable() else 0


def _lines(stream: BinaryIO, file: str, *, keep_ends: bool = False) -> Iterator[str]:
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


def _whole(stream: BinaryIO, file: str) -> Iterator[str]:
    body = _body(stream, file).removeprefix(_BOM)
    try:
        yield body.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(file, body.count(b"\n", 0, error.start) + 1) from None


def _document(stream: BinaryIO, file: str) -> Iterator[str]:
    from pipeline.parsing.document_content import RefusedError
    from pipeline.parsing.document_records import read_document

    try:
        yield read_document(_body(stream, file), Path(file).name).text
    except RefusedError as refused:
        raise SourceError(f"{file}: can't be read as a document", given=refused.reason) from None


def _cells(stream: BinaryIO, file: str, column: str) -> Iterator[str]:
    rows = read_table(stream, file, [column])
    header = next(rows, [])
    if column not in header:
        raise SettingsError(f"{file}: no such column", given=column, allowed=f"one of the {len(header)} in its header")
    place = header.index(column)
    for row in rows:
        yield row[place]


def _values(stream: BinaryIO, file: str, key: str) -> Iterator[str]:
    import orjson

    for number, line in enumerate(_lines(stream, file), start=1):
        try:
            record = orjson.loads(line) if line.strip() else {}
        except orjson.JSONDecodeError:
            record = None
        value = record.get(key, "") if isinstance(record, dict) else None
        if value is None and isinstance(record, dict):
            value = ""
        if not isinstance(value, str):
            raise SourceError(
                f"{file}:{number}: no JSON object whose {key} is text", allowed="text, null, or no such key"
            )
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
