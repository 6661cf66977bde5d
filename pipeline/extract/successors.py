"""Puts a new object in the place of a landed one, some of its records changed or blank; the old one stays beside it.

A successor holds the records alone, a line break between them: nobody reads after framing what lay around them, such as
the envelopes of pages, and a cursor in an envelope may name a person.
"""

import gzip
import hashlib
import io
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import zstandard

from pipeline.errors import LandingError
from pipeline.extract.index import in_pieces, joined_digests, read_index, read_rows, write_index
from pipeline.extract.landing import LandedObject
from pipeline.extract.place import logical_key, successor_key
from pipeline.extract.renewed_members import renew_members
from pipeline.extract.streams import open_framed
from pipeline.parsing.frames import ERASED, Frames
from pipeline.storage.objects import FolderStore

#: Records that are copied at once, and bytes; of a longer record so many bytes are held at a time.
COPIED_RECORDS, COPIED_BYTES = 16_384, 8 << 20
_BETWEEN = b"\n"

Edits = Mapping[int, bytes | None]


def write_successor(
    store: FolderStore, landed: LandedObject, edits: Edits, names: Mapping[str, str | None] | None = None
) -> LandedObject:
    """Write the successor of a landed object, its index and the list of its members; the same again if done again.

    An object that is a successor itself, and as the edits ask already, is its own.

    Args:
        store: the landing zone.
        landed: the object, which stays as it is.
        edits: by ordinal the bytes that replace a record, or None: it has no bytes from then on and the reason
            `erased`, and counts as before. What is blank stays so.
        names: other names for files of the object; None: one that says nothing. A file that is one record and blank
            loses its name in any case.

    Raises:
        LandingError: the object is not as it landed, or has no such record.
    """
    if edits and not 0 <= min(edits) <= max(edits) < landed.records:
        raise LandingError(f"{landed.key} has no such record", given=max(edits), allowed=f"below {landed.records}")
    if landed.key != logical_key(landed.key) and not names and _is_edited(store, landed, edits):
        return landed
    key = successor_key(landed.key)
    with store.writer(key) as file, open_framed(store, landed.key) as stream:
        written = _Written(file)
        with _packing(written, landed.layout.get("compression")) as sink:
            copy = _Copy(stream, sink, edits)
            index = write_index(store, key, copy.frames(read_index(store, landed.key, 0, landed.records)))
    if index.records != landed.records:
        raise LandingError(f"the record index of {landed.key} is not as it landed", allowed=f"{landed.records} records")
    successor = replace(
        landed,
        key=key,
        bytes=written.size,
        sha256=written.total.hexdigest(),
        records_digest=index.records_digest,
        unpacked=copy.size if landed.unpacked else 0,
    )
    return renew_members(store, landed, successor, edits, names or {})


def _is_edited(store: FolderStore, landed: LandedObject, edits: Edits) -> bool:
    """Whether every edit was made before: the record is blank, or has the digest of what replaces it."""
    for row in read_rows(store, landed.key, sorted(edits)):
        record = edits[row["ordinal"]]
        same = record is not None and hashlib.sha256(record).digest() == row["digest"]
        if row["reason"] != ERASED and not same:
            return False
    return True


class _Written(io.RawIOBase):
    """A file while it is written: how much, and its sha256."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.total = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.total.update(piece)
        self.size += len(piece)
        return self._file.write(piece)


class _Copy:
    """Records on their way from one object to its successor.

    Attributes:
        size: bytes so far, before they are compressed.
    """

    def __init__(self, stream: BinaryIO, sink: BinaryIO, edits: Edits) -> None:
        self.size = 0
        self._stream = stream
        self._sink = sink
        self._edits = edits
        self._ordinals = np.array(sorted(edits), np.int64)

    def frames(self, index: Iterator[pa.RecordBatch]) -> Iterator[Frames]:
        """Copy the records of an index; their new frames."""
        for group in index:
            for part in in_pieces(group, COPIED_RECORDS, COPIED_BYTES):
                first = part["ordinal"][0].as_py()
                long = len(part) == 1 and part["length"][0].as_py() > COPIED_BYTES and first not in self._edits
                yield self._long_record(part) if long else self._records(part, first)

    def _records(self, part: pa.RecordBatch, first: int) -> Frames:
        # One that lies alone may be long: where something else takes its place it is not read.
        records = [b""] if len(part) == 1 and first in self._edits else self._read_all(part)
        digests = bytearray(joined_digests(part))
        reasons = _reasons(part)
        begin, end = np.searchsorted(self._ordinals, (first, first + len(part)))
        for ordinal in self._ordinals[begin:end].tolist():
            at, record = ordinal - first, self._edits[ordinal]
            if record is None:
                reasons[at] = ERASED
            records[at] = record if record is not None and reasons.get(at) != ERASED else b""
            digests[32 * at : 32 * at + 32] = hashlib.sha256(records[at]).digest()
        return self._framed(records, bytes(digests), reasons)

    def _framed(self, records: list[bytes], digests: bytes, reasons: Mapping[int, str]) -> Frames:
        lengths = np.array([len(record) for record in records], np.int64)
        steps = lengths + len(_BETWEEN)
        offsets = self.size + np.cumsum(steps) - steps
        self._sink.write(_BETWEEN.join([*records, b""]))
        self.size += int(steps.sum())
        return Frames(offsets, lengths, digests, reasons)

    def _long_record(self, part: pa.RecordBatch) -> Frames:
        """Copy one record a piece at a time."""
        start, length, offset = part["offset"][0].as_py(), part["length"][0].as_py(), self.size
        for at in range(0, length, COPIED_BYTES):
            self._sink.write(self._read(start + at, min(COPIED_BYTES, length - at)))
        self._sink.write(_BETWEEN)
        self.size += length + len(_BETWEEN)
        return Frames(np.array([offset]), np.array([length]), joined_digests(part), _reasons(part))

    def _read_all(self, part: pa.RecordBatch) -> list[bytes]:
        start = part["offset"][0].as_py()
        body = self._read(start, part["offset"][-1].as_py() + part["length"][-1].as_py() - start)
        offsets = part["offset"].to_numpy() - start
        ends = offsets + part["length"].to_numpy()
        return [body[at:end] for at, end in zip(offsets.tolist(), ends.tolist(), strict=True)]

    def _read(self, offset: int, length: int) -> bytes:
        self._stream.seek(offset)
        body = self._stream.read(length)
        if len(body) < length:
            raise LandingError("a landed object ends before its records do", hint="clearwell job extract --fresh")
        return body


def _reasons(part: pa.RecordBatch) -> dict[int, str]:
    reasons = part["reason"]
    if reasons.null_count == len(reasons):
        return {}
    return {at: reason for at, reason in enumerate(reasons.to_pylist()) if reason}


def _packing(written: Any, compression: str | None) -> AbstractContextManager[Any]:
    """What compresses on the way to a file as its object was; equal input gives equal bytes."""
    if compression == "gzip":
        return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=written, mtime=0)
    if compression == "zstd":
        return zstandard.ZstdCompressor().stream_writer(written, closefd=False)
    return nullcontext(written)
