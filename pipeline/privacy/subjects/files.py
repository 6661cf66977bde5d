"""What a file holds, whatever its format: columns of texts where it is Parquet, else bytes as they read unpacked.

A file is known by its first bytes. This knows nothing of landing, its indexes or contracts, so that it can judge them.
"""

import mmap
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import PrivacyError
from pipeline.extract.compression import Compression, Decompressed
from pipeline.privacy.subjects.containers import visible

_PARQUET, _AVRO = b"PAR1", b"Obj\x01"
_COMPRESSED: dict[bytes, Compression] = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_PIECE = 4 << 20
_ROWS = 65_536
_SYNC = 16
#: Whole numbers from here on may be a phone's or an id's digits.
_LEAST_NUMBER = 10_000


def is_parquet(path: Path) -> bool:
    """Whether a file is to be read as a table."""
    return _start(path).startswith(_PARQUET)


def columns_of(path: Path) -> Iterator[pa.Array]:
    """All texts of a Parquet file, and whole numbers as texts; dates, fractions and digests are no texts.

    Raises:
        PrivacyError: it can't be read.
    """
    try:
        with pq.ParquetFile(path) as file:
            yield pa.array(file.schema_arrow.names, pa.string())
            for batch in file.iter_batches(_ROWS):
                for column in batch.columns:
                    yield from _texts(column)
    except (pa.ArrowException, OSError) as error:
        raise PrivacyError("a Parquet file can't be searched", given=type(error).__name__) from None


def bytes_of(path: Path) -> Iterator[bytes]:
    """A file's bytes: decompressed, unpacked, without markup. Of Parquet the footer, with what is written about it."""
    start = _start(path)
    if start.startswith(_PARQUET):
        with path.open("rb") as file:
            file.seek(-8, 2)
            length = int.from_bytes(file.read(4), "little")
            file.seek(-8 - length, 2)
            yield file.read(length)
    elif start.startswith(_AVRO):
        yield from _avro(path.read_bytes())
    elif start[:2] in _ZLIB and (unpacked := _inflated(path.read_bytes())) is not None:
        yield unpacked
    else:
        kind = next((kind for magic, kind in _COMPRESSED.items() if start.startswith(magic)), None)
        yield from _decompressed(path, kind) if kind else _mapped(path)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _mapped(path: Path) -> Iterator[bytes]:
    if path.stat().st_size:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield from visible(data)


def _decompressed(path: Path, kind: Compression) -> Iterator[bytes]:
    with path.open("rb") as file:
        stream = Decompressed(file, kind)
        yield from iter(lambda: stream.read(_PIECE), b"")
        if stream.reason:
            yield path.read_bytes()


def _inflated(data: bytes) -> bytes | None:
    try:
        return zlib.decompress(data)
    except zlib.error:
        return None


def _avro(data: bytes) -> Iterator[bytes]:
    """An Avro container's header, then its blocks, inflated where its codec is deflate."""
    at, meta = _long(data, len(_AVRO))
    while meta:
        if meta < 0:
            at, _ = _long(data, at)
        for _ in range(2 * abs(meta)):
            at, size = _long(data, at)
            at += size
        at, meta = _long(data, at)
    yield data[:at]
    deflated = b"avro.codec\x0edeflate" in data[:at]
    at += _SYNC
    while at < len(data):
        at, _ = _long(data, at)
        at, size = _long(data, at)
        block = data[at : at + size]
        yield zlib.decompress(block, -zlib.MAX_WBITS) if deflated else block
        at += size + _SYNC


def _long(data: bytes, at: int) -> tuple[int, int]:
    """Where Avro's zigzag number at a position ends, and the number."""
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return at, (number >> 1) ^ -(number & 1)


def _texts(column: pa.Array) -> Iterator[pa.Array]:
    kind = column.type
    for is_kind, read in _READERS:
        if is_kind(kind):
            yield from read(column)
            return


def _whole(column: pa.Array) -> Iterator[pa.Array]:
    """Whole numbers, those of a float column too."""
    if pa.types.is_floating(column.type):
        column = column.filter(pc.and_kleene(pc.equal(pc.floor(column), column), pc.less(pc.abs(column), 1e18)))
    numbers = pc.unique(column.cast(pa.int64(), safe=False))
    yield numbers.filter(pc.greater_equal(numbers, _LEAST_NUMBER)).cast(pa.string())


def _strings(column: pa.Array) -> Iterator[pa.Array]:
    try:
        yield pc.unique(column.cast(pa.string()))
    except pa.ArrowInvalid:  # digests are no UTF-8
        return


def _nested(column: pa.Array) -> Iterator[pa.Array]:
    children = column.flatten() if pa.types.is_struct(column.type) else [column.flatten()]
    for child in children:
        yield from _texts(child)


def _map(column: pa.Array) -> Iterator[pa.Array]:
    yield from _texts(column.keys)
    yield from _texts(column.items)


def _coded(column: pa.Array) -> Iterator[pa.Array]:
    yield from _texts(column.dictionary)


_READERS: tuple[tuple[Callable[[pa.DataType], bool], Callable[[pa.Array], Iterator[pa.Array]]], ...] = (
    (lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind), _strings),
    (pa.types.is_binary, _strings),
    (pa.types.is_decimal, _strings),
    (lambda kind: pa.types.is_integer(kind) or pa.types.is_floating(kind), _whole),
    (pa.types.is_map, _map),
    (lambda kind: pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_struct(kind), _nested),
    (pa.types.is_dictionary, _coded),
)
