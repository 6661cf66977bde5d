"""Framing of CSV files, damaged ones too."""

import csv
import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ContractError
from pipeline.parsing import FORMATS
from pipeline.parsing.csv_header import Header, read_header
from pipeline.parsing.csv_lines import MOST_RECORD, Lines
from pipeline.parsing.csv_rows import MOST_LINES, MOST_QUOTED
from pipeline.parsing.frames import Field, Frame, Records

OK = None
HEADER = b"id,who,note\n"
_COLUMNS = ("id", "who", "note")


def frame(content: bytes, encoding: str = "utf-8") -> tuple[Header, list[tuple[Frame, bytes]]]:
    header = read_header(Lines(io.BytesIO(content), 0), ",", encoding, _COLUMNS)
    layout = {"header": list(header.names), "start": header.start, "delimiter": ",", "encoding": encoding}
    if header.reason:
        layout["reason"] = header.reason
    framed = FORMATS["csv"].frame(io.BytesIO(content), layout)
    return header, [item for frames in framed for item in frames]


def verdicts(content: bytes, encoding: str = "utf-8") -> list[tuple[bytes, str | None]]:
    framed = [item for item, _ in frame(content, encoding)[1]]
    return [(content[item.offset : item.offset + item.length], item.reason) for item in framed]


ROWS: dict[str, tuple[bytes, list[tuple[bytes, str | None]]]] = {
    "two rows": (b"1,a,x\n2,b,y\n", [(b"1,a,x", OK), (b"2,b,y", OK)]),
    "no last line break": (b"1,a,x\n2,b,y", [(b"1,a,x", OK), (b"2,b,y", OK)]),
    "carriage returns": (b"1,a,x\r\n2,b,y\r\n", [(b"1,a,x", OK), (b"2,b,y", OK)]),
    "blank lines": (b"\n1,a,x\n\r\n\n2,b,y\n\n", [(b"1,a,x", OK), (b"2,b,y", OK)]),
    "quoted delimiter and quote": (b'1,a,"x, ""y"""\n', [(b'1,a,"x, ""y"""', OK)]),
    "line breaks in quotes": (
        b'1,a,"x\ny\r\n\nz"\n2,b,y\n',
        [(b'1,a,"x\ny\r\n\nz"', OK), (b"2,b,y", OK)],
    ),
    "empty quoted fields": (b'"","",""\n', [(b'"","",""', OK)]),
    "too few fields": (b"1,a\n2,b,y\n", [(b"1,a", "csv.fields"), (b"2,b,y", OK)]),
    "too many fields": (b"1,a,x,z\n2,b,y\n", [(b"1,a,x,z", "csv.fields"), (b"2,b,y", OK)]),
    "blanks only are a row": (b"  \n2,b,y\n", [(b"  ", "csv.fields"), (b"2,b,y", OK)]),
    "a quote that never closes": (
        b'1,a,"x\n2,b,y\n3,c,z\n',
        [(b'1,a,"x', "csv.quote"), (b"2,b,y", OK), (b"3,c,z", OK)],
    ),
    "a lost quote before a row with good quotes": (
        b'1,a,"x\n2,b,"y, z"\n3,c,z\n',
        [(b'1,a,"x', "csv.quote"), (b'2,b,"y, z"', OK), (b"3,c,z", OK)],
    ),
    "two lost quotes": (
        b'1,a,"x\n2,b,y\n3,c,"z\n4,d,w\n',
        [(b'1,a,"x', "csv.quote"), (b"2,b,y", OK), (b'3,c,"z', "csv.quote"), (b"4,d,w", OK)],
    ),
    "spans lines with a field too many": (
        b'1,a,"x\ny",z\n2,b,y\n',
        [(b'1,a,"x', "csv.fields"), (b'y",z', "csv.quote"), (b"2,b,y", OK)],
    ),
    "a quote inside a bare field": (b'1,a,5" pipe "x"\n2,b,y\n', [(b'1,a,5" pipe "x"', "csv.quote"), (b"2,b,y", OK)]),
    "text after a closing quote": (b'1,a,"x"y\n2,b,y\n', [(b'1,a,"x"y', "csv.quote"), (b"2,b,y", OK)]),
    "NUL": (b"1,a\0,x\n2,b,y\n", [(b"1,a\0,x", "csv.nul"), (b"2,b,y", OK)]),
    "invalid UTF-8": (b"1,\xff,x\n2,b,y\n", [(b"1,\xff,x", "csv.encoding"), (b"2,b,y", OK)]),
    "a bare carriage return": (b"1,a\rb,x\n2,b,y\n", [(b"1,a\rb,x", "csv.line_break"), (b"2,b,y", OK)]),
    "a quoted carriage return": (b'1,"a\rb",x\n', [(b'1,"a\rb",x', OK)]),
    "a field of a megabyte": (b"1,a," + b"x" * 1_000_000 + b"\n", [(b"1,a," + b"x" * 1_000_000, OK)]),
    "nothing but the header": (b"", []),
}


