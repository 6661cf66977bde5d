"""Lines of a file of any size, with a way to give some back: one line in memory, and of an endless line only a hash."""

import hashlib
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from pipeline.parsing.frames import Frame

MOST_RECORD = 8 << 20
_PIECE = 1 << 20


@dataclass(frozen=True)
class Line:
    """One line and its line break; of a line that is too long only its frame and digest are kept."""

    offset: int
    raw: bytes
    too_long: tuple[Frame, bytes] | None = None

    @cached_property
    def content(self) -> bytes:
        return self.raw.removesuffix(b"\n").removesuffix(b"\r")

    @property
    def end(self) -> int:
        """Where the next line starts; of a line that is too long, its line break."""
        return self.offset + (self.too_long[0].length if self.too_long else len(self.raw))

    @cached_property
    def quotes(self) -> int:
        return self.content.count(b'"')


class Lines:
    """Lines of a stream, with a way to give some back."""

    def __init__(self, stream: BinaryIO, offset: int) -> None:
        self._stream = stream
        self._offset = offset
        self._returned: deque[Line] = deque()

    def take(self) -> Line | None:
        if self._returned:
            return self._returned.popleft()
        offset, raw = self._offset, self._stream.readline(MOST_RECORD + 1)
        self._offset += len(raw)
        if len(raw) > MOST_RECORD and not raw.endswith(b"\n"):
            return Line(offset, b"", self._rest_of_line(offset, raw))
        return Line(offset, raw) if raw else None

    def give_back(self, lines: list[Line]) -> None:
        self._returned.extendleft(reversed(lines))

    def _rest_of_line(self, offset: int, raw: bytes) -> tuple[Frame, bytes]:
        digest, length = hashlib.sha256(raw), len(raw)
        while piece := self._stream.readline(_PIECE):
            self._offset += len(piece)
            text = piece.removesuffix(b"\n")
            digest.update(text)
            length += len(text)
            if len(text) < len(piece):
                break
        return Frame(offset, length, "csv.too_long"), digest.digest()
