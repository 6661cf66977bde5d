"""Files of JSON lines."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parsing import FORMATS
from pipeline.parsing.copy_rows import MOST_ROW
from pipeline.parsing.frames import Field, Records

_FORMAT = FORMATS["jsonl"]


def lines(body: bytes) -> list[tuple[bytes, str | None]]:
    """Bytes and framing reason of every record."""
    found = [frame for frames in _FORMAT.frame(io.BytesIO(body), {}) for frame, _ in frames]
    return [(body[frame.offset : frame.offset + frame.length], frame.reason) for frame in found]


@pytest.mark.parametrize(
    ("body", "records"),
    [
        (b"", []),
        (b"\n\n", []),
        (b'{"a":1}\n{"a":2}\n', [b'{"a":1}', b'{"a":2}']),
        (b'{"a":1}\n{"a":2}', [b'{"a":1}', b'{"a":2}']),
        (b'\n{"a":1}\n\n{"a":2}\n\n', [b'{"a":1}', b'{"a":2}']),
        (b'{"a":1}\r\n{"a":2}\r\n', [b'{"a":1}\r', b'{"a":2}\r']),
        (b'{"a":\n{"a":2}\n', [b'{"a":', b'{"a":2}']),
    ],
)
def test_a_line_is_a_record(body: bytes, records: list[bytes]) -> None:
    """Empty lines are none, the last one needs no line break, and a broken one takes no other along."""
    assert lines(body) == [(record, None) for record in records]


def test_a_line_that_is_too_long_is_rejected_alone() -> None:
    """Its neighbours are kept."""
    long = b"x" * (MOST_ROW + 1)
    assert lines(b"{}\n" + long + b"\n{}") == [(b"{}", None), (long, "json.too_long"), (b"{}", None)]


@pytest.mark.parametrize(
    ("record", "text", "reason"),
    [
        (b'{"data":{"a":"x"}}\r', "x", None),
        (b'{"data":{"a":1}}', "1", None),
        (b"[1]", None, "json.not_object"),
        (b"{", None, "json.malformed"),
        (b"x", None, "json.malformed"),
        (b"\r", None, "json.malformed"),
    ],
)
def test_records_are_read_as_json(record: bytes, text: str | None, reason: str | None) -> None:
    """Places reach into objects, as in Airbyte's envelope; what is no object has its reason."""
    parsed = _FORMAT.parse(Records.of([record]), [Field("a", "string", "data.a", promote=True)], {})
    assert parsed.columns["a"].to_pylist() == [text]
    assert parsed.reasons.get(0) == reason


@given(st.lists(st.binary(max_size=20).map(lambda line: line.replace(b"\n", b""))))
def test_no_line_is_lost(written: list[bytes]) -> None:
    """Whatever the bytes, every line that is not empty is a record."""
    assert [record for record, _ in lines(b"\n".join(written))] == [line for line in written if line]
