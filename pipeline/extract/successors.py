"""Puts a new object in the place of a landed one, some of its records changed or blank; the old one stays beside it.

A successor holds the records alone, a line break between them: nobody reads after framing what lay around them, such as
the envelopes of pages, and a cursor in an envelope may name a person.
"""

import gzip
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import zstandard

from pipeline.errors import LandingError
from pipeline.extract.index import IndexWriter, in_pieces, read_index
from pipeline.extract.landing import LandedObject
from pipeline.extract.members import FILE_FORMATS, Member, read_members, span_of, write_members
from pipeline.extract.place import successor_key
from pipeline.extract.streams import open_framed
from pipeline.parsing.frames import Frames
from pipeline.storage.objects import FolderStore

#: Why a record that was blanked can't be taken as one.
ERASED = "erased"
#: Records that are copied at once, and their bytes; of a longer record so many bytes are held.
_RECORDS, _BYTES = 16_384, 8 << 20
_BETWEEN = b"\n"

Edits = Mapping[int, bytes | None]


def write_successor(
    store: FolderStore, landed: LandedObject, edits: Edits, names: Mapping[str, str | None] | None = None
) -> LandedObject:
    """Write the successor of a landed object, its index and the list of its members; the same again if done again.

    Args:
        store: the landing zone.
        landed: the object, which stays as it is.
        edits: by ordinal the bytes that replace a record, or None: it is blank from then on, with the reason `erased`,
            and counts as before.
        names: other names for files of the object; None: one that says nothing. A file that is one record and blank
            has no name in any case.

    Raises:
        LandingError: the object is not as it landed, or has no such record.
    """
    if edits and not 0 <= min(edits) <= max(edits) < landed.records:
        raise LandingError(f"{landed.key} has no such records", given=max(edits), allowed=f"below {landed.records}")
    key = successor_key(landed.key)
    members = _Members(read_members(store, landed.key), edits, names or {}, landed) if landed.members_sha256 else None
    index = IndexWriter(store, key)
    try:
        with store.writer(key) as file:
            told = _Told(file)
            with _compressing(told, landed.layout.get("compression")) as packed:
                copy = _Copy(packed, members)
                with open_framed(store, landed.key) as stream:
                    for frames in copy.run(stream, read_index(store, landed.key, 0, landed.records), edits):
                        index.add(frames)
        summary = index.finish()
    finally:
        index.close()
    if summary.records != landed.records:
        raise LandingError(f"the record index of {landed.key} is not as it landed", allowed=f"{landed.records} records")
    return replace(
        landed,
        key=key,
        bytes=told.size,
        sha256=told.total.hexdigest(),
        origin=members.origin if members else landed.origin,
        records_digest=summary.records_digest,
        unpacked=copy.size if landed.unpacked else 0,
        members_sha256=write_members(store, key, members.renewed()) if members else "",
    )


class _Told:
    """A file that tells how much was written, and its sha256."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.total = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> int:
        self.total.update(piece)
        self.size += len(piece)
        return self._file.write(piece)
