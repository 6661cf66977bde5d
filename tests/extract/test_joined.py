"""Small files framed together."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.joined import frame_joined
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Frame

HEADER = b"a,b\n"
LAYOUT = {"header": ["a", "b"], "start": 4, "delimiter": ",", "encoding": "utf-8"}
frame = FORMATS["csv"].frame


def together(bodies: list[bytes], layout: dict[str, object]) -> list[list[tuple[Frame, bytes]]]:
    return [list(frames) for frames in frame_joined(frame, bodies, layout)]


def apart(bodies: list[bytes], layout: dict[str, object]) -> list[list[tuple[Frame, bytes]]]:
    return [[item for frames in frame(io.BytesIO(body), layout) for item in frames] for body in bodies]


@given(st.lists(st.text('1x,"\n\r\0é', max_size=12).map(lambda text: HEADER + text.encode()[:12]), max_size=6))
def test_hostile_files_are_framed_as_if_alone(bodies: list[bytes]) -> None:
    """Quotes left open, missing line breaks, broken rows: frames, digests and reasons are those of each file alone."""
    assert together(bodies, LAYOUT) == apart(bodies, LAYOUT)


@pytest.mark.parametrize(
    "rows",
    [
        [b"1,a\n2,b\n", b"", b"3,c\n"],
        [b"1,a", b"2,b\n", b"3,c"],
        [b'1,"a\n', b'2,b"\n', b"3,c\n"],
        [b'1,"a\nb"\n', b"\n\n", b"x\n", b"4,d\n"],
    ],
)
def test_edges(rows: list[bytes]) -> None:
    """A record never reaches into the next file."""
    bodies = [HEADER + body for body in rows]
    assert together(bodies, LAYOUT) == apart(bodies, LAYOUT)


def test_files_of_which_nothing_can_be_read() -> None:
    """A reason of the whole file holds for each of its rows."""
    layout = {**LAYOUT, "reason": "csv.header_missing", "header": [], "start": 0}
    bodies = [b"1,a\n2,b\n", b"3,c"]
    assert together(bodies, layout) == apart(bodies, layout)
