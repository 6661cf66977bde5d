r"""Reading rows of PostgreSQL's COPY text as columns of text."""

import io
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing import FORMATS
from pipeline.parsing.copy_records import parse_copy
from pipeline.parsing.frames import Field, Parsed, Records

_TYPES = {"id": "bigint", "note": "text", "done": "boolean"}
_FIELDS = (Field("number", "integer", "id"), Field("note", "string"), Field("done", "boolean"))


def parse(rows: list[bytes], *fields: Field, types: dict[str, str] | None = None) -> Parsed:
    layout = {"columns": [list(pair) for pair in (types or _TYPES).items()]}
    return parse_copy(Records.of(rows), fields or _FIELDS, layout)


def texts(parsed: Parsed) -> dict[str, list[str | None]]:
    return {name: column.to_pylist() for name, column in parsed.columns.items()}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"x", "x"),
        (b"", ""),
        (b"\\N", None),
        (b"\\\\N", "\\N"),
        (b"NULL", "NULL"),
        (b'"a"', '"a"'),
        (b" x ", " x "),
        (b"a\\nb", "a\nb"),
        (b"\\b\\f\\n\\r\\t\\v\\\\", "\b\f\n\r\t\v\\"),
        (b"\\\\n", "\\n"),
        (b"\\\\\\n", "\\\n"),
        (b"\\x41\\x4", "A\x04"),
        (b"\\x", "x"),
        (b"\\101\\7", "A\x07"),
        (b"\\303\\251", "é"),
        (b"\\.", "."),
        (b"\\\xc3\xa9", "é"),
        ("日本\U0001f600".encode(), "日本\U0001f600"),
        (b"\xef\xbb\xbfx", "\ufeffx"),
        (b"x" * 1_000_000, "x" * 1_000_000),
    ],
)
def test_text_of_a_value(value: bytes, text: str | None) -> None:
    """Values come out as they are in the table, nulls as None, empty texts as such."""
    for rows in ([value], [b"y", value, b"\\N"]):
        parsed = parse(rows, Field("note", "string"), types={"note": "text"})
        assert texts(parsed)["note"][len(rows) // 2] == text
        assert (parsed.reasons, parsed.wrong_types) == ({}, {})


@pytest.mark.parametrize(
    ("postgres_type", "value", "text"),
    [
        ("boolean", "t", "true"),
        ("boolean", "f", "false"),
        ("boolean", "\\N", None),
        ("boolean", "yes", "yes"),
        ("text", "t", "t"),
        ("date", "2012-04-03", "2012-04-03"),
        ("date", "infinity", "infinity"),
        ("date", "0044-03-15 BC", "0044-03-15 BC"),
        ("numeric(5,1)", "NaN", "NaN"),
        ("numeric(5,1)", "1.50", "1.50"),
        ("double precision", "1e-05", "1e-05"),
        ("timestamp with time zone", "2012-04-03 10:00:00+00", "2012-04-03T10:00:00+00:00"),
        ("timestamptz", "2012-04-03 10:00:00.123+00", "2012-04-03T10:00:00.123+00:00"),
        ("timestamp(3) with time zone", "2012-04-03 10:00:00.123456+02", "2012-04-03T10:00:00.123456+02:00"),
        ("timestamp with time zone", "2012-04-03 10:00:00+05:30", "2012-04-03 10:00:00+05:30"),
        ("timestamp with time zone", "0044-03-15 10:00:00+00 BC", "0044-03-15 10:00:00+00 BC"),
        ("timestamp with time zone", "-infinity", "-infinity"),
        ("timestamp with time zone", "\\N", None),
        ("timestamp without time zone", "2012-04-03 10:00:00.5", "2012-04-03T10:00:00.5Z"),
        ("timestamp(0) without time zone", "2012-04-03 10:00:00", "2012-04-03T10:00:00Z"),
        ("timestamp without time zone", "12012-04-03 10:00:00", "12012-04-03 10:00:00"),
        ("text", "2012-04-03 10:00:00+00", "2012-04-03 10:00:00+00"),
        ("time with time zone", "10:00:00+00", "10:00:00+00"),
    ],
)
def test_text_by_type(postgres_type: str, value: str, text: str | None) -> None:
    """Booleans and times take our form, whatever does not look like one stays as it is."""
    plain = {"boolean": b"t"}.get(postgres_type, b"2012-04-03 10:00:00")
    for rows in ([value.encode()], [plain, value.encode(), b"\\N"]):
        parsed = parse(rows, Field("a", "string"), types={"a": postgres_type})
        assert texts(parsed)["a"][len(rows) // 2] == text


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"", "copy.fields"),
        (b"2\tx", "copy.fields"),
        (b"2\tx\tt\t", "copy.fields"),
        (b"\\.", "copy.fields"),
        (b"2\tx\\\ty\tt", "copy.fields"),
        (b"2\\\tx\tt", "copy.escape"),
        (b"2\tx\\\tt", "copy.escape"),
        (b"2\tx\tt\\", "copy.escape"),
        (b"2\tx\\\\\\\tt", "copy.escape"),
        (b"2\tx\tt\r", "copy.line_break"),
        (b"2\tx\ry\tt", "copy.line_break"),
        (b"2\tx\ny\tt", "copy.line_break"),
        (b"2\r3\tx\tt\tx\tt", "copy.line_break"),
        (b"2\tx\0\tt", "copy.nul"),
        (b"2\tx\\000\tt", "copy.nul"),
        (b"2\tx\\x0\tt", "copy.nul"),
        (b"2\t\xff\tt", "copy.encoding"),
        (b"2\t\\xff\tt", "copy.encoding"),
        (b"2\t\\303\tt", "copy.encoding"),
        (b"2\t\xed\xa0\x80\tt", "copy.encoding"),
        ("2\tx\tt".encode("utf-16-le"), "copy.nul"),
    ],
)
def test_unreadable_row(row: bytes, reason: str) -> None:
    """A row that can't be read gets its reason and no text, and its neighbours are untouched."""
    parsed = parse([b"1\tx\\ny\tt", row, b"3\t\\N\tf"])
    assert parsed.reasons == {1: reason}
    assert texts(parsed) == {"number": ["1", None, "3"], "note": ["x\ny", None, None], "done": ["true", None, "false"]}
    assert parsed.wrong_types == {}