@pytest.mark.parametrize("case", ROWS)
def test_rows(case: str) -> None:
    """Each row gets its span or a reason, and the row after a broken one is found."""
    content, expected = ROWS[case]
    assert verdicts(HEADER + content) == expected


def test_windows_1252() -> None:
    """Bytes that the encoding knows are text, those that it leaves undefined are a reason."""
    expected = [(b"1,Ren\xe9,x", OK), (b"2,\x81,y", "csv.encoding")]
    assert verdicts(HEADER + b"1,Ren\xe9,x\n2,\x81,y\n", "windows-1252") == expected


@pytest.mark.parametrize(("lines", "reason"), [(MOST_LINES - 1, OK), (MOST_LINES, "csv.quote")])
def test_lines_of_one_row(lines: int, reason: str | None) -> None:
    """A quoted field may hold line breaks up to the limit; past it only the first line is rejected."""
    rows = verdicts(HEADER + b'1,a,"' + b"x\n" * lines + b'"\n2,b,y\n')
    assert rows[0][1] == reason
    assert rows[-1] == (b"2,b,y", OK)


def test_bytes_of_one_quote() -> None:
    """A quote that stays open over more bytes than the limit is taken for a lost one."""
    long_line = b"x" * (MOST_QUOTED // 2) + b"\n"
    rows = verdicts(HEADER + b'1,a,"' + long_line * 3 + b'"\n2,b,y\n')
    assert rows[0] == (b'1,a,"' + long_line[:-1], "csv.quote")
    assert rows[-1] == (b"2,b,y", OK)


@pytest.mark.parametrize(
    ("length", "ending", "reason"),
    [(MOST_RECORD, b"\n", OK), (MOST_RECORD + 1, b"\n", "csv.too_long"), (3 * MOST_RECORD, b"", "csv.too_long")],
)
def test_longest_record(length: int, ending: bytes, reason: str | None) -> None:
    """A row longer than the limit is one frame with a reason, hashed all the same, and the next row is found."""
    row = b"1,a," + b"x" * (length - 4)
    rest = b"2,b,y\n" if ending else b""
    framed = frame(HEADER + row + ending + rest)[1]
    assert framed[0] == (Frame(len(HEADER), length, reason), hashlib.sha256(row).digest())
    assert [item.reason for item, _ in framed[1:]] == [OK] * bool(rest)


@pytest.mark.parametrize(
    ("content", "header"),
    [
        (b"", Header((), 0)),
        (b"\n\n", Header((), 2)),
        (b"id,who,note\n", Header(("id", "who", "note"), 12)),
        (b"\n id,who\n", Header(("id", "who"), 9)),
        (b'id , "who"\n', Header((), 11, "csv.header_malformed")),
        (b'"id",\twho \n', Header(("id", "who"), 11)),
        (b"ID,Who\n", Header((), 0, "csv.header_missing")),
        (b"id, id\n", Header(("id", "id"), 7, "csv.header_duplicate")),
        (b"id, \n", Header(("id", ""), 5, "csv.header_unnamed")),
        (b'"id","two\nlines"\n1,2\n', Header(("id", "two\nlines"), 17)),
        (b"\xef\xbb\xbfid,who\n", Header(("id", "who"), 10)),
        (b"id,who,id\n", Header(("id", "who", "id"), 10, "csv.header_duplicate")),
        (b"id,,who\n", Header(("id", "", "who"), 8, "csv.header_unnamed")),
        (b"1,Rose,x\n", Header((), 0, "csv.header_missing")),
        (b'id,"who\n', Header((), 8, "csv.header_malformed")),
        (b"id,\xff\n", Header((), 5, "csv.header_malformed")),
        (b"x" * (MOST_RECORD + 1), Header((), MOST_RECORD + 1, "csv.header_malformed")),
        ("id,who\n".encode("utf-16"), Header((), 15, "csv.utf16")),
    ],
)
def test_header(content: bytes, header: Header) -> None:
    """The header is read past marks and blank lines, or says why no row of the file can be trusted."""
    assert read_header(Lines(io.BytesIO(content), 0), ",", "utf-8", _COLUMNS) == header


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b"id,id\n1,2\n\n3,4\n", [(b"1,2", "csv.header_duplicate"), (b"3,4", "csv.header_duplicate")]),
        (b'1,Rose,x\n2,Paul,"y\n', [(b"1,Rose,x", "csv.header_missing"), (b'2,Paul,"y', "csv.header_missing")]),
    ],
)
def test_a_bad_header_rejects_every_row(content: bytes, rows: list[tuple[bytes, str | None]]) -> None:
    """A file whose header can't be trusted still has all its rows counted, each with the file's reason."""
    assert verdicts(content) == rows


