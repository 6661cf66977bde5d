"""Which parts of a DOCX file are read, in which order, and its properties."""

import pytest

from pipeline.parsing.document_content import RefusedError
from pipeline.parsing.docx_package import PROPERTIES, read_docx
from tests.parsing.docx_files import CORE, NAMES, docx_of, packed, paragraph, parts_of, relations, story, table

RELATED = "word/_rels/document.xml.rels"
CORE_PART = """<?xml version="1.0"?><cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dcterms="http://purl.org/dc/terms/"><dc:title>Exit</dc:title><dc:creator/><cp:revision>2</cp:revision>
 <dcterms:created>2012-01-31T09:00:00Z</dcterms:created></cp:coreProperties>"""


def test_order_of_parts() -> None:
    """Headers come before the body, then footers, footnotes and endnotes; comments are left out."""
    roots = ("endnotes", "footnotes", "comments", "ftr", "hdr")
    parts = {f"word/{root}.xml": story(root, f"<w:x>{paragraph(root)}</w:x>") for root in roots}
    parts["word/second.xml"] = story("hdr", paragraph("second"))
    kinds = ("endnotes", "footnotes", "comments", "footer", "header")
    items = [(kind, f"{root}.xml") for kind, root in zip(kinds, roots, strict=True)]
    related = relations(*items, ("header", "second.xml"), ("header", "second.xml"))
    text = read_docx(docx_of(paragraph("body"), {RELATED: related, **parts})).text
    assert text.split() == ["hdr", "second", "body", "ftr", "footnotes", "endnotes"]


@pytest.mark.parametrize(
    ("rels", "main"),
    [
        (relations(("officeDocument", "/doc/a.xml")), "doc/a.xml"),
        (relations(("officeDocument", "x/../WORD/A.xml")), "word/a.xml"),
        (relations(("http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument", "a.xml")), "a.xml"),
        (relations(), "word/document.xml"),
        (None, "word/document.xml"),
    ],
)
def test_where_the_body_is(rels: str | None, main: str) -> None:
    """The file's relationships say which part is the body; without them it has its usual name."""
    parts = {main: parts_of(paragraph("a"))["word/document.xml"]} | ({"_rels/.rels": rels} if rels else {})
    assert read_docx(packed(parts)).text == "a\n"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"_rels/.rels": relations(("officeDocument", "word/other.xml"))}, "docx.no_document"),
        ({"_rels/.rels": relations(("officeDocument", "../../etc/passwd"))}, "docx.no_document"),
        ({"word/document.xml": "<workbook/>"}, "docx.no_document"),
        ({"word/document.xml": f"<w:hdr {NAMES}/>"}, "docx.no_document"),
        ({"word/document.xml": ""}, "docx.malformed"),
        ({"word/document.xml": story("document", "<w:p>")}, "docx.malformed"),
        ({"word/document.xml": story("document", "&nbsp;")}, "docx.malformed"),
        ({"word/document.xml": story("document", paragraph("&#1&#13;3;"))}, "docx.malformed"),
        ({"word/document.xml": story("document", "<x>" * 300 + "</x>" * 300)}, "docx.malformed"),
        ({"word/document.xml": story("document", "é").encode("latin-1")}, "docx.malformed"),
        ({"word/document.xml": b"\xff\xfe<\0w"}, "docx.malformed"),
        ({"word/document.xml": b"<?xml version='1.0' encoding='utf-7'?><a/>"}, "docx.malformed"),
        ({"word/document.xml": "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"}, "docx.entities"),
        ({"word/document.xml": "<!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>".encode("utf-16")}, "docx.entities"),
        ({"_rels/.rels": "<!DOCTYPE a><a/>"}, "docx.entities"),
        ({"_rels/.rels": "<a>"}, "docx.malformed"),
        ({RELATED: relations(("header", "missing.xml"))}, "docx.malformed"),
        ({RELATED: relations(("header", "document.xml"))}, "docx.no_document"),
    ],
)
def test_refused(more: dict[str, str | bytes], reason: str) -> None:
    """A file whose parts can't be read is refused with its reason."""
    with pytest.raises(RefusedError, match=f"^{reason}$"):
        read_docx(docx_of(paragraph("a"), more))


@pytest.mark.parametrize("kind", ["header", "attachedTemplate", "image", "footnotes", "hyperlink"])
def test_outside_is_not_looked_at(kind: str) -> None:
    """A part that lies outside the file is left out."""
    related = relations((kind, "http://203.0.113.1/x.xml"), mode=' TargetMode="External"')
    assert read_docx(docx_of(paragraph("a"), {RELATED: related})).text == "a\n"


def test_letterheads_alike_and_different() -> None:
    """Equal headers are read once and remembered; another header in the next file is still read."""
    for text in ("one", "two", "one"):
        more = {RELATED: relations(("header", "h.xml")), "word/h.xml": story("hdr", paragraph(text))}
        assert read_docx(docx_of(paragraph("a"), more)).text == f"{text}\na\n"


def test_rows_of_two_cells() -> None:
    """Rows with two cells are facts; others, and rows that hold tables, are not."""
    outer = f"<w:tbl><w:tr><w:tc>{paragraph('k')}</w:tc><w:tc>{table(('a', 'b'))}<w:p/></w:tc></w:tr></w:tbl>"
    body = table(("1", "2"), ("1", "2", "3"), ("1",)) + outer
    assert read_docx(docx_of(body)).rows() == [("1\n", "2\n"), ("a\n", "b\n")]


def with_core(core: str) -> bytes:
    rels = relations(("officeDocument", "word/document.xml"), (CORE, "docProps/core.xml"))
    return docx_of(paragraph("a"), {"_rels/.rels": rels, "docProps/core.xml": core})


def test_properties() -> None:
    """Properties are those of the core part that have a value."""
    found = read_docx(with_core(CORE_PART)).properties()
    assert found == {"title": "Exit", "revision": "2", "created": "2012-01-31T09:00:00Z"}
    assert set(found) <= set(PROPERTIES)
    assert read_docx(docx_of(paragraph("a"))).properties() == {}


@pytest.mark.parametrize(("core", "reason"), [("<a>", "docx.malformed"), ("<!DOCTYPE a><a/>", "docx.entities")])
def test_broken_properties(core: str, reason: str) -> None:
    """A broken core part costs the properties, not the document."""
    document = read_docx(with_core(core))
    assert document.text == "a\n"
    with pytest.raises(RefusedError, match=f"^{reason}$"):
        document.properties()
