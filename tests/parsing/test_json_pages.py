"""Framing of JSON responses, damaged ones too."""

import hashlib
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing import FORMATS
from pipeline.parsing.json_pages import envelope, frame_page, with_records

OK = None
CASES: dict[str, tuple[bytes, list[tuple[bytes, str | None]], dict[str, Any] | None]] = {
    "two records": (
        b'{"records": [{"a":1}, {"a": 2}], "next": "c"}',
        [(b'{"a":1}', OK), (b'{"a": 2}', OK)],
        {"records": [], "next": "c"},
    ),
    "no record": (b'{"records":[],"next":null}', [], {"records": [], "next": None}),
    "array last": (b'{"next":null,"records":[{"a":1}]}', [(b'{"a":1}', OK)], {"records": [], "next": None}),
    "blanks everywhere": (b' { "records" : [ {"a":1} , \n {} ] } ', [(b'{"a":1}', OK), (b"{}", OK)], {"records": []}),
    "not objects": (
        b'{"records":[1,"x",[{}],null,{"a":1}]}',
        [*((text, "json.not_object") for text in (b"1", b'"x"', b"[{}]", b"null")), (b'{"a":1}', OK)],
        {"records": []},
    ),
    "the key again inside a record": (
        b'{"records":[{"records":[{"b":1}]},{"a":1}]}',
        [(b'{"records":[{"b":1}]}', OK), (b'{"a":1}', OK)],
        {"records": []},
    ),
    "the key inside another member": (
        b'{"meta":{"records":[{"b":1}]},"records":[{"a":1}]}',
        [(b'{"a":1}', OK)],
        {"meta": {"records": [{"b": 1}]}, "records": []},
    ),
    "the key twice": (b'{"records":[{"a":1}],"records":[{"a":2}]}', [(b'{"a":1}', OK)], None),
    "the key written with an escape": (b'{"r\\u0065cords":[{"a":1}]}', [(b'{"a":1}', OK)], {"records": []}),
    "brackets and quotes in text": (
        b'{"records":[{"a":"}],[{\\"x\\\\"},{"a":"]"}]}',
        [(b'{"a":"}],[{\\"x\\\\"}', OK), (b'{"a":"]"}', OK)],
        {"records": []},
    ),
    "byte order mark": (b'\xef\xbb\xbf{"records":[{"a":1}]}', [(b'{"a":1}', OK)], {"records": []}),
    "a bare word for a value": (
        b'{"records":[{"a":1},{"a":nope},{"a":3}],"next":"c"}',
        [(b'{"a":1}', OK), (b'{"a":nope}', "json.malformed"), (b'{"a":3}', OK)],
        {"records": [], "next": "c"},
    ),
    "not a number": (b'{"records":[{"a":NaN}]}', [(b'{"a":NaN}', "json.malformed")], {"records": []}),
    "a closing quote is missing": (
        b'{"records":[{"a":"x},{"a":"y"},{"a":"z"}],"next":"c"}',
        [(b'{"a":"x}', "json.malformed"), (b'{"a":"y"}', OK), (b'{"a":"z"}', OK)],
        {"records": [], "next": "c"},
    ),
    "two closing quotes are missing": (
        b'{"records":[{"a":"x},{"a":"y"},{"a":"z},{"a":"w"}]}',
        [(b'{"a":"x}', "json.malformed"), (b'{"a":"y"}', OK), (b'{"a":"z}', "json.malformed"), (b'{"a":"w"}', OK)],
        {"records": []},
    ),
    "a closing brace is missing": (
        b'{"records":[{"a":1,{"a":2}]}',
        [(b'{"a":1', "json.malformed"), (b'{"a":2}', OK)],
        {"records": []},
    ),
    "a brace too many": (
        b'{"records":[{"a":1}},{"a":2}],"next":"c"}',
        [(b'{"a":1}', OK), (b"}", "json.malformed"), (b'{"a":2}', OK)],
        {"records": [], "next": "c"},
    ),
    "the last record's quote is missing": (
        b'{"records":[{"a":1},{"a":"x}],"next":"c"}',
        [(b'{"a":1}', OK), (b'{"a":"x}', "json.malformed")],
        {"records": [], "next": "c"},
    ),
    "a comma is missing": (b'{"records":[{"a":1}{"a":2}]}', [(b'{"a":1}', OK), (b'{"a":2}', OK)], {"records": []}),
    "a comma too many": (b'{"records":[{"a":1},,{"a":2},]}', [(b'{"a":1}', OK), (b'{"a":2}', OK)], {"records": []}),
    "a word between records": (
        b'{"records":[{"a":1},oops,{"a":2}]}',
        [(b'{"a":1}', OK), (b"oops", "json.malformed"), (b'{"a":2}', OK)],
        {"records": []},
    ),
    "a quote for a comma": (
        b'{"records":[{"a":1}"{"a":"x"},{"a":"y"}],"next":"c"}',
        [(b'{"a":1}', OK), (b'"{"a":"x"}', "json.malformed"), (b'{"a":"y"}', OK)],
        {"records": [], "next": "c"},
    ),
    "a letter for a comma": (
        b'{"records":[{"a":1}x{"a":2}]}',
        [(b'{"a":1}', OK), (b"x", "json.malformed"), (b'{"a":2}', OK)],
        {"records": []},
    ),
    "a key twice beside the array": (
        b'{"n":1,"records":[{"a":1}],"n":2}',
        [(b'{"a":1}', OK)],
        {"n": 2, "records": []},
    ),
    "cut between records": (b'{"records":[{"a":1},', [(b'{"a":1}', OK)], None),
    "cut inside a record": (
        b'{"records":[{"a":1},{"a":"tex',
        [(b'{"a":1}', OK), (b'{"a":"tex', "json.truncated")],
        None,
    ),
    "cut after the array": (b'{"records":[{"a":1}],"next":', [(b'{"a":1}', OK)], None),
    "no such array": (b'{"error":"x"}', [(b'{"error":"x"}', "json.envelope")], None),
    "null for the array": (b'{"records":null}', [(b'{"records":null}', "json.envelope")], None),
    "an array alone": (b'[{"a":1}]', [(b'[{"a":1}]', "json.envelope")], None),
    "something else": (b"<html>busy</html>", [(b"<html>busy</html>", "json.envelope")], None),
    "two pages in one body": (b'{"records":[{"a":1}]}{"records":[]}', [(b'{"a":1}', OK)], None),
    "empty": (b"", [], None),
}


