"""A landed object while files are appended to it, byte for byte, each framed by itself."""

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from pipeline.extract.compression import Decompressed, frame_decompressed, rejected_from
from pipeline.extract.index import IndexSummary, IndexWriter, write_index
from pipeline.extract.joined import ROW_FORMATS, frame_joined
from pipeline.extract.landing import LandedObject, now
from pipeline.extract.members import Member, span_of, write_members
from pipeline.extract.streams import ObjectStream
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Frames
from pipeline.storage.objects import FolderStore

_CHUNK = 1 << 18


@dataclass(frozen=True)
class Look:
    """What files must have in common to lie in one object.

    Attributes:
        format: key of `FORMATS`.
        layout: how its records are laid out; a file with `compression` lies alone.
        period: by the file's name, empty where its source has none.
    """

    format: str
    layout: Mapping[str, Any]
    period: str


class Pack:
    """One object while it grows; one that is not finished is overwritten by the next attempt.

    Attributes:
        size: bytes so far.
    """

    def __init__(self, store: FolderStore, key: str, look: Look) -> None:
        self.look = look
        self.size = 0
        self._store = store
        self._key = key
        path = store.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("wb")
        self._index = IndexWriter(store, key)
        self._total = hashlib.sha256()
        self._members: list[Member] = []
        self._waiting: list[tuple[str, int, bytes]] = []
        self._decompressed: Decompressed | None = None

    def add(self, name: str, stream: BinaryIO, found: tuple[int, str] = (0, "")) -> int:
        """Append a file and frame it, sooner or later; returns how many bytes it had.

        `found`: length and sha256 of the file itself, where `stream` gives something else.
        """
        if isinstance(stream, io.BytesIO) and self.look.format in ROW_FORMATS and "compression" not in self.look.layout:
            return self._put_off(name, stream.getvalue())
        self._catch_up()
        digest, first, offset = hashlib.sha256(), self._index.records, self.size

        def take(piece: bytes) -> None:
            self._write(piece)
            digest.update(piece)

        for frames in self._framed(stream, take):
            self._index.add(frames.moved(offset))
        records = self._index.records - first
        self._members.append(Member(name, offset, self.size - offset, digest.hexdigest(), first, records, *found))
        return self.size - offset

    def _put_off(self, name: str, body: bytes) -> int:
        """Append a small file now, and frame it together with others."""
        self._waiting.append((name, self.size, body))
        self._write(body)
        if self.size - self._waiting[0][1] >= _CHUNK:
            self._catch_up()
        return len(body)

    def _catch_up(self) -> None:
        waiting, self._waiting = self._waiting, []
        bodies = [body for _, _, body in waiting]
        framed = frame_joined(FORMATS[self.look.format].frame, bodies, self.look.layout) if bodies else ()
        for (name, offset, body), frames in zip(waiting, framed, strict=True):
            digest, first = hashlib.sha256(body).hexdigest(), self._index.records
            self._members.append(Member(name, offset, len(body), digest, first, len(frames)))
            self._index.add(frames.moved(offset))

    def _write(self, piece: bytes) -> None:
        self._file.write(piece)
        self._total.update(piece)
        self.size += len(piece)

    def finish(self, connection: str) -> LandedObject:
        """Make it durable, with its index and the list of its members."""
        self._catch_up()
        self._file.flush()
        os.fsync(self._file.fileno())
        index = self._checked(self._index.finish())
        self.close()
        return LandedObject(
            key=self._key,
            bytes=self.size,
            sha256=self._total.hexdigest(),
            origin=f"{connection}/{span_of(self._members)}",
            cursor=None,
            landed_at=now(),
            records=index.records,
            records_digest=index.records_digest,
            format=self.look.format,
            layout=dict(self.look.layout),
            period=self.look.period,
            unpacked=self._decompressed.size if self._decompressed else self.size,
            members_sha256=write_members(self._store, self._key, self._members),
        )

    def close(self) -> None:
        """Let go of its files."""
        self._file.close()
        self._index.close()

    def _framed(self, stream: BinaryIO, take: Callable[[bytes], None]) -> Iterator[Frames]:
        """Frames of `stream` while its bytes are taken, all of them in the end."""
        frame, layout = FORMATS[self.look.format].frame, self.look.layout
        if isinstance(stream, io.BytesIO) and "compression" not in layout:
            take(stream.getvalue())
            yield from frame(stream, layout)
            return
        copied = io.BufferedReader(_Copy(stream, take), _CHUNK)
        if "compression" in layout:
            self._decompressed = Decompressed(copied, layout["compression"])
            yield from frame_decompressed(frame, self._decompressed, layout)
        else:
            yield from frame(copied, layout)
        while copied.read(_CHUNK):
            pass

    def _checked(self, index: IndexSummary) -> IndexSummary:
        """The index, written again if it turned out that records can't be trusted, since a checksum was wrong."""
        stream = self._decompressed
        if stream is None or stream.wrong_from is None or stream.reason is None:
            return index
        again = Decompressed(io.BufferedReader(ObjectStream(self._store, self._key)), self.look.layout["compression"])
        framed = frame_decompressed(FORMATS[self.look.format].frame, again, self.look.layout)
        return write_index(self._store, self._key, rejected_from(framed, stream.wrong_from, stream.reason))


class _Copy(io.RawIOBase):
    """Reads a stream, and gives away what is read."""

    def __init__(self, source: BinaryIO, take: Callable[[bytes], None]) -> None:
        self._source = source
        self._take = take

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._source.read(len(buffer))
        buffer[: len(piece)] = piece
        self._take(piece)
        return len(piece)
