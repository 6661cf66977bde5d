"""Frames of many small files of rows at once, the same as if each had been framed by itself."""

import io
from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

import numpy as np

from pipeline.parsing.frames import Frames, Layout, Positions

#: Formats whose records stand one after another with nothing around them but a header: a good record depends on its own
#: bytes alone.
ROW_FORMATS = frozenset({"csv", "jsonl"})
Framer = Callable[[BinaryIO, Layout], Iterator[Frames]]


def frame_joined(frame: Framer, bodies: Sequence[bytes], layout: Layout) -> Iterator[Frames]:
    """Frames of each body, in order, from its own beginning on.

    All bodies are framed as one, without their headers. That holds for a body if in it every record is good and none
    crosses its edges; every other body is framed again by itself.
    """
    start = layout.get("start", 0)
    joined = b"".join([body[start:] for body in bodies])
    together = _concatenated(list(frame(io.BytesIO(joined), {**layout, "start": 0})))
    edges = np.cumsum([0, *(max(len(body) - start, 0) for body in bodies)])
    # First frame of each body, and where the frames before it end: past its edge, its first record is cut.
    firsts = np.searchsorted(together.offsets, edges)
    ends = np.concatenate([[0], together.offsets + together.lengths])
    whole = ends[firsts] <= edges
    bad = set((np.searchsorted(edges, together.offsets[list(together.reasons)], "right") - 1).tolist())
    for at, body in enumerate(bodies):
        if whole[at] and whole[at + 1] and at not in bad:
            yield _between(together, int(firsts[at]), int(firsts[at + 1])).moved(start - int(edges[at]))
        else:
            yield _concatenated(list(frame(io.BytesIO(body), layout)))


def _concatenated(batches: Sequence[Frames]) -> Frames:
    if len(batches) == 1:
        return batches[0]
    none: list[Positions] = [np.zeros(0, np.int64)]
    reasons: dict[int, str] = {}
    first = 0
    for batch in batches:
        reasons |= {first + at: reason for at, reason in batch.reasons.items()}
        first += len(batch)
    return Frames(
        np.concatenate(none + [batch.offsets for batch in batches]),
        np.concatenate(none + [batch.lengths for batch in batches]),
        b"".join([batch.digests for batch in batches]),
        reasons,
    )


def _between(frames: Frames, first: int, last: int) -> Frames:
    """Frames that have no reasons."""
    return Frames(frames.offsets[first:last], frames.lengths[first:last], frames.digests[32 * first : 32 * last], {})
