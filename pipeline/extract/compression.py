"""gzip and zstd: what a compressed file holds, read in pieces, damaged and hostile files too."""

import hashlib
import io
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Literal

import zstandard

from pipeline.parsing.frames import Frame, Frames, Layout

Compression = Literal["gzip", "zstd"]
SUFFIXES: dict[str, Compression] = {".gz": "gzip", ".zst": "zstd"}
#: A file that holds more than this, or so many times its own length, is a bomb. Text shrinks to a tenth, rarely a 50th;
#: the first `FREE_BYTES` are not judged.
MOST_BYTES, MOST_RATIO, FREE_BYTES = 256 << 30, 200, 64 << 20
#: zstd may ask for a window of this size at most: it is held in memory.
MOST_WINDOW = 128 << 20
#: Compressed bytes that are given to a decoder at once: so few that even a bomb gives at most 32 MiB back.
_PIECE = 1 << 10
_BUFFER = 1 << 18


def compression_of(name: str) -> Compression | None:
    """What a file is compressed with, by the end of its name."""
    return next((kind for suffix, kind in SUFFIXES.items() if name.lower().endswith(suffix)), None)


class Decompressed(io.RawIOBase):
    """What a compressed stream holds, all its members one after another.

    Where the stream is damaged, cut or a bomb, it ends early. What was decoded before a cut is right. Of a member that
    is damaged, or whose checksum is wrong, nobody knows which bytes are: decoders go on for long without noticing.

    Attributes:
        size: bytes that were decoded so far.
        reason: why it ended early: `<kind>.truncated`, `<kind>.damaged` or `<kind>.bomb`.
        wrong_from: where the bytes of a damaged member begin.
    """

    def __init__(self, source: BinaryIO, kind: Compression) -> None:
        self._source = source
        self._kind = kind
        self._begin()

    def _begin(self) -> None:
        self.size = self._taken = self._member = 0
        self.reason: str | None = None
        self.wrong_from: int | None = None
        self._ready = memoryview(b"")
        self._rest = b""
        self._decoder: Any = None
        self._members = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._source.seekable()

    def tell(self) -> int:
        return self.size - len(self._ready)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to `offset` from the beginning; going back decodes all before it again."""
        if whence == io.SEEK_CUR:
            offset += self.tell()
        elif whence != io.SEEK_SET:
            raise io.UnsupportedOperation("the end is not known")
        if offset < self.tell():
            self._source.seek(0)
            self._begin()
        while self.tell() < offset and (self._ready or self._decode()):
            self._ready = self._ready[offset - self.tell() :]
        return self.tell()

    def readinto(self, buffer: Any) -> int:
        while not self._ready:
            if not self._decode():
                return 0
        piece = self._ready[: len(buffer)]
        buffer[: len(piece)] = piece
        self._ready = self._ready[len(piece) :]
        return len(piece)

    def _decode(self) -> bool:
        """Decode one more piece; False at the end."""
        if self._ended:
            return False
        piece, self._rest = self._rest or self._next_piece(), b""
        if self._decoder is None and self._members and self._kind == "gzip" and piece:
            piece = piece.lstrip(b"\0")  # padding, as tapes have it
            if not piece:
                return True
        if not piece:
            self._end("truncated" if self._decoder or not self._members else None)
            return False
        if self._decoder is None:
            self._decoder, self._member = _decoder(self._kind), self.size
        text = self._feed(piece)
        self.size += len(text)
        self._ready = memoryview(text)
        if self.size > FREE_BYTES and self.size > min(MOST_BYTES, MOST_RATIO * self._taken):
            self._end("bomb")
        return True

    def _next_piece(self) -> bytes:
        piece = self._source.read(_PIECE)
        self._taken += len(piece)
        return piece

    def _feed(self, piece: bytes) -> bytes:
        try:
            text: bytes = self._decoder.decompress(piece)
        except (zlib.error, zstandard.ZstdError):
            self.wrong_from = self._member
            self._end("damaged")
            return b""
        if self._decoder.eof:
            self._rest, self._decoder = self._decoder.unused_data, None
            self._members += 1
        return text

    def _end(self, why: str | None) -> None:
        self._ended = True
        self.reason = f"{self._kind}.{why}" if why else None


def frame_decompressed(
    frame: Callable[[BinaryIO, Layout], Iterator[Frames]], stream: Decompressed, layout: Layout
) -> Iterator[Frames]:
    """Frames of what a compressed stream holds.

    If it ended early, one last frame with its reason accounts for the rest: it takes the place of a record that reaches
    up to the end, since that one may have been cut, else it is empty.
    """
    held = Frames.of([])
    for frames in frame(io.BufferedReader(stream, _BUFFER), layout):
        if len(frames):
            if len(held):
                yield held
            held = frames
    yield _with_last(held, stream.size, stream.reason) if stream.reason else held


def rejected_from(framed: Iterator[Frames], start: int, reason: str) -> Iterator[Frames]:
    """The same frames, but every one that ends past `start` is rejected."""
    for frames in framed:
        wrong = (frames.offsets + frames.lengths > start).nonzero()[0].tolist()
        yield Frames(frames.offsets, frames.lengths, frames.digests, {**frames.reasons, **dict.fromkeys(wrong, reason)})


def _with_last(frames: Frames, end: int, reason: str) -> Frames:
    framed = list(frames)
    if framed and framed[-1][0].offset + framed[-1][0].length >= end:
        cut, digest = framed.pop()
        last = Frame(cut.offset, end - cut.offset, reason), digest
    else:
        last = Frame(end, 0, reason), hashlib.sha256(b"").digest()
    return Frames.of([*framed, last])


def _decoder(kind: Compression) -> Any:
    if kind == "gzip":
        return zlib.decompressobj(wbits=31)
    return zstandard.ZstdDecompressor(max_window_size=MOST_WINDOW).decompressobj()
