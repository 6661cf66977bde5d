"""Of rows that were read a second time, keeps those that are not landed yet."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from pipeline.extract.index import index_key, read_index, write_index
from pipeline.extract.landing import LandedObject
from pipeline.parsing.frames import Frame, in_batches
from pipeline.storage.objects import FolderStore


def keep_new(store: FolderStore, again: LandedObject, landed: Iterable[LandedObject]) -> LandedObject | None:
    """Write the object `again` anew without the records that `landed` has, byte for byte; None if nothing is left.

    Memory holds the digests of `again`, and of one row group of a landed object at a time.
    """
    new = {digest for batch in read_index(store, again.key, 0, again.records) for digest in batch["digest"].to_pylist()}
    for item in landed if new else ():
        for batch in read_index(store, item.key, 0, item.records):
            new.difference_update(batch["digest"].to_pylist())
    if not new:
        store.delete(again.key)
        store.delete(index_key(again.key))
        return None
    body, framed = bytearray(), list[tuple[Frame, bytes]]()
    old = store.read(again.key)
    for batch in read_index(store, again.key, 0, again.records):
        for offset, length, digest in zip(
            batch["offset"].to_pylist(), batch["length"].to_pylist(), batch["digest"].to_pylist(), strict=True
        ):
            if digest in new:
                framed.append((Frame(len(body), length), digest))
                body += old[offset : offset + length + 1]  # and its line break
    store.write(again.key, bytes(body))
    index = write_index(store, again.key, in_batches(framed))
    return replace(
        again,
        bytes=len(body),
        unpacked=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        records=index.records,
        records_digest=index.records_digest,
    )