def test_rows_that_framing_refused_are_not_read() -> None:
    """A frame with a reason is passed over, whatever it holds."""
    body = b"1\tx\tt\nbroken\n3\ty\tf\n"
    (frames,) = FORMATS["copy"].frame(io.BytesIO(body), {})
    records = Records(body, frames.offsets, frames.lengths, {1: "copy.too_long"})
    parsed = parse_copy(records, _FIELDS, {"columns": list(_TYPES.items())})
    assert texts(parsed)["number"] == ["1", None, "3"]
    assert parsed.reasons == {}


def test_columns_beside_the_contract() -> None:
    """A column that is not asked for counts where it is not null; one that the table lacks is None."""
    parsed = parse(
        [b"1\tx\tt", b"2\t\\N\t\\N", b"3\t\tf", b"4"], Field("number", "integer", "id"), Field("new", "string")
    )
    assert texts(parsed) == {"number": ["1", "2", "3", None], "new": [None] * 4}
    assert parsed.ignored == {"note": 2, "done": 2}
    assert list(parsed.strangers) == [0, 2]


def test_no_rows() -> None:
    """A batch may be empty, or hold nothing that can be read."""
    assert texts(parse([])) == {"number": [], "note": [], "done": []}
    assert parse([b"broken"] * 2).reasons == {0: "copy.fields", 1: "copy.fields"}


_PLAIN = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_value = st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)


def written(value: str | None) -> str:
    """As PostgreSQL writes it."""
    return "\\N" if value is None else "".join(_PLAIN.get(char, char) for char in value)


@settings(deadline=None)
@given(st.lists(st.tuples(_value, _value), max_size=6))
def test_any_value_survives(rows: list[tuple[str | None, str | None]]) -> None:
    """What a table can hold comes out as it went in, through framing and parsing."""
    body = "".join("\t".join(map(written, row)) + "\n" for row in rows).encode()
    for frames in FORMATS["copy"].frame(io.BytesIO(body), {}):
        records = Records(body, frames.offsets, frames.lengths)
        parsed = parse_copy(
            records, [Field("a", "string"), Field("b", "string")], {"columns": [["a", "text"], ["b", "text"]]}
        )
        assert list(zip(*texts(parsed).values(), strict=True)) == rows
        assert parsed.reasons == {}


def one_by_one(row: bytes, width: int) -> list[str | None] | None:
    """The values of a row, or None: the format as its manual tells it."""
    if b"\r" in row or row.count(b"\t") != width - 1:
        return None
    values: list[str | None] = []
    for value in row.split(b"\t"):
        if re.search(rb"(?<!\\)(\\\\)*\\\Z", value):
            return None
        plain = re.sub(rb"\\([0-7]{1,3}|x[0-9A-Fa-f]{1,2}|.)", _byte, value, flags=re.DOTALL)
        try:
            row.decode()
            values.append(None if value == b"\\N" else plain.decode())
        except UnicodeDecodeError:
            return None
    return None if "\0" in "".join(value or "" for value in values) else values


def _byte(found: re.Match[bytes]) -> bytes:
    code = found.group(1).decode("latin-1")
    if code[0] in "01234567":
        return bytes([int(code, 8) % 256])
    if code[0] == "x" and len(code) > 1:
        return bytes([int(code[1:], 16)])
    return {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}.get(code, code).encode("latin-1")


@pytest.mark.parametrize("seed", range(50))
def test_damage_costs_what_it_hits(seed: int) -> None:
    """After random damage every row reads as the format says, and rows that were not hit are kept as they were."""
    rng = random.Random(seed)
    notes = ["plain", "", "a\\nb", "\\\\", "\\N", "é日", "\\x41", "12"]
    rows = [f"{number}\t{rng.choice(notes)}\t{rng.choice('tf')}".encode() for number in range(30)]
    body = bytearray(b"\n".join(rows) + b"\n")
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(body))
        pieces = (b"\t", b"\n", b"\\", b"\r", b"\0", b"\xff", b"\xc3", b"x", b"\\N", b"\\0", b"")
        body[at : at + rng.randint(0, 3)] = rng.choice(pieces)
    damaged = bytes(body)
    lines, kept = [], []
    for frames in FORMATS["copy"].frame(io.BytesIO(damaged), {}):
        records = Records(damaged, frames.offsets, frames.lengths, frames.reasons)
        lines += list(records)
        parsed = parse_copy(records, _FIELDS, {"columns": list(_TYPES.items())})
        for at, line in enumerate(records):
            values = [column[at].as_py() for column in parsed.columns.values()]
            right = None if at in frames.reasons else one_by_one(line, 3)
            if right:
                right[2] = {"t": "true", "f": "false"}.get(right[2] or "", right[2])
            assert (at in parsed.reasons or at in frames.reasons) is (right is None)
            assert values == (right or [None] * 3)
            kept.append(line)
    assert damaged.startswith(b"\n".join(lines))
    assert set(rows) & set(damaged.split(b"\n")[:-1]) <= set(kept)
