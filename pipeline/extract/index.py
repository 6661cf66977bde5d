"""The record index of a landed object: where each record lies, and its digest."""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import LandingError
from pipeline.extract.streams import ObjectStream, open_framed
from pipeline.parsing.frames import Frames
from pipeline.storage.objects import FolderStore, ObjectStore

#: Records of one row group: a reader of some records reads the groups that they lie in.
GROUP = 16_384
_SCHEMA = pa.schema(
    [
        pa.field("ordinal", pa.int64(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("digest", pa.binary(32), nullable=False),
        pa.field("reason", pa.string()),
    ]
)
#: Digests can't be made smaller; the other columns are.
_FORM: dict[str, Any] = {
    "compression": {name: "none" if name == "digest" else "zstd" for name in _SCHEMA.names},
    "use_dictionary": ["reason"],
    "column_encoding": dict.fromkeys(("ordinal", "offset", "length"), "DELTA_BINARY_PACKED"),
    "write_statistics": False,
}


@dataclass(frozen=True)
class IndexSummary:
    """How many records an index has, and the sha256 over their digests in order."""

    records: int
    records_digest: str


def index_key(key: str) -> str:
    """Where the index of the object `key` lies."""
    return f"{key}.index"


class IndexWriter:
    """The index of the object `key` while frames are added to it; ordinals count from 0.

    It grows under its own name: nobody reads the index of an object that no manifest lists.

    Attributes:
        records: frames so far.
    """

    def __init__(self, store: FolderStore, key: str) -> None:
        path = store.path(index_key(key))
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self._writer = pq.ParquetWriter(self._file, _SCHEMA, **_FORM)
        self._total = hashlib.sha256()
        self._waiting: list[Frames] = []
        self._count = 0
        self.records = 0

    def add(self, frames: Frames) -> None:
        """Add the next frames."""
        self._total.update(frames.digests)
        self._waiting.append(frames)
        self._count += len(frames)
        self.records += len(frames)
        if self._count >= GROUP:
            self._flush()

    def finish(self) -> IndexSummary:
        """Make it durable."""
        self._flush()
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return IndexSummary(self.records, self._total.hexdigest())

    def close(self) -> None:
        """Let go of an index that is not finished."""
        if not self._file.closed:
            self._writer.close()
            self._file.close()

    def _flush(self) -> None:
        if not self._count:
            return
        first = self.records - self._count
        digests = b"".join([frames.digests for frames in self._waiting])
        columns = [
            pa.array(np.arange(first, self.records)),
            pa.array(np.concatenate([frames.offsets for frames in self._waiting])),
            pa.array(np.concatenate([frames.lengths for frames in self._waiting])),
            pa.Array.from_buffers(pa.binary(32), self._count, [None, pa.py_buffer(digests)]),
            _reasons(self._waiting, self._count),
        ]
        self._writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=_SCHEMA), row_group_size=GROUP)
        self._waiting, self._count = [], 0


def write_index(store: FolderStore, key: str, framed: Iterable[Frames]) -> IndexSummary:
    """Write the index of the object `key`, batch by batch while `framed` yields."""
    writer = IndexWriter(store, key)
    try:
        for frames in framed:
            writer.add(frames)
        return writer.finish()
    finally:
        writer.close()


def read_index(store: ObjectStore, key: str, first: int, last: int) -> Iterator[pa.RecordBatch]:
    """The index of the object `key` from record `first` to `last` (exclusive), a row group at a time."""
    file = _open_index(store, key)
    start = 0
    for group in range(file.metadata.num_row_groups):
        rows = file.metadata.row_group(group).num_rows
        begin, end = max(first - start, 0), min(last - start, rows)
        if begin < end:
            yield from file.read_row_group(group).slice(begin, end - begin).combine_chunks().to_batches()
        start += rows


def read_digests(store: ObjectStore, key: str) -> Iterator[bytes]:
    """Digests of the records of the object `key`, in order: those of some records at a time, joined."""
    file = _open_index(store, key)
    for batch in file.iter_batches(columns=["digest"]):
        yield joined_digests(batch)


def joined_digests(index: pa.RecordBatch) -> bytes:
    """Digests of the records of a part of an index."""
    digests = index["digest"]
    joined: bytes = digests.buffers()[1][32 * digests.offset : 32 * (digests.offset + len(digests))].to_pybytes()
    return joined


def read_record(store: ObjectStore, key: str, ordinal: int) -> bytes:
    """The bytes of one record, decompressed where its object is compressed."""
    return next(read_records(store, key, [ordinal]))


def read_records(store: ObjectStore, key: str, ordinals: Sequence[int]) -> Iterator[bytes]:
    """The bytes of some records, whose ordinals ascend: what is compressed is decompressed once."""
    with open_framed(store, key) as stream:
        for row in read_rows(store, key, ordinals):
            stream.seek(row["offset"])
            yield stream.read(row["length"])


def read_rows(store: ObjectStore, key: str, ordinals: Sequence[int]) -> Iterator[dict[str, Any]]:
    """What the index of the object `key` says of some records, whose ordinals ascend."""
    wanted = np.array(ordinals, np.int64)
    for group in read_index(store, key, min(ordinals, default=0), max(ordinals, default=-1) + 1):
        yield from group.filter(pa.array(np.isin(group["ordinal"].to_numpy(), wanted))).to_pylist()


def in_pieces(index: pa.RecordBatch, records: int, size: int) -> Iterator[pa.RecordBatch]:
    """Parts of an index of at most so many records and bytes that lie close together; a longer record is one alone."""
    offsets = index["offset"].to_numpy()
    ends = offsets + index["length"].to_numpy()
    first = 0
    while first < len(index):
        within = int(np.searchsorted(ends, offsets[first] + size, "right"))
        last = min(max(within, first + 1), first + records)
        yield index.slice(first, last - first)
        first = last


def _open_index(store: ObjectStore, key: str) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(io.BufferedReader(ObjectStream(store, index_key(key))))
    except pa.ArrowInvalid:
        raise LandingError(f"the record index of {key} is not as it landed", hint="pull with --fresh") from None


def _reasons(waiting: list[Frames], count: int) -> pa.Array:
    if not any(frames.reasons for frames in waiting):
        return pa.nulls(count, pa.string())
    texts: list[str | None] = [None] * count
    start = 0
    for frames in waiting:
        for at, reason in frames.reasons.items():
            texts[start + at] = reason
        start += len(frames)
    return pa.array(texts, pa.string())
