"""Reading CSV rows as columns of text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parsing.csv_records import parse_csv

_HEADER = ["id", "note"]


@pytest.mark.parametrize(
    ("record", "texts"),
    [
        (b"1,x", ["1", "x"]),
        (b"1,", ["1", None]),
        (b'1,""', ["1", None]),
        (b'"1","x, ""y""\nz"', ["1", 'x, "y"\nz']),
        (b"1, x ", ["1", " x "]),
        (b'1,"' + b"x" * 1_000_000 + b'"', ["1", "x" * 1_000_000]),
    ],
)
def test_texts(record: bytes, texts: list[str | None]) -> None:
    """Fields come out as written, empty ones as None."""
    parsed = parse_csv([record], [("id", "integer"), ("note", "string")], _HEADER, ",", "utf-8")
    assert [column[0] for column in parsed.columns.values()] == texts
    assert (parsed.reasons, parsed.wrong_types) == ([None], [[]])


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"1", "csv.fields"),
        (b"1,x,y", "csv.fields"),
        (b"", "csv.fields"),
        (b'1,"x', "csv.quote"),
        (b'1,"x"y', "csv.quote"),
        (b"1,\xff", "csv.encoding"),
        (b"1,x\0", "csv.nul"),
        (b"1,x\n2,y", "csv.line_break"),
    ],
)
def test_unreadable_row(record: bytes, reason: str) -> None:
    """A row that can't be read gets its reason and no text, and its neighbours are untouched."""
    parsed = parse_csv([b"1,x", record, b"2,y"], [("note", "string")], _HEADER, ",", "utf-8")
    assert parsed.reasons == [None, reason, None]
    assert parsed.columns == {"note": ["x", None, "y"]}


def test_columns_beside_the_contract() -> None:
    """A column that is not asked for is counted where it has text; one that the file lacks is None."""
    parsed = parse_csv([b"1;x", b"2;"], [("id", "string"), ("new", "string")], _HEADER, ";", "utf-8")
    assert parsed.columns == {"id": ["1", "2"], "new": [None, None]}
    assert parsed.ignored == {"note": 1}


def test_encoding_of_the_file() -> None:
    """Texts are decoded as the layout says."""
    parsed = parse_csv([b"1,Ren\xe9"], [("note", "string")], _HEADER, ",", "windows-1252")
    assert parsed.columns == {"note": ["René"]}


@given(st.lists(st.binary(max_size=30)))
def test_no_bytes_crash_the_reader(records: list[bytes]) -> None:
    """Whatever the bytes, each row has a verdict."""
    parsed = parse_csv(records, [("id", "string")], _HEADER, ",", "utf-8")
    assert len(parsed.reasons) == len(parsed.columns["id"]) == len(records)
