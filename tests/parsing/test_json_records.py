"""Reading JSON records as columns of text."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Field, Parsed, Records
from pipeline.parsing.json_records import parse_json

#: Names that are no path.
_names = st.text(min_size=1, max_size=5).filter(lambda name: "." not in name)


def parse(records: list[bytes], *fields: Field) -> Parsed:
    return parse_json(Records.of(records), fields, {"records_at": "records"})


def texts(parsed: Parsed) -> dict[str, list[str | None]]:
    return {name: column.to_pylist() for name, column in parsed.columns.items()}


@pytest.mark.parametrize(
    ("logical_type", "value", "text"),
    [
        ("string", '"x"', "x"),
        ("string", '""', ""),
        ("string", '"\\u0905\\n"', "अ\n"),
        ("string", '"\\ud83d\\ude00"', "😀"),
        ("number", "12.50", "12.50"),
        ("number", "1e3", "1e3"),
        ("number", "-0", "-0"),
        ("number", "0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ("integer", "7", "7"),
        ("integer", "7.0", "7"),
        ("integer", "7e2", "700"),
        ("integer", "9223372036854775807", "9223372036854775807"),
        ("boolean", "true", "true"),
        ("boolean", "false", "false"),
        ("date", '"2024-02-30"', "2024-02-30"),
        ("timestamp", '"2024-01-01T00:00:00Z"', "2024-01-01T00:00:00Z"),
        ("number", "null", None),
    ],
)
def test_text_of_a_value(logical_type: str, value: str, text: str | None) -> None:
    """A value of the right JSON type keeps its exact text."""
    parsed = parse([f'{{"a":{value}}}'.encode()], Field("a", logical_type))
    assert texts(parsed) == {"a": [text]}
    assert (parsed.wrong_types, parsed.reasons) == ({}, {})


@pytest.mark.parametrize(
    ("logical_type", "value"),
    [
        ("string", "1"),
        ("string", "true"),
        ("string", '{"b":1}'),
        ("string", '["x"]'),
        ("number", '"12"'),
        ("number", "true"),
        ("number", "1e400"),
        ("integer", "1.5"),
        ("integer", "9223372036854775808"),
        ("integer", "1e400"),
        ("integer", "9" * 5000),
        ("boolean", '"true"'),
        ("boolean", "1"),
        ("date", "20240101"),
        ("timestamp", "1704067200"),
    ],
)
def test_wrong_type(logical_type: str, value: str) -> None:
    """A value of another JSON type, or out of range, is None and named."""
    parsed = parse([f'{{"a":{value},"b":"kept"}}'.encode()], Field("a", logical_type), Field("b", "string"))
    assert texts(parsed) == {"a": [None], "b": ["kept"]}
    assert parsed.wrong_types == {0: ["a"]}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b'{"a":"\xff"}', "json.encoding"),
        (b'{"a":"\xed\xa0\x80"}', "json.encoding"),
        ('{"a":1}'.encode("utf-16"), "json.encoding"),
        (b'{"a":1', "json.malformed"),
        (b'{"a":NaN}', "json.malformed"),
        (b'{"a":-Infinity}', "json.malformed"),
        (b'{"a":"line\nbreak"}', "json.malformed"),
        (b'{"a":"\x00"}', "json.malformed"),
        (b'{"a":1} x', "json.malformed"),
        (b"", "json.malformed"),
        (b"[1]", "json.not_object"),
        (b"null", "json.not_object"),
        (b'{"a":1,"a":1}', "json.duplicate_key"),
        (b'{"b":{"c":1,"c":2}}', "json.duplicate_key"),
        (b'{"a":1,"\\u0061":2}', "json.duplicate_key"),
        (b'{"a":"\\u0000"}', "json.nul"),
        (b'{"a":"\\ud800"}', "json.surrogate"),
        (b'{"b":' + b"[" * 100_000, "json.too_deep"),
    ],
)
def test_unreadable_record(record: bytes, reason: str) -> None:
    """A record that can't be read as a whole gets its reason and no text, and its neighbours are untouched."""
    good = b'{"a":"x"}'
    parsed = parse([good, record, good], Field("a", "string"))
    assert parsed.reasons == {1: reason}
    assert texts(parsed) == {"a": ["x", None, "x"]}
    assert parsed.wrong_types == {}


def test_fields_that_were_not_asked_for_are_counted() -> None:
    """Unknown fields are dropped and counted by record, null ones too."""
    records = [b'{"a":"x","b":1}', b'{"b":null,"c":[1]}', b"{}"]
    parsed = parse(records, Field("a", "string"))
    assert texts(parsed) == {"a": ["x", None, None]}
    assert parsed.ignored == {"b": 2, "c": 1}
    assert list(parsed.strangers) == [0, 1]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=30)))
def test_no_bytes_crash_the_reader(records: list[bytes]) -> None:
    """Whatever the bytes, each record has a verdict."""
    parsed = FORMATS["json"].parse(Records.of(records), [Field("a", "integer")], {"records_at": "records"})
    assert len(parsed.columns["a"]) == len(records)
    assert set(parsed.reasons) | set(parsed.wrong_types) | set(parsed.strangers) <= set(range(len(records)))


@settings(deadline=None)
@given(st.dictionaries(_names, st.text(max_size=10), max_size=5), st.booleans())
def test_any_text_survives(row: dict[str, str], ascii_only: bool) -> None:
    """Text comes out as it went in, escaped or not; NULs are refused."""
    parsed = parse([json.dumps(row, ensure_ascii=ascii_only).encode()], *(Field(name, "string") for name in row))
    if not parsed.reasons:
        assert texts(parsed) == {name: [text] for name, text in row.items()}
    else:
        assert parsed.reasons == {0: "json.nul"}
        assert "\0" in "".join((*row, *row.values()))