@pytest.mark.parametrize("case", CASES)
def test_frames_and_envelope(case: str) -> None:
    """Each record gets its span, each broken one a reason, and the envelope is read where the rest is whole."""
    body, expected, rest = CASES[case]
    frames = frame_page(body, "records")
    assert [(body[item.offset : item.offset + item.length], item.reason) for item in frames] == expected
    assert envelope(body, "records") == rest


_INNER = b'[{"a":1}, {"items":[]}]'
_NESTED: dict[str, tuple[str, bytes, list[bytes] | None, Any]] = {
    "the body is the array": ("", b" [{}, {}]\n", [b"{}", b"{}"], []),
    "the body is an empty array": ("", b"[]", [], []),
    "an object where the body should be the array": ("", b'{"a":[{}]}', None, None),
    "a broken record of a bare array": ("", b'[{"a":"x},{"a":1}]', [b'{"a":"x}', b'{"a":1}'], []),
    "a bare array is cut": ("", b'[{"a":1},', [b'{"a":1}'], None),
    "two bare arrays": ("", b'[{"a":1}][{"a":2}]', [b'{"a":1}'], None),
    "two deep": (
        "data.items",
        b'{"paging":{"items":[1]}, "data": {"n":1,"items":' + _INNER + b"}}",
        [b'{"a":1}', b'{"items":[]}'],
        {"paging": {"items": [1]}, "data": {"n": 1, "items": []}},
    ),
    "two deep, a record broken": (
        "data.items",
        b'{"data":{"items":[{"a":"x},{"a":1}],"n":1},"next":null}',
        [b'{"a":"x}', b'{"a":1}'],
        {"data": {"items": [], "n": 1}, "next": None},
    ),
    "the last of a nested array broken": (
        "data.items",
        b'{"data":{"items":[{"a":1},{"a":"x}]}}',
        [b'{"a":1}', b'{"a":"x}'],
        {"data": {"items": []}},
    ),
    "a name twice on the way": (
        "data.items",
        b'{"data":{"items":[{"a":1}]},"data":{"items":[{"a":2}]}}',
        [b'{"a":1}'],
        None,
    ),
    "the same name at both levels": ("a.a", b'{"a":{"a":[{"a":1}]}}', [b'{"a":1}'], {"a": {"a": []}}),
    "the way goes through null": ("data.items", b'{"data":null}', None, None),
    "the way goes through an array": ("data.items", b'{"data":[{"items":[]}]}', None, None),
    "not nested": ("data.items", b'{"data.items":[{"a":1}]}', None, None),
}


