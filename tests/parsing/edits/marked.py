"""An edit whose outcome is plain to see, texts to try it on, and what parsing says of a record before and after."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from pipeline.parsing import FORMATS
from pipeline.parsing.edits import edit_record
from pipeline.parsing.frames import Field, Layout, Records

#: What is to go: a name with a letter beyond ASCII, and a number.
NAME, NUMBER = "Zoé Ä. Quist", "900417"


def erase(text: str) -> str | None:
    """No value where the whole text is to go, else the text with what is to go as `<ERASED>`."""
    if text in (NAME, NUMBER):
        return None
    return text.replace(NAME, "<ERASED>").replace(NUMBER, "<ERASED>")


def texts(alphabet: str = "aé\"',;|\\\t\r\n<>&]{}: 𝄞N") -> st.SearchStrategy[str]:
    """Texts, many with what is to go: alone, at an end, twice, side by side with what a format treats specially."""
    pieces = st.lists(st.one_of(st.sampled_from([NAME, NUMBER]), st.text(alphabet, max_size=4)), max_size=4)
    return st.one_of(st.sampled_from([NAME, NUMBER, ""]), pieces.map("".join))


def parsed(kind: str, layout: Layout, record: bytes, places: Sequence[str], file: str = "") -> Mapping[str, str | None]:
    """What parsing reads at the places of one record, which it must be able to read."""
    fields = [Field(f"c{at}", "string", place) for at, place in enumerate(places)]
    found = FORMATS[kind].parse(Records.of([record], [file]), fields, layout)
    assert not found.reasons, found.reasons
    return {item.source_name: found.columns[item.name][0].as_py() for item in fields}


def check(kind: str, layout: Layout, record: bytes, places: Sequence[str], file: str = "") -> bytes:
    """Edit a record: parsing then reads the texts as edited, and all others as before. Returns what it became."""
    before = parsed(kind, layout, record, places, file)
    new = edit_record(kind, layout, record, erase, file)
    assert new is not None
    after = parsed(kind, layout, new, places, file)
    assert after == {place: (erase(text) or None) if text else text for place, text in before.items()}
    return new