def test_utf16_rows_are_counted() -> None:
    """A UTF-16 file counts one frame a line after its header, the last line break's half is none."""
    framed = frame("id,who,note\n1,a,x\n2,b,y\n".encode("utf-16"))[1]
    assert [item.reason for item, _ in framed] == ["csv.utf16", "csv.utf16"]


@pytest.mark.parametrize("delimiter", ['"', "\n", "§", "ab"])
def test_delimiter_is_refused(delimiter: str) -> None:
    """A delimiter that would make rows ambiguous is refused."""
    with pytest.raises(ContractError, match="one plain character"):
        read_header(Lines(io.BytesIO(b"id\n"), 0), delimiter, "utf-8", ["id"])


_texts = st.text(st.sampled_from('ab ,"\n\r\u0905'), max_size=8)


def _written(rows: list[list[str]], ending: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=ending).writerows(rows)
    return out.getvalue().encode()


@given(st.lists(st.lists(_texts, min_size=3, max_size=3), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_what_a_writer_wrote_is_framed_exactly(rows: list[list[str]], ending: str) -> None:
    """Any rows written by the standard writer come back one frame each, and read back equal."""
    content = HEADER + _written(rows, ending)
    framed = frame(content)[1]
    records = [content[item.offset : item.offset + item.length] for item, _ in framed]
    assert {item.reason for item, _ in framed} <= {None}
    layout = {"header": _COLUMNS, "delimiter": ",", "encoding": "utf-8"}
    parsed = FORMATS["csv"].parse(Records.of(records), [Field(name, "string") for name in _COLUMNS], layout)
    columns = [column.to_pylist() for column in parsed.columns.values()]
    assert list(zip(*columns, strict=True)) == [tuple(text or None for text in row) for row in rows]


@given(st.lists(st.sampled_from([b"1,a,x", b'2,"b, c",y', b'3,d,"two\nlines"']), max_size=8), st.data())
def test_damage_loses_no_byte_and_no_earlier_row(rows: list[bytes], data: st.DataObject) -> None:
    """After random damage, frames and line breaks tile the file, and rows before the damage are kept."""
    content = bytearray(HEADER + b"".join(row + b"\n" for row in rows))
    at = data.draw(st.integers(len(HEADER), len(content)))
    content[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5) | st.sampled_from([b'"', b"\n"]))
    damaged = bytes(content)
    framed = frame(damaged)[1]
    position = len(HEADER)
    for item, digest in framed:
        assert not damaged[position : item.offset].strip(b"\r\n")
        assert digest == hashlib.sha256(damaged[item.offset : item.offset + item.length]).digest()
        position = item.offset + item.length
    assert not damaged[position:].strip(b"\r\n")
    kept, before = [], len(HEADER)
    for row in rows:
        if before + len(row) < at:
            kept.append((before, len(row)))
        before += len(row) + 1
    assert [(item.offset, item.length) for item, _ in framed if item.reason is None][: len(kept)] == kept
