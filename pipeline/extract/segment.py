"""A landed object that response bodies are still appended to."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pipeline.errors import LandingError
from pipeline.extract.index import write_index
from pipeline.extract.landing import LandedObject, now
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Frames
from pipeline.storage.objects import FolderStore


@dataclass(frozen=True)
class BodyKind:
    """What is the same for all bodies of one source."""

    origin: str
    format: str
    layout: dict[str, Any]


class Segment:
    """One object while it grows; its index is kept in memory until it is finished.

    Attributes:
        bodies: length of each body, in order: all that is needed to frame the segment again.
        records: frames so far.
    """

    def __init__(self, store: FolderStore, key: str, kind: BodyKind, bodies: Sequence[int] = ()) -> None:
        """Begin the object `key`, or go on after its first `bodies`, forgetting what was written past them.

        Raises:
            LandingError: it is shorter than those bodies.
        """
        self.key = key
        self.bodies: list[int] = []
        self.size = 0
        self._store = store
        self._kind = kind
        self._total = hashlib.sha256()
        self._framed: list[Frames] = []
        self.records = 0
        path = store.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("r+b" if bodies else "wb")
        for length in bodies:
            body = self._file.read(length)
            if len(body) != length:
                self._file.close()
                raise LandingError(f"{key} is shorter than its journal says", hint="pull the source with --fresh")
            self._take(body)
        self._file.truncate()

    def append(self, body: bytes) -> None:
        """Write one body, byte for byte, and frame it."""
        self._file.write(body)
        self._take(body)

    def sync(self) -> None:
        """Make what was appended durable."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def finish(self, cursor: dict[str, Any] | None) -> LandedObject:
        """Write the index; the object is complete."""
        self.sync()
        self.close()
        index = write_index(self._store, self.key, self._framed)
        return LandedObject(
            key=self.key,
            bytes=self.size,
            sha256=self._total.hexdigest(),
            origin=self._kind.origin,
            cursor=cursor,
            landed_at=now(),
            records=index.records,
            records_digest=index.records_digest,
            format=self._kind.format,
            layout=self._kind.layout,
        )

    def _take(self, body: bytes) -> None:
        for frames in FORMATS[self._kind.format].frame(BytesIO(body), self._kind.layout):
            self._framed.append(frames.moved(self.size))
            self.records += len(frames)
        self._total.update(body)
        self.bodies.append(len(body))
        self.size += len(body)
