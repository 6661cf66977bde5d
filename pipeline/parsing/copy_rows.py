r"""Rows of PostgreSQL's COPY text format: a row is a line, since a line break in a value is written `\n`.

The format has no quotes, so nothing that is broken in one row reaches into the next: framing goes on at the next line.
"""

import hashlib
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from pipeline.parsing.frames import Frames, Layout, digests_of

#: Bytes of a row, at most; and how much of a body is looked at in one go.
MOST_ROW = 8 << 20
_PIECE = 4 << 20


def frame_copy(stream: BinaryIO, layout: Layout) -> Iterator[Frames]:  # noqa: ARG001
    """Frames of lines without their line breaks, empty ones too.

    Reasons: `copy.too_long` (over `MOST_ROW` bytes), `copy.truncated` (the last line has no line break).
    """
    return frame_lines(stream, "copy")


def frame_lines(stream: BinaryIO, name: str) -> Iterator[Frames]:
    """Frames of the lines of any format whose records are lines; `name` begins its reasons, as in `frame_copy`."""
    offset, body = 0, b""
    while True:
        end = body.rfind(b"\n") + 1
        if end:
            yield _lines(memoryview(body)[:end], name).moved(offset)
            offset, body = offset + end, body[end:]
        if len(body) > MOST_ROW:
            frames, body = _too_long(body, stream, name)
            yield frames.moved(offset)
            offset += int(frames.lengths[0]) + 1
            continue
        piece = stream.read(_PIECE)
        if not piece:
            break
        body += piece
    if body:
        yield _one(len(body), hashlib.sha256(body).digest(), f"{name}.truncated").moved(offset)


def _lines(body: memoryview, name: str) -> Frames:
    """Frames of whole lines."""
    ends = np.flatnonzero(np.frombuffer(body, np.uint8) == ord("\n"))
    offsets = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - offsets
    reasons = {int(at): f"{name}.too_long" for at in np.flatnonzero(lengths > MOST_ROW)}
    return Frames(offsets, lengths, digests_of(body, offsets.tolist(), lengths.tolist()), reasons)


def _too_long(begun: bytes, stream: BinaryIO, name: str) -> tuple[Frames, bytes]:
    """The frame of a line that is hashed without being held, and what was read past its line break."""
    digest, size = hashlib.sha256(begun), len(begun)
    while piece := stream.read(_PIECE):
        line, found, rest = piece.partition(b"\n")
        digest.update(line)
        size += len(line)
        if found:
            return _one(size, digest.digest(), f"{name}.too_long"), rest
    return _one(size, digest.digest(), f"{name}.truncated"), b""


def _one(length: int, digest: bytes, reason: str) -> Frames:
    return Frames(np.zeros(1, np.int64), np.array([length], np.int64), digest, {0: reason})
