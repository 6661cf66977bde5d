"""Framing of PostgreSQL's COPY text."""

import hashlib
import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing import copy_rows
from pipeline.parsing.copy_rows import frame_copy


def framed(body: bytes) -> list[tuple[bytes, str | None]]:
    found: list[tuple[bytes, str | None]] = []
    for frames in frame_copy(io.BytesIO(body), {}):
        for frame, digest in frames:
            text = body[frame.offset : frame.offset + frame.length]
            assert digest == hashlib.sha256(text).digest()
            found.append((text, frame.reason))
    return found


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        (b"", []),
        (b"1\tx\n", [(b"1\tx", None)]),
        (b"1\n2\n", [(b"1", None), (b"2", None)]),
        (b"\n\n", [(b"", None), (b"", None)]),
        (b"1\n2", [(b"1", None), (b"2", "copy.truncated")]),
        (b"1", [(b"1", "copy.truncated")]),
        (b"1\r\n", [(b"1\r", None)]),
        (b"\xff\0\n", [(b"\xff\0", None)]),
        (b"a\\nb\n", [(b"a\\nb", None)]),
    ],
)
def test_rows(body: bytes, rows: Sequence[tuple[bytes, str | None]]) -> None:
    """Each line is a frame; what is in it is for parsing to judge; a last line that is cut off has a reason."""
    assert framed(body) == rows


@pytest.mark.parametrize("size", [copy_rows.MOST_ROW, copy_rows.MOST_ROW + 1, 3 * copy_rows.MOST_ROW])
def test_a_row_that_is_too_long(size: int) -> None:
    """Past the limit a row has a reason, however long it is, and its neighbours are untouched."""
    long = b"x" * size
    reason = "copy.too_long" if size > copy_rows.MOST_ROW else None
    assert framed(b"1\n" + long + b"\n2\n") == [(b"1", None), (long, reason), (b"2", None)]
    assert framed(b"1\n" + long) == [(b"1", None), (long, "copy.truncated")]


@settings(deadline=None)
@given(st.binary(max_size=60).map(lambda text: text.replace(b"\x07", b"\n")))
def test_any_bytes(body: bytes) -> None:
    """Frames and their line breaks are the whole body."""
    rows = framed(body)
    assert b"".join(row + (b"" if reason else b"\n") for row, reason in rows) == body
