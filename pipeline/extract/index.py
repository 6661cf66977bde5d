"""The record index of a landed object: where each record lies, and its digest."""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.parsing.frames import Frames
from pipeline.storage.objects import FolderStore, ObjectStore

_SCHEMA = pa.schema(
    [
        pa.field("ordinal", pa.int64(), nullable=False),
        pa.field("offset", pa.int64(), nullable=False),
        pa.field("length", pa.int64(), nullable=False),
        pa.field("digest", pa.binary(32), nullable=False),
        pa.field("reason", pa.string()),
    ]
)


@dataclass(frozen=True)
class IndexSummary:
    """How many records an index has, and the sha256 over their digests in order."""

    records: int
    records_digest: str


def index_key(key: str) -> str:
    """Where the index of the object `key` lies."""
    return f"{key}.index"


def write_index(store: FolderStore, key: str, framed: Iterable[Frames]) -> IndexSummary:
    """Write the index of the object `key`, batch by batch while `framed` yields; ordinals count from 0."""
    total, records = hashlib.sha256(), 0
    with store.writer(index_key(key)) as sink, pq.ParquetWriter(sink, _SCHEMA, compression="zstd") as writer:
        for frames in framed:
            total.update(frames.digests)
            columns = [
                pa.array(np.arange(records, records + len(frames))),
                pa.array(frames.offsets),
                pa.array(frames.lengths),
                pa.Array.from_buffers(pa.binary(32), len(frames), [None, pa.py_buffer(frames.digests)]),
                pa.array([frames.reasons.get(at) for at in range(len(frames))], pa.string()),
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=_SCHEMA))
            records += len(frames)
    return IndexSummary(records, total.hexdigest())


def read_digests(store: ObjectStore, key: str) -> list[bytes]:
    """Digests of the records of the object `key`, in order."""
    table = pq.read_table(io.BytesIO(store.read(index_key(key))), columns=["digest"])
    digests: list[bytes] = table["digest"].to_pylist()
    return digests
