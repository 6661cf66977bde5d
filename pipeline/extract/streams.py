"""Landed objects as streams: of their bytes, and of the bytes that their records were framed in."""

import io
from typing import Any, BinaryIO

from pipeline.extract.compression import Decompressed, compression_of
from pipeline.storage.objects import ObjectStore

_BUFFER = 1 << 18


class ObjectStream(io.RawIOBase):
    """An object of a store, read where it is asked for."""

    def __init__(self, store: ObjectStore, key: str) -> None:
        self._store = store
        self._key = key
        self._size = store.size(key)
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        piece = self._store.read(self._key, self._at, len(buffer))
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def open_framed(store: ObjectStore, key: str) -> BinaryIO:
    """What the offsets of an index count in: an object's bytes or, where its name says so, what they decompress to.

    Going back in a compressed object, or far on, costs decompressing all that lies before.
    """
    stream = io.BufferedReader(ObjectStream(store, key), _BUFFER)
    compression = compression_of(key)
    return io.BufferedReader(Decompressed(stream, compression), _BUFFER) if compression else stream
