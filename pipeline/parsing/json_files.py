"""Files of JSON objects, one a line, as exports and Airbyte's destinations write them."""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from pipeline.parsing.copy_rows import frame_lines
from pipeline.parsing.frames import Frames, Layout


def frame_json_lines(stream: BinaryIO, layout: Layout) -> Iterator[Frames]:  # noqa: ARG001
    """Frames of the lines that are not empty; the last one needs no line break.

    Reason: `json.too_long`. Whether a line is an object is for parsing to say.
    """
    for frames in frame_lines(stream, "json"):
        kept = np.flatnonzero(frames.lengths)
        digests = np.frombuffer(frames.digests, "V32")[kept].tobytes()
        too_long = [old for old, reason in frames.reasons.items() if reason == "json.too_long"]
        reasons = dict.fromkeys(np.searchsorted(kept, too_long).tolist(), "json.too_long")
        yield Frames(frames.offsets[kept], frames.lengths[kept], digests, reasons)
