"""A Parquet file as a stream of JSON Lines: it has no bytes of a record, so its rows land in the form of JSON.

Memory is bounded by some rows and the pages that they lie in, however large the file or its row groups.
"""

import io
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contracts.sources import RECORD_NUMBER
from pipeline.errors import SourceError
from pipeline.extract.parquet_values import Leaf, is_plain, is_within, leaves_of, objects_of

#: Rows that are converted at once, and about how many bytes of them as the file's footer says.
_ROWS, _BYTES = 1_024, 8 << 20
_BUFFER = 1 << 18
#: Types inside types, such as lists of structs, at most; far from the limit of any reader of JSON.
_MOST_LEVELS = 32
#: What pyarrow raises about a file that is not as it should be.
_TROUBLE = (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError)


def columns_of(stream: BinaryIO, name: str, asked: Collection[str]) -> list[list[str]]:
    """Places and types of the columns of the file `name`, in order; columns inside columns by a path such as `a.b`.

    Args:
        stream: the file; it is at no certain place afterwards.
        name: of the file, for messages.
        asked: places that a contract asks for.

    Raises:
        SourceError: it is no whole Parquet file, is encrypted, has two columns in one place, or one that was asked for
            holds lists, maps, durations or columns of its own.
    """
    schema = _opened(stream, name).schema_arrow
    leaves = list(leaves_of(list(schema))) if all(is_within(item.type, _MOST_LEVELS) for item in schema) else None
    if leaves is None or any(len(leaf.path) > _MOST_LEVELS for leaf in leaves):
        raise SourceError(f"{name} nests columns too deep", allowed=f"{_MOST_LEVELS} levels")
    _check_places(leaves, name)
    _check_asked(leaves, name, asked)
    return [[leaf.place, str(leaf.type)] for leaf in leaves]


class JsonRows(io.RawIOBase):
    """The rows of a Parquet file, one JSON object a line, in order; see `parquet_values` for how values are written."""

    def __init__(self, stream: BinaryIO, name: str, asked: Collection[str]) -> None:
        """Read `stream` as the file `name`; of the places `asked`, bytes are texts.

        Raises:
            SourceError: as `columns_of` does, and when reading: a part of the file can't be read.
        """
        self._lines = _lines(_opened(stream, name), name, frozenset(asked))
        self._piece = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._piece:
            self._piece = memoryview(next(self._lines, b""))
        length = min(len(buffer), len(self._piece))
        buffer[:length] = self._piece[:length]
        self._piece = self._piece[length:]
        return length


def _lines(file: pq.ParquetFile, name: str, asked: frozenset[str]) -> Iterator[bytes]:
    for group in range(file.metadata.num_row_groups):
        about = file.metadata.row_group(group)
        rows = min(max(_BYTES * about.num_rows // max(about.total_byte_size, 1), 1), _ROWS)
        read = 0
        try:
            for batch in file.iter_batches(rows, row_groups=[group]):
                read += len(batch)
                yield b"".join(map(_line, objects_of(batch.schema.names, batch.columns, asked)))
        except _TROUBLE:
            read = -1
        if read != about.num_rows:
            raise SourceError(
                f"{name} is damaged: row group {group + 1} of {file.metadata.num_row_groups} can't be read",
                hint="write the file again; nobody can say what its rows would have held",
            )


def _line(row: dict[str, Any]) -> bytes:
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _opened(stream: BinaryIO, name: str) -> pq.ParquetFile:
    stream.seek(0)
    try:
        # 96-bit times of old writers would wrap around as nanoseconds; Spark's own are microseconds.
        return pq.ParquetFile(stream, buffer_size=_BUFFER, pre_buffer=False, coerce_int96_timestamp_unit="us")
    except _TROUBLE as error:
        raise _refused(stream, name, error) from None


def _refused(stream: BinaryIO, name: str, error: Exception) -> SourceError:
    """The error about a file that can't be opened; pyarrow's own words may quote the file."""
    stream.seek(0)
    first = stream.read(4)
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(size - 4, 0))
    last = stream.read(4)
    if b"PARE" in (first, last) or "crypt" in str(error):
        return SourceError(f"{name} is an encrypted Parquet file", hint="write it without encryption into the folder")
    if first != b"PAR1":
        return SourceError(f"{name} is no Parquet file", given=f"{size:,} bytes", hint="name the files more closely")
    return SourceError(
        f"{name} is damaged: it has no footer that can be read",
        given=f"{size:,} bytes",
        hint="was it written to the end? Write it again, or leave it out of the pattern",
    )


def _check_places(leaves: list[Leaf], name: str) -> None:
    taken: set[tuple[str, ...]] = set()
    above: set[tuple[str, ...]] = set()
    for leaf in leaves:
        own = {leaf.path[:end] for end in range(1, len(leaf.path))}
        if leaf.path in taken or leaf.path in above or taken & own:
            hint = "a dot in a name parts it as a column inside a column would: rename one of them"
            raise SourceError(f"{name} has two columns in one place", given=leaf.place, hint=hint)
        taken.add(leaf.path)
        above |= own


def _check_asked(leaves: list[Leaf], name: str, asked: Collection[str]) -> None:
    kinds = {leaf.place: str(leaf.type) for leaf in leaves if not is_plain(leaf.type)}
    above = {".".join(leaf.path[:end]): "struct" for leaf in leaves for end in range(1, len(leaf.path))}
    for place in asked:
        kind = kinds.get(place) or above.get(place)
        if kind and place != RECORD_NUMBER:
            raise SourceError(
                f"{name}: a contract can't ask for column {place}",
                given=kind,
                allowed="text, number, boolean, date or time",
                hint="name columns inside a struct by their paths, such as a.b; leave the others out of the contract",
            )
