"""Edits of XML records."""

from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing.edits import edit_record
from pipeline.parsing.frames import Layout
from tests.parsing.edits.marked import NAME, NUMBER, check, erase, texts


def layout(encoding: str = "utf-8") -> Layout:
    return {"record": "R", "encoding": encoding, "start": 0, "namespaces": {"p": "urn:p"}}


def as_text(text: str) -> str:
    return escape(text, {"\r": "&#13;"})


def as_cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>" if "]]>" not in text and "\r" not in text else as_text(text)


def around_a_comment(text: str) -> str:
    return f"{as_text(text[: len(text) // 2])}<!-- x -->{as_text(text[len(text) // 2 :])}"


@settings(deadline=None)
@given(
    st.lists(texts(), min_size=3, max_size=3),
    st.sampled_from([as_text, as_cdata, around_a_comment]),
    st.sampled_from(["utf-8", "iso8859-1", "ascii"]),
)
def test_parsing_reads_the_texts_as_edited(row: list[str], write: Callable[[str], str], encoding: str) -> None:
    """Attributes and elements that hold what is to go change, and no other, however their text is written."""
    written = f'<p:R id={quoteattr(row[0])}>\n <A b="1">{write(row[1])}</A><B><C>{write(row[2])}</C></B></p:R>'
    record = written.encode(encoding, "xmlcharrefreplace")
    check("xml", layout(encoding), record, ("@id", "A", "A/@b", "B/C"))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (f"<R ><A>{NAME}</A><A/>&lt;&#x41;</R >", "<R ><A></A><A/>&lt;&#x41;</R >"),
        (f"<R a='{NAME}' b = \"x>{NUMBER}\"/>", "<R a='' b = \"x&gt;&lt;ERASED&gt;\"/>"),
        ("<R><A>Zo&#233; <!-- x -->&#xC4;.<![CDATA[ Quist]]></A></R>", "<R><A><!-- x --></A></R>"),
        (
            "<R><P>by Zoé <b>Ä. Quist</b>, in <i>May</i></P></R>",
            "<R><P>by &lt;ERASED&gt;<b></b>, in <i>May</i></P></R>",
        ),
        (f"<R><!-- {NAME} --><?x {NUMBER}?><?y 1?><A>1</A></R>", "<R><?y 1?><A>1</A></R>"),
        (f"<R><A{NUMBER}>x</A{NUMBER}></R>", None),
        (f"<R><A a{NUMBER}='1'/></R>", None),
        (f"<R><A>{NAME}</R>", None),
        (f"<R>&unknown;{NAME}</R>", None),
        (f"<R><q:A>{NAME}</q:A></R>", None),
    ],
)
def test_bytes(record: str, expected: str | None) -> None:
    """All else keeps its bytes; a name goes across elements in a text, comments and instructions go as a whole."""
    new = edit_record("xml", layout(), record.encode(), erase)
    assert (new and new.decode()) == expected


def test_a_character_that_the_encoding_lacks() -> None:
    """It is written as a reference."""
    new = edit_record("xml", layout("iso8859-1"), b"<R>\xe9</R>", lambda text: text.replace("é", "éअ"))
    assert new == b"<R>\xe9&#2309;</R>"
