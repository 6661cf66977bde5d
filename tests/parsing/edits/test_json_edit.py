"""Edits of JSON records."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing.edits import edit_record
from tests.parsing.edits.marked import NAME, NUMBER, check, erase, texts

PLACES = ("a", "b", "deep.c")


@settings(deadline=None)
@given(
    st.fixed_dictionaries({"a": texts(), "b": texts(), "deep": st.fixed_dictionaries({"c": texts()})}), st.booleans()
)
def test_parsing_reads_the_texts_as_edited(row: object, escaped: bool) -> None:
    """Whatever stands in the texts, escaped or not, they alone change."""
    check("json", {}, json.dumps(row, ensure_ascii=escaped).encode(), PLACES)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ('{"a": "x",  "b":1.50e1 }', '{"a": "x",  "b":1.50e1 }'),
        (f'{{"a" : "{NAME}" ,"b":"\\u0078"}}', '{"a" : null ,"b":"\\u0078"}'),
        (f'{{"a": {NUMBER}, "b": -{NUMBER}.5, "c": 1}}', '{"a": null, "b": null, "c": 1}'),
        (f'{{"l": [["{NAME}, {NAME}"], {NUMBER}, true]}}', '{"l": [["<ERASED>, <ERASED>"], null, true]}'),
        (f'{{"{NAME}": 1}}', '{"": 1}'),
        (f'{{"of {NAME}" : {{"x": 1}}}}', '{"of <ERASED>" : {"x": 1}}'),
        ('{"a": "Zo\\u00e9 \\u00c4. Quist!"}', '{"a": "<ERASED>!"}'),
        (f'"{NAME}"', "null"),
    ],
)
def test_bytes(record: str, expected: str) -> None:
    """Strings, numbers and names of members are texts at any depth; all else keeps its bytes."""
    assert edit_record("jsonl", {}, record.encode(), erase) == expected.encode()


@pytest.mark.parametrize(
    "record",
    [
        f'{{"a": "{NAME}"'.encode(),
        b'{"a": NaN}',
        b'{"a": "\xe9"}',
        b'{"a": "\\ud800"}',
        b'{"a": 1, "a": 2}',
        f'{{"{NAME}": 1, "{NUMBER}": 2}}'.encode(),
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_edited(record: bytes) -> None:
    """A record that can't be read has to go, and one in which two members would have one name."""
    assert edit_record("json", {}, record, erase) is None
