"""Plain text files."""

import pytest

from pipeline.parsing.document_content import RefusedError
from pipeline.parsing.document_text import read_text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Zoë €".encode(), "Zoë €"),
        ("\ufeffZoë".encode(), "Zoë"),
        ("Zoë 😀".encode("utf-16"), "Zoë 😀"),
        (b"\xfe\xff" + "Zoë".encode("utf-16-be"), "Zoë"),
        ("Zoë – €".encode("windows-1252"), "Zoë – €"),
        (b"a\r\nb\rc\n\nd\te\x0c", "a\nb\nc\n\nd\te\x0c"),
        ("a\x85b".encode(), "a\x85b"),
    ],
)
def test_texts(body: bytes, text: str) -> None:
    """UTF-8, UTF-16 with its mark and windows-1252 are read, with one kind of line break."""
    assert read_text(body).text == text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xef\xbb\xbfa\xff", "text.encoding"),
        (b"\xff\xfea", "text.encoding"),
        (b"\xff\xfe\x00\xd8", "text.encoding"),
        (b"a\x81b", "text.encoding"),
        ("Zoë".encode("utf-16-le"), "text.binary"),
        ("Zoë".encode("utf-32"), "text.binary"),
        (b"a\0b", "text.binary"),
        (b"\x81\0", "text.binary"),
        (b"\x1b[1m", "text.binary"),
        (b"\x89PNG\r\n\x1a\n", "text.binary"),
        (b"a\x7f", "text.binary"),
    ],
)
def test_refused(body: bytes, reason: str) -> None:
    """What is no text, or in none of the three encodings, is refused."""
    with pytest.raises(RefusedError, match=f"^{reason}$"):
        read_text(body)
