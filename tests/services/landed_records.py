"""Records of a landed object, straight from its bytes and its index."""

import hashlib

from pipeline.extract.index import read_index
from pipeline.extract.landing import LandedObject
from pipeline.extract.streams import open_framed
from pipeline.storage.objects import ObjectStore


def records_of(store: ObjectStore, landed: LandedObject) -> list[tuple[bytes, str | None]]:
    """Bytes and reason of every record; each has the digest that the index says."""
    with open_framed(store, landed.key) as stream:
        body = stream.read()
    found = []
    for part in read_index(store, landed.key, 0, landed.records):
        for row in part.to_pylist():
            record = body[row["offset"] : row["offset"] + row["length"]]
            assert row["digest"] == hashlib.sha256(record).digest()
            found.append((record, row["reason"]))
    return found
