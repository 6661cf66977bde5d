"""The beginning of an XML file: its encoding, namespaces and document type, or why no record in it can be read."""

import codecs
import re
from collections.abc import Collection
from typing import BinaryIO

from pipeline.errors import ContractError
from pipeline.parsing.frames import Layout
from pipeline.parsing.xml_rows import scope_of_first_record

_HEAD = 1 << 20
_UTF8_BOM = b"\xef\xbb\xbf"
_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_ENCODING = re.compile(rb"""<\?xml[ \t\r\n][^>]*?encoding[ \t\r\n]*=[ \t\r\n]*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
_ASCII_BASED = re.compile(r"utf-8|ascii|iso8859-\d+|cp125\d|koi8-[ru]")
_BEFORE_TYPE = re.compile(rb"(?:[ \t\r\n]++|<\?(?:[^?]|\?(?!>))*+\?>|<!--(?:[^-]|-(?!->))*+-->)*+")
_DOCTYPE = b"<!DOCTYPE"
_PLAIN_TYPE = re.compile(rb"<!DOCTYPE[ \t\r\n]++[^ \t\r\n\[\]<>]++[ \t\r\n]*+>")
_LOCAL_NAME = re.compile(r"[^\W\d][\w.-]*")


def describe_xml(stream: BinaryIO, declared: Layout, expected: Collection[str]) -> Layout:  # noqa: ARG001
    """The layout of a file: `record` as declared, its encoding, where its root may start, and the namespaces in scope.

    Reasons that hold for the whole file: `xml.encoding` (none that leaves ASCII as it is, such as UTF-16, or unknown),
    `xml.doctype` (a document type that declares anything or names a file: nothing of it is ever read).

    Raises:
        ContractError: `record` is no local name.
    """
    if not _LOCAL_NAME.fullmatch(declared["record"]):
        raise ContractError(
            "a record is named by one local name", given=declared["record"], allowed="a name such as Review, no prefix"
        )
    head = stream.read(_HEAD)
    encoding = _encoding(head)
    start = len(_UTF8_BOM) if head.startswith(_UTF8_BOM) else 0
    found = {**declared, "encoding": encoding or "utf-8", "start": start, "namespaces": {}}
    if encoding is None:
        return {**found, "reason": "xml.encoding"}
    before = _BEFORE_TYPE.match(head, start)
    assert before
    if head.startswith(_DOCTYPE, before.end()):
        plain = _PLAIN_TYPE.match(head, before.end())
        if not plain:
            return {**found, "reason": "xml.doctype"}
        found["start"] = plain.end()
    stream.seek(0)
    return {**found, "namespaces": dict(scope_of_first_record(stream, found))}


def _encoding(head: bytes) -> str | None:
    """Python's name of the file's encoding; None if it is unknown or does not leave ASCII as it is."""
    if head.startswith(_UTF8_BOM):
        return "utf-8"
    if head.startswith(_UTF16_BOMS) or b"\0" in head[:4]:
        return None
    declaration = _ENCODING.match(head)
    if not declaration:
        return "utf-8"
    try:
        name = codecs.lookup(declaration[1].decode()).name
    except LookupError:
        return None
    return name if _ASCII_BASED.fullmatch(name) else None
