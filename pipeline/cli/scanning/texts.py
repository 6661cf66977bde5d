"""The texts of a user's files for `clearwell scan`: one a line, a cell, a value or a document, in batches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pipeline.cli.scanning.readers import read_cells, read_document_text, read_lines, read_values, read_whole
from pipeline.errors import SettingsError

#: A batch: so many texts, or so many characters, whichever comes first.
_MOST_TEXTS, _MOST_CHARACTERS = 1_000, 1 << 20
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
    """Read a file once to its end, so that nothing is printed of one that is damaged further down; a pipe is not.

    Raises:
        SettingsError, SourceError: as `read_batches`.
    """
    reader = _reader(file, wanted)
    if file != STDIN and not Path(file).is_fifo():
        with _opened(file) as stream:
            for _ in reader(stream):
                pass


def _reader(file: str, wanted: Wanted) -> Callable[[BinaryIO], Iterator[str]]:
    suffix = Path(file).suffix.lower()
    if wanted.column and wanted.whole:
        raise SettingsError("--text and --whole contradict each other", allowed="one of them")
    if wanted.column and suffix == ".csv":
        return lambda stream: read_cells(stream, file, wanted.column)
    if wanted.column and suffix in (".jsonl", ".ndjson"):
        return lambda stream: read_values(stream, file, wanted.column)
    if wanted.column:
        raise SettingsError("--text names a column of records", given=file, allowed="files .csv, .jsonl or .ndjson")
    read = read_document_text if suffix in _DOCUMENTS else read_whole if wanted.whole else read_lines
    return lambda stream: read(stream, _called(file))


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
