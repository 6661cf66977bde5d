"""Which files lie in a landed object, one after another: their names, where each begins, and its records."""

import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.storage.objects import FolderStore, ObjectStore

#: Formats of which a file is one record: its name is part of what it says, and it is never decompressed.
FILE_FORMATS = frozenset({"documents"})
_SCHEMA = pa.schema(
    [
        ("name", pa.string()),
        ("offset", pa.int64()),
        ("bytes", pa.int64()),
        ("sha256", pa.string()),
        ("first", pa.int64()),
        ("records", pa.int64()),
        ("file_bytes", pa.int64()),
        ("file_sha256", pa.string()),
    ]
)


@dataclass(frozen=True)
class Member:
    """One file of a landed object.

    Attributes:
        name: relative to its source's folder.
        offset: its first byte in the object.
        bytes: its length.
        first: ordinal of its first record.
        records: how many it has.
        file_bytes: length of the file as it was found, where it did not land byte for byte; else 0.
        file_sha256: of the file as it was found, where it did not land byte for byte; else empty.
    """

    name: str
    offset: int
    bytes: int
    sha256: str
    first: int
    records: int
    file_bytes: int = 0
    file_sha256: str = ""

    @property
    def found(self) -> tuple[int, str]:
        """Length and sha256 of the file as it was found."""
        return (self.file_bytes, self.file_sha256) if self.file_sha256 else (self.bytes, self.sha256)


def members_key(key: str) -> str:
    """Where the members of the object `key` are listed."""
    return f"{key}.members"


def has_members(store: ObjectStore, key: str) -> bool:
    """Whether the object `key` consists of files."""
    return store.exists(members_key(key))


def write_members(store: FolderStore, key: str, members: Sequence[Member]) -> str:
    """List the members of the object `key`; returns the sha256 of the list."""
    table = pa.table([[getattr(member, name) for member in members] for name in _SCHEMA.names], _SCHEMA)
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    with store.path(members_key(key)).open("wb") as file:
        file.write(sink.getvalue())
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(sink.getvalue()).hexdigest()


def read_members(store: ObjectStore, key: str) -> list[Member]:
    """The members of the object `key`, in order."""
    return [Member(**row) for row in _read(store, key).to_pylist()]


def span_of(members: Sequence[Member]) -> str:
    """Which files these are, for people: the first and the last by name."""
    names = [member.name for member in members]
    return names[0] if len(names) == 1 else f"{names[0]} … {names[-1]} ({len(names):,} files)"


def names_of_records(store: ObjectStore, key: str) -> "np.ndarray[tuple[int], np.dtype[np.object_]]":
    """The name of the file that each record of the object `key` came from."""
    table = _read(store, key)
    return np.repeat(table["name"].to_numpy(), table["records"].to_numpy())


def _read(store: ObjectStore, key: str) -> pa.Table:
    return pq.read_table(io.BytesIO(store.read(members_key(key))))
