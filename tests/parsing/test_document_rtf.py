"""Text out of RTF files."""

import pytest

from pipeline.parsing.document_content import RefusedError
from pipeline.parsing.rtf_text import MOST_SOURCE, read_rtf

FONTS = rb"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset204 Times;}{\f2 Plain;}}"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (rb"Dear Ann,\par Kind: exit\par", "Dear Ann,\nKind: exit\n"),
        (rb"\b bold\b0  and {\i italic}\line x\tab y", "bold and italic\nx\ty"),
        (rb"Z\u246\'f6llner \'80 \u8364?", "Zöllner € €"),
        (b"Z\xf6llner \x80", "Zöllner €"),
        (rb"\u-10179?\u-8704?", "\U0001f600"),
        (rb"\u-10179?x", "\ufffdx"),
        (rb"a\{b\}c\\d\~e\_f", "a{b}c\\d\xa0e\u2011f"),
        (FONTS + rb"\f1 \'cf\'f0\f0 \'cf", "ПрÏ"),
        (rb"{\colortbl;\red0;}{\stylesheet{Normal;}}{\info{\author Ann}}a", "a"),
        (rb"\trowd a\cell b\cell\row c", "a\tb\nc"),
        (rb"a\\cell{\*\generator Word {x}}b", "a\\cellb"),
        (rb"a{\pict\wmetafile8 0123{\x}ff}b{\deleted gone}c{\deleted\b gone\deleted0 d}", "abcd"),
        (rb"{\field{\*\fldinst{HYPERLINK " + b'"x"' + rb"}}{\fldrslt{link}}}", "link"),
        (b"a{\\pict\\bin5 {{\\'}b}c", "ac"),
        (b"a\r\nb", "ab"),
    ],
)
def test_texts(content: bytes, text: str) -> None:
    """What a person reads comes out, in its code page, and nothing else."""
    assert read_rtf(rb"{\rtf1\ansi\ansicpg1252 " + content + b"}\0 after it").text == text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"{\\rtf1 a",
        b"{\\rtf1 {a}",
        b"{\\rtf1 a\\",
        b"{\\rtf1 \\bin99 a}",
        b"{\\rtf1 \\bin a}",
        b"{\\rtf1\\fonttbl a}",
        b"{\\rtf1 \\u1234567890 a}",
        b"{\\rtf1\\ansicpg1252 \\'81}",
        b"{\\rtf1 \\'00}",
        b"{\\rtf1 \\uc a}",
        b"{\\rtf1 \\ansicpg0\\'ff}",
    ],
)
def test_malformed(body: bytes) -> None:
    """Groups that don't close and characters that can't be are refused."""
    with pytest.raises(RefusedError, match=r"^rtf\.malformed$"):
        read_rtf(body)


@pytest.mark.parametrize(
    "content",
    [
        rb"{\field{\*\fldinst{HYPERLINK " * 20_000,
        rb"{\field{ \*\fldinst{HYPERLINK " * 20_000,
        rb"{\fonttbl" + rb"\f1" * 200_000,
        rb"{\fonttbl" + rb"\f1\fcharset0 x" * 100_000,
        rb"{\pict\bin0 " * 100_000,
        b"{" * 50_000,
    ],
)
def test_hostile_is_read_in_time(content: bytes) -> None:
    """What would take a search with back-tracking hours takes about as long as a text of that size."""
    depth = content.count(b"{")
    assert not read_rtf(rb"{\rtf1 " + content + b"}" * (depth + 1)).text.strip()


def test_too_large() -> None:
    """Text beyond the limit is refused, pictures beyond it are not."""
    with pytest.raises(RefusedError, match=r"^rtf\.too_large$"):
        read_rtf(b"{\\rtf1 " + b"a" * MOST_SOURCE + b"}")
    assert read_rtf(b"{\\rtf1 a{\\pict " + b"f" * MOST_SOURCE + b"}}").text == "a"
