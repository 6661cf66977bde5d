"""The record index of a landed object: where each record lies, and its digest."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.parsing.frames import Frame
from pipeline.storage.objects import FolderStore, ObjectStore

_SCHEMA = pa.schema(
    [
        pa.field("ordinal", pa.int64(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("digest", pa.binary(), nullable=False),
        pa.field("reason", pa.string()),
    ]
)
#: Rows held in memory at a time.
_BATCH = 65_536


@dataclass(frozen=True)
class IndexSummary:
    """How many records an index has, and the sha256 over their digests in order."""

    records: int
    records_digest: str


def index_key(key: str) -> str:
    """Where the index of the object `key` lies."""
    return f"{key}.index"


def write_index(store: FolderStore, key: str, framed: Iterable[tuple[Frame, bytes]]) -> IndexSummary:
    """Write the index of the object `key`, batch by batch while `framed` yields; ordinals count from 0."""
    total, records, frames = hashlib.sha256(), 0, iter(framed)
    with store.writer(index_key(key)) as sink, pq.ParquetWriter(sink, _SCHEMA, compression="zstd") as writer:
        while rows := list(islice(frames, _BATCH)):
            digests = [digest for _, digest in rows]
            total.update(b"".join(digests))
            columns = [
                list(range(records, records + len(rows))),
                [frame.offset for frame, _ in rows],
                [frame.length for frame, _ in rows],
                digests,
                [frame.reason for frame, _ in rows],
            ]
            arrays = [pa.array(column, field.type) for column, field in zip(columns, _SCHEMA, strict=True)]
            writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=_SCHEMA))
            records += len(rows)
    return IndexSummary(records, total.hexdigest())


def read_digests(store: ObjectStore, key: str) -> list[bytes]:
    """Digests of the records of the object `key`, in order."""
    table = pq.read_table(io.BytesIO(store.read(index_key(key))), columns=["digest"])
    digests: list[bytes] = table["digest"].to_pylist()
    return digests
