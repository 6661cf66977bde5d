"""Plain text out of bytes: UTF-8, UTF-16 with its mark, or windows-1252."""

import codecs
import re

from pipeline.parsing.document_content import Document, RefusedError

_BREAK = re.compile(r"\r\n?")
#: No text editor writes these; blanks, line breaks and form feeds are text.
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1f\x7f]")


def read_text(body: bytes) -> Document:
    r"""Read one file; line breaks come out as `\n`.

    Raises:
        RefusedError: `text.encoding` (none of the three), `text.binary` (control characters in it).
    """
    text = _decode(body)
    if _CONTROL.search(text):
        raise RefusedError("text.binary")
    return Document(_BREAK.sub("\n", text) if "\r" in text else text)


def _decode(body: bytes) -> str:
    try:
        if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return body.decode("utf-16")
        return body.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        if body.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise RefusedError("text.encoding") from None
    try:
        return body.decode("windows-1252")
    except UnicodeDecodeError:
        raise RefusedError("text.binary" if b"\0" in body else "text.encoding") from None
