"""XML of a DOCX part as a tree, safely: no document type, no entity, nothing loaded from elsewhere."""

import codecs
import re

from lxml import etree

from pipeline.parsing.document_content import RefusedError
from pipeline.parsing.safe_xml import safe_parser

_DECLARATION = re.compile(rb"<\?xml\s[^>]*+>")
_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_parser = safe_parser("utf-8")


def utf8_part(part: bytes) -> bytes:
    """A part in UTF-8, without byte order mark or XML declaration.

    Raises:
        RefusedError: `docx.entities` (it declares a document type), `docx.malformed` (neither UTF-8 nor UTF-16).
    """
    if part.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            part = part.decode("utf-16").encode()
        except UnicodeError:
            raise RefusedError("docx.malformed") from None
        allowed = "utf-16"
    else:
        part = part.removeprefix(codecs.BOM_UTF8)
        allowed = "utf-8"
    if b"<!DOCTYPE" in part:
        raise RefusedError("docx.entities")
    declaration = _DECLARATION.match(part)
    if declaration is None:
        return part
    named = _ENCODING.search(declaration[0])
    if named and named[1].decode().lower() not in (allowed, "us-ascii"):
        raise RefusedError("docx.malformed")
    return part[declaration.end() :]


def read_tree(part: bytes) -> etree._Element:
    """The root of a part that `utf8_part` gave.

    Raises:
        RefusedError: `docx.malformed`; elements nested deeper than 256, or a text over 10 MB, too.
    """
    try:
        return etree.fromstring(part, _parser)
    except etree.XMLSyntaxError:
        raise RefusedError("docx.malformed") from None