@pytest.mark.parametrize("case", _NESTED)
def test_an_array_anywhere(case: str) -> None:
    """`records_at` is a path, or empty where the body itself is the array, in whole and in damaged bodies."""
    at, body, records, rest = _NESTED[case]
    frames = frame_page(body, at)
    if records is None:
        assert [(item.length, item.reason) for item in frames] == [(len(body), "json.envelope")]
    else:
        assert [body[item.offset : item.offset + item.length] for item in frames] == records
    assert envelope(body, at) == rest
    assert envelope(b"\xef\xbb\xbf" + body, at) == rest


def test_an_envelope_is_filled_again() -> None:
    """Records go where the array was taken from, at any depth."""
    assert with_records([], "", [1]) == [1]
    assert with_records({"data": {"items": [], "n": 1}}, "data.items", [1]) == {"data": {"items": [1], "n": 1}}


def test_invalid_utf8_is_left_to_parsing() -> None:
    """A record that is well delimited is framed even if its text is not UTF-8."""
    body = b'{"records":[{"a":"\xff"},{"a":1}]}'
    assert [item.reason for item in frame_page(body, "records")] == [None, None]


def test_deep_nesting_is_no_crash() -> None:
    """Brackets without end are one broken frame, and the record before them is kept."""
    body = b'{"records":[{"a":1},' + b"[" * 200_000
    assert [item.reason for item in frame_page(body, "records")] == [None, "json.truncated"]


def test_hostile_restarts_stay_linear() -> None:
    """Objects that never close make the search give up instead of starting over at each of them."""
    body = b'{"records":[' + b'{"a":"x",{"a":1,' * 20_000
    frames = frame_page(body, "records")
    assert frames[-1].offset + frames[-1].length == len(body)


def test_frame_body_hashes_each_record() -> None:
    """The registry's framing yields the sha256 of exactly the record's bytes."""
    body = b'{"items":[{"a":1}, {"a":2}]}'
    batches = FORMATS["json"].frame(io.BytesIO(body), {"records_at": "items"})
    assert [digest for frames in batches for _, digest in frames] == [
        hashlib.sha256(text).digest() for text in (b'{"a":1}', b'{"a":2}')
    ]


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(['"', "\\", "},{", "],"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
_flat = st.dictionaries(st.text(max_size=4), st.integers() | st.text(max_size=8), max_size=4)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=4), _values, max_size=4), max_size=6), st.booleans())
def test_valid_pages_are_framed_exactly(records: list[dict[str, Any]], spaced: bool) -> None:
    """Any valid page gives back its records, byte for byte, and its envelope."""
    separators = (", ", ": ") if spaced else (",", ":")
    body = json.dumps({"before": 1, "records": records, "next": "c"}, separators=separators).encode()
    frames = frame_page(body, "records")
    assert [json.loads(body[item.offset : item.offset + item.length]) for item in frames] == records
    assert {item.reason for item in frames} <= {None}
    assert envelope(body, "records") == {"before": 1, "records": [], "next": "c"}


@settings(deadline=None)
@given(st.lists(_flat, min_size=1, max_size=6), st.data())
def test_damage_loses_no_byte_and_no_earlier_record(records: list[dict[str, Any]], data: st.DataObject) -> None:
    """After random damage inside the array, frames and separators tile it, and records before the damage are kept."""
    head = b'{"records": ['
    texts = [json.dumps(record).encode() for record in records]
    body = bytearray(head + b", ".join(texts) + b'], "next": null}')
    at = data.draw(st.integers(len(head), len(body) - 1))
    size = data.draw(st.integers(0, 6))
    body[at : at + size] = data.draw(st.binary(max_size=4))
    damaged = bytes(body)
    frames = frame_page(damaged, "records")
    position = 0 if frames and frames[0].reason == "json.envelope" else len(head)
    for item in frames:
        assert item.offset >= position
        assert not damaged[position : item.offset].strip(b" \t\r\n,")
        position = item.offset + item.length
    assert damaged[position : position + 60].lstrip(b" \t\r\n,")[:1] in (b"]", b"")
    kept, before = [], len(head)
    for text in texts:
        if before + len(text) < at:
            kept.append((before, len(text)))
        before += len(text) + 2
    good = [(item.offset, item.length) for item in frames if item.reason is None]
    assert good[: len(kept)] == kept
