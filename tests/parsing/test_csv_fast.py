"""The quick ways to frame and read CSV against the careful ones: the same, whatever the bytes."""

import io
from typing import Any

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.parsing.csv_columns import read_columns
from pipeline.parsing.csv_frames import frame_csv
from pipeline.parsing.csv_lines import Lines
from pipeline.parsing.csv_records import parse_csv, parse_one_by_one
from pipeline.parsing.csv_rows import MOST_LINES, MOST_QUOTED, Rules, rows_one_by_one
from pipeline.parsing.frames import Field, Frame, Layout, Parsed, Records

_NAMES = ["id", "who", "note"]
_FIELDS = [Field("id", "string"), Field("text", "string", "note"), Field("absent", "string")]
_BYTES = [b'"', b",", b"\n", b"\r\n", b"\r", b"\0", b" ", b"a", b"\xff", b"\x81", b"\xe9", "\u0905".encode()]
_PHRASES = [
    b'""',
    b',"',
    b'",',
    b'"\n',
    b"1,a,x\n",
    b'2,"b, ""c""",y\r\n',
    b'3,d,"two\nlines"\n',
    b"\n4,",
    b'"' + b"x\n" * (MOST_LINES - 1) + b'"',
    b'"' + b"x\n" * MOST_LINES + b'"',
    b"\xef\xbb\xbf1,a,x\n",
]
_contents = st.lists(st.sampled_from(_BYTES + _PHRASES), max_size=40).map(b"".join)
_layouts = st.fixed_dictionaries(
    {
        "header": st.integers(1, 3).map(lambda count: _NAMES[-count:]),
        "delimiter": st.sampled_from(",; a"),
        "encoding": st.sampled_from(["utf-8", "windows-1252"]),
        "start": st.just(0),
    }
)
_LAYOUT: dict[str, Any] = {"header": _NAMES, "delimiter": ",", "encoding": "utf-8", "start": 0}


class Trickle(io.BytesIO):
    """A stream that can't be sought and gives few bytes at a time."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self._most = most

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size, self._most) if size and size > 0 else self._most)

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise io.UnsupportedOperation


def quick(content: bytes, layout: Layout, size: int, most: int = 1 << 30) -> list[tuple[Frame, bytes]]:
    return [item for frames in frame_csv(Trickle(content, most), layout, size) for item in frames]


def careful(content: bytes, layout: Layout) -> list[tuple[Frame, bytes]]:
    return list(rows_one_by_one(Lines(io.BytesIO(content), 0), Rules.of(layout)))


def comparable(parsed: Parsed) -> dict[str, Any]:
    columns = {name: column.to_pylist() for name, column in parsed.columns.items()}
    return {**vars(parsed), "columns": columns, "strangers": list(parsed.strangers)}


@settings(max_examples=400)
@given(_contents, _layouts, st.integers(1, 300), st.integers(1, 300))
@example(b'1,a,"x\n' + b"2,b,y\n" * 99 + b'3,c,"z"\n', _LAYOUT, 64, 7)
@example(b'"a"\r', {**_LAYOUT, "header": ["id"]}, 300, 1)
@example(b'1,a,"' + b"x" * MOST_QUOTED + b'\n"\n2,b,y\n', _LAYOUT, 1 << 22, 1 << 30)
@example(b'1,a,"' + b"x" * MOST_QUOTED + b'\n\n"\n2,b,y\n', _LAYOUT, 1 << 22, 1 << 30)
@example(b'1,a,"' + b"x" * MOST_QUOTED + b'\n"\n2,b,y\n', _LAYOUT, 1 << 16, 1 << 14)
def test_frames(content: bytes, layout: Layout, size: int, most: int) -> None:
    """Frames, digests and reasons do not depend on the way, on how much is looked at at once, nor on the stream."""
    assert quick(content, layout, size, most) == careful(content, layout)


@settings(max_examples=300)
@given(_contents, _layouts)
def test_columns_of_frames(content: bytes, layout: Layout) -> None:
    """What framing took and rejected reads the same by both ways, from the file's own bytes."""
    framed = [frame for frame, _ in careful(content, layout)]
    offsets, lengths = [np.array([getattr(frame, of) for frame in framed], np.int64) for of in ("offset", "length")]
    records = Records(content, offsets, lengths, {at: item.reason for at, item in enumerate(framed) if item.reason})
    parsed = comparable(parse_csv(records, _FIELDS, layout))
    assert parsed == comparable(parse_one_by_one(records, _FIELDS, layout))
    assert parsed["reasons"] == {}


@settings(max_examples=300)
@given(st.lists(_contents, max_size=6), _layouts)
@example([b"\r"], {**_LAYOUT, "header": ["id"]})
@example([b"", b"1\n2"], {**_LAYOUT, "header": ["id"]})
@example([b"\xef\xbb\xbf1,a,x"], _LAYOUT)
def test_columns_of_any_bytes(rows: list[bytes], layout: Layout) -> None:
    """Records that framing would never have taken read the same by both ways too."""
    records = Records.of(rows)
    assert comparable(parse_csv(records, _FIELDS, layout)) == comparable(parse_one_by_one(records, _FIELDS, layout))


def test_the_quick_way_is_taken() -> None:
    """A batch of good rows with quotes, line breaks, blank lines and empty fields is read by Arrow's reader."""
    content = b'1,a,"x, ""y"""\r\n\n2,,"two\nlines"\n3,"",z\n'
    framed = quick(content, _LAYOUT, 1 << 20)
    offsets, lengths = np.array([[item.offset, item.length] for item, _ in framed]).T
    parsed = read_columns(Records(content, offsets, lengths), [Field("note", "string")], _LAYOUT)
    assert parsed is not None
    assert parsed.columns["note"].to_pylist() == ['x, "y"', "two\nlines", "z"]
    assert (parsed.ignored, list(parsed.strangers)) == ({"id": 3, "who": 1}, [0, 1, 2])
