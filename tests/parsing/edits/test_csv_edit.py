"""Edits of CSV rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing.edits import edit_record
from tests.parsing.edits.marked import NAME, NUMBER, check, erase, texts


def layout(delimiter: str = ",", encoding: str = "utf-8", columns: int = 3) -> dict[str, object]:
    return {"header": ["a", "b", "c"][:columns], "delimiter": delimiter, "encoding": encoding, "start": 0}


def written(text: str, delimiter: str, quoted: bool) -> str:
    return '"' + text.replace('"', '""') + '"' if quoted or {*text} & {*'"\r\n', delimiter} else text


@settings(deadline=None)
@given(
    st.lists(texts("aé\"',;|\t\r\n "), min_size=3, max_size=3),
    st.sampled_from(",;|\t"),
    st.sampled_from(["utf-8", "windows-1252"]),
    st.booleans(),
)
def test_parsing_reads_the_fields_as_edited(row: list[str], delimiter: str, encoding: str, quoted: bool) -> None:
    """In every dialect the fields that hold what is to go change, and no other."""
    line = delimiter.join(written(text, delimiter, quoted) for text in row)
    check("csv", layout(delimiter, encoding), line.encode(encoding), ("a", "b", "c"))


@pytest.mark.parametrize(
    ("record", "delimiter", "expected"),
    [
        (f"{NAME},x,{NUMBER}", ",", ",x,"),
        (f'"{NAME}","x",""', ",", ',"x",""'),
        (f'"{NAME}, Dr","x ""y""",1', ",", '"<ERASED>, Dr","x ""y""",1'),
        (f"{NAME}|{NAME} a|", "|", "|<ERASED> a|"),
        (f"{NAME} ;\n", ";", None),
        (f"{NAME},x", ",", None),
        (f'{NAME}",x,y', ",", None),
        (f"{NAME},x\0,y", ",", None),
    ],
)
def test_bytes(record: str, delimiter: str, expected: str | None) -> None:
    """Other fields keep their bytes, quotes included; a row that is none can't be edited."""
    new = edit_record("csv", layout(delimiter), record.encode(), erase)
    assert (new and new.decode()) == expected


def test_a_row_of_one_field_stays_a_row() -> None:
    """Where nothing would be left, an empty pair of quotes is."""
    assert edit_record("csv", layout(columns=1), NAME.encode(), erase) == b'""'


def test_a_text_that_needs_quotes() -> None:
    """A new text gets quotes where it holds a delimiter, a quote or a line break."""
    assert edit_record("csv", layout(), b"x,y,z", lambda text: f'{text}"\n' if text == "y" else text) == b'x,"y""\n",z'


def test_a_character_that_the_encoding_lacks() -> None:
    """A row can't be edited where its file could not hold the new text."""
    assert edit_record("csv", layout(encoding="windows-1252"), b"x,y,z", lambda text: text + "अ") is None
