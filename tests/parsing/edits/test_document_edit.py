"""Edits of documents."""

import codecs
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing.document_records import read_document
from pipeline.parsing.edits import edit_record
from tests.parsing.docx_files import CORE, docx_of, paragraph, relations, story, table
from tests.parsing.edits.marked import NAME, NUMBER, check, erase, texts

_WORDS = texts("aéN 𝄞|;,")


def loose(text: str) -> str | None:
    """As `erase`, and the name across lines."""
    return erase(text.replace("Zoé Ä.\nQuist", NAME))


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def unpacked(body: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@settings(deadline=None)
@given(st.lists(_WORDS, min_size=1, max_size=4), st.lists(st.tuples(_WORDS, _WORDS), max_size=3), st.integers(1, 9))
def test_docx_reads_as_edited(paragraphs: list[str], rows: list[tuple[str, str]], step: int) -> None:
    """In paragraphs and cells, however they are cut into runs, what is to go goes and all else stays."""
    cut = [[text[at : at + step] for at in range(0, len(text), step)] for text in paragraphs]
    content = "".join(f"<w:p>{''.join(map(run, pieces))}</w:p>" for pieces in cut) + table(("a", "x"), *rows)
    new = edit_record("documents", {}, docx_of(content), erase, "a.docx")
    assert new is not None
    expected = [erase(text) or "" for text in paragraphs]
    cells = ["\t".join((erase(left) or "", erase(right) or "")) for left, right in rows]
    assert read_document(new, "a.docx").text == "\n".join([*expected, "a\tx", *cells, ""])


def test_docx_parts_that_nobody_reads() -> None:
    """Comments, authors, properties and links are edited as well; pictures and what else is no XML is left out."""
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    more: dict[str, str | bytes] = {
        "_rels/.rels": relations(("officeDocument", "word/document.xml"), (CORE, "docProps/core.xml")),
        "docProps/core.xml": f'<p:coreProperties xmlns:p="{core}"><p:lastModifiedBy>{NAME}</p:lastModifiedBy>'
        "<p:version>3</p:version></p:coreProperties>",
        "word/comments.xml": story("comments", f'<w:comment w:author="{NAME}">{paragraph(f"see {NAME}")}</w:comment>'),
        "word/_rels/document.xml.rels": relations(
            ("hyperlink", f"mailto:{NUMBER}@x.example"), mode=' TargetMode="External"'
        ),
        "word/media/image1.png": b"\x89PNG " + NUMBER.encode(),
    }
    content = (
        f'<w:p><!-- {NAME} --><w:r w:rsidR="{NUMBER}"><w:t>kept</w:t></w:r><w:del w:author="{NAME}">'
        f"<w:r><w:delText>Zoé Ä.</w:delText></w:r><w:r><w:delText> Quist</w:delText></w:r></w:del></w:p>"
        f'<w:p><w:r><w:instrText>HYPERLINK "{NUMBER}"</w:instrText></w:r></w:p>'
    )
    new = edit_record("documents", {}, docx_of(content, more), erase, "a.docx")
    assert new is not None
    parts = unpacked(new)
    assert not [name for name, part in parts.items() if NAME in part or NUMBER in part.replace(f'rsidR="{NUMBER}"', "")]
    assert "word/media/image1.png" not in parts
    assert "<w:delText" in parts["word/document.xml"]
    document = read_document(new, "a.docx")
    assert (document.text, document.properties()) == ("kept\n\n", {"version": "3"})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (f"{run('by Zoé')}<w:r><w:tab/></w:r>{run('x')}", "by Zoé\tx\n"),
        (f"{run('a ' + NAME)}<w:r><w:tab/></w:r>{run('x')}", "a <ERASED>\tx\n"),
        (f"{run('Zoé Ä.')}<w:r><w:br/></w:r>{run('Quist')}", "\n"),
        (f"<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>{run(NAME)}", "\n"),
        (f"{run('Zoé ')}<w:hyperlink>{run('Ä. Quist')}</w:hyperlink>{run(' x')}", "<ERASED> x\n"),
    ],
)
def test_docx_runs(content: str, expected: str) -> None:
    """Tabs and breaks stay where they are; formatting is no text; what goes across elements goes."""
    new = edit_record("documents", {}, docx_of(f"<w:p>{content}</w:p>{paragraph('z')}"), loose, "a.docx")
    assert new is not None
    assert read_document(new, "a.docx").text == f"{expected}z\n"


def test_docx_is_written_alike() -> None:
    """Twice the same bytes, without the times of the old archive."""
    new = [edit_record("documents", {}, docx_of(paragraph(f"x {NAME}")), erase, "a.docx") for _ in range(2)]
    assert new[0] == new[1]
    assert new[0] is not None
    with zipfile.ZipFile(io.BytesIO(new[0])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@settings(deadline=None)
@given(texts("aé\n\t {}\\;N𝄞"))
def test_rtf_reads_as_edited(text: str) -> None:
    """The text is as edited, whatever RTF would take for its own."""
    source = b"{\\rtf1\\ansi{\\info{\\author %s}}" % NUMBER.encode()
    body = "".join(f"\\u{ord(character)}?" if ord(character) > 126 else character for character in "x" + NAME)
    new = edit_record("documents", {}, source + body.encode() + b" " + NUMBER.encode() + b"}", erase, "a.rtf")
    assert new is not None
    assert NUMBER.encode() not in new
    assert read_document(new, "a.rtf").text == "x<ERASED> <ERASED>"
    again = edit_record("documents", {}, new, lambda _: f"x{text}", "a.rtf")
    assert again is None or read_document(again, "a.rtf").text == f"x{text}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_plain_text(encoding: str, line_break: str) -> None:
    """A text keeps its encoding, mark and line breaks."""
    body = line_break.join([f"by {NAME}", "é", ""]).encode(encoding)
    new = check("documents", {}, body, ("text",), "a.txt")
    assert new == line_break.join(["by <ERASED>", "é", ""]).encode(encoding)
    assert new[:2] == body[:2] or codecs.BOM_UTF16_LE not in (new[:2], body[:2])


@pytest.mark.parametrize(
    ("body", "file"),
    [
        (NAME.encode(), "a.txt"),
        (b"\0\1", "a.txt"),
        (b"PK nothing", "a.docx"),
        (b"%PDF-1.7", "a.pdf"),
        (docx_of(paragraph("Zoé Ä.") + paragraph("Quist") + paragraph("x")), "a.docx"),
        (docx_of(paragraph("x"), {f"word/{NUMBER}.xml": "<x/>"}), "a.docx"),
    ],
)
def test_what_cannot_be_edited(body: bytes, file: str) -> None:
    """A file of which nothing would be left, that can't be read, or in which something is left that is to go."""
    assert edit_record("documents", {}, body, loose, file) is None
