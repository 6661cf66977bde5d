"""A few MiB of a stream at a time, with positions in the whole stream, and the frames found in them."""

import hashlib
import re
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from pipeline.parsing.frames import Frame, Frames, digests_of

#: A longer record is rejected.
MOST_RECORD = 8 << 20
_PIECE = 1 << 20
#: More than the longest tag that may lie across two pieces.
_OVERLAP = 1 << 12


class Window:
    """Part of a stream, with the frames found in it that were not handed on yet.

    Attributes:
        body: the bytes at hand.
        base: position of the first of them in the stream.
        ended: the stream holds no more.
    """

    def __init__(self, stream: BinaryIO, base: int) -> None:
        self._stream = stream
        self.body = b""
        self.base = base
        self.ended = False
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._reasons: dict[int, str] = {}

    def lacks(self, at: int) -> bool:
        """Whether too little lies behind `at` to judge a record there."""
        return not self.ended and len(self.body) - at < MOST_RECORD

    def drop(self, at: int) -> None:
        """Forget what lies before `at`, and read on. Frames must have been taken."""
        piece = self._stream.read(_PIECE)
        self.ended = not piece
        self.body = self.body[at:] + piece
        self.base += at

    def pass_over(self, at: int, stop: re.Pattern[bytes]) -> tuple[tuple[Frame, bytes], int]:
        """Frame what is too long to hold: from `at` to the next tag that `stop` finds, the tag included if it ends one.

        Returns:
            the frame with its digest, and the position after it. Frames before it must have been taken.
        """
        digest, offset, behind = hashlib.sha256(), self.base + at, at + 1
        while True:
            found = stop.search(self.body, behind)
            end = self._end_of(found) if found else len(self.body) if self.ended else len(self.body) - _OVERLAP
            digest.update(memoryview(self.body)[at:end])
            if found or self.ended:
                return (Frame(offset, self.base + end - offset, "xml.too_long"), digest.digest()), end
            self.drop(end)
            at = behind = 0

    def _end_of(self, tag: re.Match[bytes]) -> int:
        """Where a frame that stops at `tag` ends: after an end tag, before a start tag."""
        return self.body.find(b">", tag.start()) + 1 or tag.end() if tag[1] else tag.start()

    def add(self, start: int, end: int, reason: str | None = None) -> None:
        """Frame the bytes from `start` to `end`, less the blanks at their end where there is a reason."""
        if reason:
            self._reasons[len(self._starts)] = reason
            end = start + len(self.body[start:end].rstrip(b" \t\r\n"))
        self._starts.append(start)
        self._ends.append(end)

    def extend(self, starts: list[int], ends: list[int], reason: str | None) -> None:
        """Frame several records."""
        if reason:
            self._reasons.update((len(self._starts) + at, reason) for at in range(len(starts)))
        self._starts += starts
        self._ends += ends

    def take(self) -> Iterator[Frames]:
        """The frames found since the last time, if any."""
        if not self._starts:
            return
        offsets = np.array(self._starts, np.int64)
        lengths = np.array(self._ends, np.int64) - offsets
        digests = digests_of(self.body, self._starts, lengths.tolist())
        frames = Frames(offsets, lengths, digests, self._reasons)
        self._starts, self._ends, self._reasons = [], [], {}
        yield frames.moved(self.base)
