"""Reading CSV rows as columns of text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parsing.csv_records import parse_csv
from pipeline.parsing.frames import Field, Parsed, Records


def read(records: list[bytes], fields: list[str], delimiter: str = ",", encoding: str = "utf-8") -> Parsed:
    layout = {"header": ["id", "note"], "delimiter": delimiter, "encoding": encoding}
    return parse_csv(Records.of(records), [Field(name, "string") for name in fields], layout)


def texts_of(parsed: Parsed) -> dict[str, list[str | None]]:
    return {name: column.to_pylist() for name, column in parsed.columns.items()}


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
    parsed = read([record], ["id", "note"])
    assert [column[0] for column in texts_of(parsed).values()] == texts
    assert (parsed.reasons, parsed.wrong_types) == ({}, {})


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
    parsed = read([b"1,x", record, b"2,y"], ["note"])
    assert parsed.reasons == {1: reason}
    assert texts_of(parsed) == {"note": ["x", None, "y"]}


def test_columns_beside_the_contract() -> None:
    """A column that is not asked for is counted where it has text; one that the file lacks is None."""
    parsed = read([b"1;x", b"2;"], ["id", "new"], ";")
    assert texts_of(parsed) == {"id": ["1", "2"], "new": [None, None]}
    assert (parsed.ignored, list(parsed.strangers)) == ({"note": 1}, [0])


def test_a_place_is_a_name_in_the_header() -> None:
    """A field that lies elsewhere than under its name comes out under its name."""
    layout = {"header": ["LeaveNo", "Mail"], "delimiter": ";", "encoding": "utf-8"}
    fields = [Field("leave_id", "string", "LeaveNo"), Field("Mail", "string", "work_email")]
    parsed = parse_csv(Records.of([b"L1;a@b"]), fields, layout)
    assert texts_of(parsed) == {"leave_id": ["L1"], "Mail": [None]}
    assert parsed.ignored == {"Mail": 1}


def test_rejected_records_are_not_read() -> None:
    """Records that framing rejected are null everywhere and have no reason of their own."""
    records = Records(b'1,x\n2,"y\n3,z', np.array([0, 4, 9]), np.array([3, 4, 3]), {1: "csv.quote"})
    layout = {"header": ["id", "note"], "delimiter": ",", "encoding": "utf-8"}
    parsed = parse_csv(records, [Field("id", "string")], layout)
    assert texts_of(parsed) == {"id": ["1", None, "3"]}
    assert (parsed.reasons, parsed.ignored, list(parsed.strangers)) == ({}, {"note": 2}, [0, 2])


def test_encoding_of_the_file() -> None:
    """Texts are decoded as the layout says."""
    assert texts_of(read([b"1,Ren\xe9"], ["note"], encoding="windows-1252")) == {"note": ["René"]}


@given(st.lists(st.binary(max_size=30)))
def test_no_bytes_crash_the_reader(records: list[bytes]) -> None:
    """Whatever the bytes, each row has a verdict."""
    parsed = read(records, ["id"])
    assert len(parsed.columns["id"]) == len(records)
    assert set(parsed.reasons) <= set(range(len(records)))
