"""Lines of a file of any size, with a way to give some back: one line in memory, and of an endless line only a hash."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from pipeline.parsing.frames import Frame

MOST_RECORD = 8 << 20
_PIECE = 1 << 20


@dataclass(frozen=True)
class Line:
    """One line and its line break; one that is too long has no bytes and is not taken yet."""

    offset: int
    raw: bytes
    too_long: bool = False

    @cached_property
    def content(self) -> bytes:
        return self.raw.removesuffix(b"\n").removesuffix(b"\r")

    @property
    def end(self) -> int:
        """Where the next line starts."""
        return self.offset + len(self.raw)

    @cached_property
    def quotes(self) -> int:
        return self.content.count(b'"')


class Lines:
    """Lines of a stream from where it stands.

    Attributes:
        offset: of the next line, where the stream stood at `offset` of its file.
    """

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        self.offset = offset
        self._stream = stream
        self._ended = False
        self._window = b""
        self._at = 0

    def peek(self, size: int) -> tuple[bytes, bool]:
        """The next `size` bytes, fewer only at the stream's end, and whether nothing follows them."""
        while len(self._window) - self._at < size and not self._ended:
            self._fill(size)
        piece = self._window[self._at : self._at + size]
        return piece, self._ended and self._at + len(piece) == len(self._window)

    def skip(self, size: int) -> None:
        """Go on after `size` bytes."""
        while len(self._window) - self._at < size and not self._ended:
            size -= self._move(len(self._window) - self._at)
            self._fill(_PIECE)
        self._move(min(size, len(self._window) - self._at))

    def take(self) -> Line | None:
        """The next line, or None at the end; of one that is too long, `take_long` goes on."""
        searched = 0
        while (end := self._window.find(b"\n", self._at + searched)) < 0:
            searched = len(self._window) - self._at
            if self._ended or searched > MOST_RECORD:
                break
            self._fill(_PIECE)
        stop = end + 1 if end >= 0 else len(self._window)
        if stop - self._at > MOST_RECORD + (end >= 0):
            return Line(self.offset, b"", too_long=True)
        line = Line(self.offset, self._window[self._at : stop])
        self._move(len(line.raw))
        return line if line.raw else None

    def give_back(self, lines: list[Line]) -> None:
        """Take the last `lines` again."""
        size = sum(len(line.raw) for line in lines)
        if size > self._at:
            self._window = b"".join(line.raw for line in lines) + self._window[self._at :]
            self._at = size
        self._at -= size
        self.offset -= size

    def take_long(self) -> tuple[Frame, bytes]:
        """Frame and digest of the line that is too long, without its line break; go on after that."""
        start, length, digest = self.offset, 0, hashlib.sha256()
        while True:
            end = self._window.find(b"\n", self._at)
            piece = self._window[self._at : end if end >= 0 else None]
            digest.update(piece)
            length += len(piece)
            self._move(len(piece))
            if end >= 0 or self._ended:
                break
            self._fill(_PIECE)
        self.skip(1)
        return Frame(start, length, "csv.too_long"), digest.digest()

    def _move(self, size: int) -> int:
        self._at += size
        self.offset += size
        return size

    def _fill(self, size: int) -> None:
        """Read on, forgetting what lies behind."""
        piece = self._stream.read(max(size, _PIECE))
        self._ended = not piece
        self._window = self._window[self._at :] + piece
        self._at = 0
