"""Records that lie in response bodies, as lines: one object each, with nothing between them but blanks."""

import numpy as np

from pipeline.parsing.frames import Positions

_OPEN, _CLOSE, _LINE_BREAK, _BLANK = b"{}\n "


def as_lines(body: bytes, offsets: Positions, lengths: Positions) -> bytes | None:
    """The records, each but the last followed by a line break; None unless all begin and end with a brace.

    A reader that finds as many objects in these lines as there are records has found each record: no text goes across
    a line break, and a brace that opens can't follow one that closes inside a value. Whatever lies between records in
    the body, such as a comma or a page's end, becomes blanks.
    """
    if not len(offsets):
        return None
    start, ends = offsets[0], offsets + lengths
    gaps = offsets[1:] - ends[:-1]
    text = np.frombuffer(body, np.uint8)
    if lengths.min() < 2 or (text[offsets] != _OPEN).any() or (text[ends - 1] != _CLOSE).any():
        return None
    if len(gaps) and gaps.min() < 1:
        return b"\n".join([body[at:end] for at, end in zip(offsets.tolist(), ends.tolist(), strict=True)])
    lines = text[start : ends[-1]].copy()
    lines[ends[:-1] - start] = _LINE_BREAK
    lines[ends[:-1][gaps > 1] - start + 1] = _BLANK
    for at in np.flatnonzero(gaps > 2):
        lines[ends[at] - start + 1 : offsets[at + 1] - start] = _BLANK
    return lines.tobytes()
