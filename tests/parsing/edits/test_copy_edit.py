r"""Edits of COPY rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing.edits import edit_record
from tests.parsing.edits.marked import NAME, NUMBER, check, erase, texts

LAYOUT = {"columns": [("a", "text"), ("b", "integer"), ("c", "text")]}
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def written(text: str | None) -> str:
    return r"\N" if text is None else "".join(_ESCAPES.get(character, character) for character in text)


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), texts()), min_size=3, max_size=3))
def test_parsing_reads_the_values_as_edited(row: list[str | None]) -> None:
    """Values that hold what is to go change, and no other."""
    check("copy", LAYOUT, "\t".join(map(written, row)).encode(), ("a", "b", "c"))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (f"{NAME}\t{NUMBER}\t\\x41\\101\\N".encode(), rb"\N	\N	\x41\101\N"),
        (f"a {NAME}\\tb\t1\t".encode(), rb"a <ERASED>\tb	1	"),
        (b"Zo\\303\\251 \\xc3\\x84. Quist\t1\t\\N", rb"\N	1	\N"),
        (f"{NAME}\t1".encode(), None),
        (f"{NAME}\t1\t\\".encode(), None),
        (b"\xff\t1\tx", None),
    ],
)
def test_bytes(record: bytes, expected: bytes | None) -> None:
    """Values are compared without their escapes, others keep theirs; a row that is none can't be edited."""
    assert edit_record("copy", LAYOUT, record, erase) == expected
