"""Text out of a DOCX file's body."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parsing.docx_package import read_docx
from tests.benchmarks.bench_docx import read_by_peer, write_letter
from tests.parsing.docx_files import NAMES, W, docx_of, packed, paragraph, parts_of, table

STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
BOX = "<w:r><w:pict><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></w:pict></w:r>"
CHOICE = "<mc:AlternateContent><mc:Choice>{0}</mc:Choice><mc:Fallback>{1}</mc:Fallback></mc:AlternateContent>"


def run(content: str) -> str:
    return f"<w:r><w:rPr><w:b/></w:rPr>{content}</w:r>"


def line(content: str) -> str:
    """A paragraph of one run."""
    return f"<w:p>{run(content)}</w:p>"


T = run("<w:t>a</w:t>")
GONE = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
NESTED = table(("a", "b"))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (paragraph("a") + paragraph("") + paragraph(" b "), "a\n\n b \n"),
        (f"<w:p>{T}{T}</w:p>", "aa\n"),
        (f"<w:p>{T}</w:p><w:p/>", "a\n\n"),
        (line("<w:t>a</w:t><w:tab/><w:t>b</w:t><w:ptab/><w:t>c</w:t>"), "a\tb\tc\n"),
        (f"<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='720'/></w:tabs></w:pPr>{T}</w:p>", "a\n"),
        (line("a<w:t>b</w:t><w:br/><w:cr/><w:t>c</w:t>"), "b\n\nc\n"),
        (line("<w:t>a</w:t><w:br w:type='page'/><w:br w:type='column'/><w:br w:type='textWrapping'/>"), "a\n\n"),
        (line("<w:t>a</w:t><w:noBreakHyphen/><w:t>b</w:t><w:softHyphen/><w:t>c</w:t>"), "a-bc\n"),
        (line("<w:sym w:font='Symbol' w:char='03B1'/><w:sym w:char='F0FC'/>"), "α\uf0fc\n"),
        (line("<w:sym w:char='D800'/><w:sym w:char='8D'/><w:sym/><w:sym w:char='xy'/>"), "\ufffd" * 4 + "\n"),
        (f"<w:p><w:hyperlink r:id='rId9'>{T}</w:hyperlink></w:p>", "a\n"),
        (f"<w:p><w:fldSimple w:instr='DATE'>{T}</w:fldSimple></w:p>", "a\n"),
        (line("<w:instrText>PAGE</w:instrText><w:t>7</w:t>"), "7\n"),
        (f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{T}</w:p></w:sdtContent></w:sdt>", "a\n"),
        (f"<w:p><w:ins>{T}</w:ins><w:smartTag>{T}</w:smartTag></w:p>", "aa\n"),
        (f"<w:p><w:del>{run('<w:delText>b</w:delText><w:tab/><w:t>c</w:t>')}</w:del>{T}</w:p>", "a\n"),
        (f"<w:p><w:moveFrom>{T}</w:moveFrom><w:moveTo>{T}</w:moveTo></w:p>", "a\n"),
        (f"<w:p>{GONE}{T}</w:p>{paragraph('b')}", "ab\n"),
        (f"<w:p>{GONE}{T}</w:p><w:p>{GONE}<w:r><w:sym w:char='41'/></w:r></w:p>{paragraph('b')}", "aAb\n"),
        (f"<w:p>{GONE}<w:p>{GONE}{T}</w:p></w:p>{paragraph('b')}", "a\nb\n"),
        (f"<w:p>{T}<w:commentRangeStart w:id='0'/><w:r><w:commentReference w:id='0'/></w:r></w:p>", "a\n"),
        (paragraph("a<!-- b -->c<![CDATA[<d>]]><?e f?>"), "ac<d>\n"),
        (paragraph("&lt;&amp;&gt;&quot;&#65;&#x20AC;"), '<&>"A€\n'),
        (paragraph("a\r\nb"), "a\nb\n"),
        (paragraph("a&#13;b\x81c&#x8d;d\x8f\xa0"), "a b c d \xa0\n"),
    ],
)
def test_paragraphs(content: str, text: str) -> None:
    """What a person reads in the paragraphs comes out, and nothing else."""
    assert read_docx(docx_of(content)).text == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (table(("a", "b"), ("c", "d")) + paragraph("e"), "a\tb\nc\td\ne\n"),
        (table(("", "")), "\t\n"),
        ("<w:tbl><w:tr/></w:tbl>", "\n"),
        (f"<w:tbl><w:tr><w:tc>{paragraph('a')}{paragraph('b')}</w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>", "a\nb\t\n"),
        (
            f"<w:tbl><w:tr><w:tc>{NESTED}{paragraph('c')}</w:tc><w:tc>{paragraph('d')}</w:tc></w:tr></w:tbl>",
            "a\tb\nc\td\n",
        ),
        (f"<w:tbl><w:tr><w:sdt><w:sdtContent><w:tc><w:p>{T}</w:p></w:tc></w:sdtContent></w:sdt></w:tr></w:tbl>", "a\n"),
        (paragraph("a\t"), "a\t\n"),
    ],
)
def test_tables(content: str, text: str) -> None:
    """Cells are separated by a tab and rows end with a line break, in tables inside tables as well."""
    assert read_docx(docx_of(content)).text == text


def box(content: str) -> str:
    return BOX.format(content)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f"<w:p>{T}{box(paragraph('box'))}{T}</w:p>{paragraph('c')}", "aa|box|c|"),
        (f"<w:p>{CHOICE.format(box(paragraph('new')), box(paragraph('old')))}</w:p>", "|new|"),
        (f"<w:p>{CHOICE.format(T, run('<w:t>old</w:t>'))}</w:p>", "a|"),
        (f"<w:p>{CHOICE.format(CHOICE.format(T, ''), run('<w:t>old</w:t>'))}</w:p>", "a|"),
        (f"<w:p><mc:AlternateContent><mc:Fallback>{T}</mc:Fallback></mc:AlternateContent></w:p>", "a|"),
        (f"<w:p>{box(paragraph('1'))}{box(paragraph('2'))}</w:p>", "|1|2|"),
        (f"<w:p>{box('<w:p>' + box(paragraph('in')) + '</w:p>' + paragraph('out'))}</w:p>", "||in|out|"),
        (f"<w:p><w:del>{box(paragraph('gone'))}</w:del></w:p>", "|"),
        (f"<w:p>{box(table(('k', 'v')))}</w:p>", "|k\tv|"),
        (f"<w:tbl><w:tr><w:tc><w:p>{T}{box(paragraph('box'))}</w:p></w:tc></w:tr></w:tbl>", "a|box|"),
    ],
)
def test_text_boxes(content: str, text: str) -> None:
    """A text box comes once, after the line that it hangs on."""
    assert read_docx(docx_of(paragraph("-") + content)).text == "-\n" + text.replace("|", "\n")


@pytest.mark.parametrize(
    "document",
    [
        f"<w:document {NAMES.replace(W, STRICT)}><w:body>{paragraph('é')}{table(('k', 'v'))}</w:body></w:document>",
        f'<document xmlns="{W}"><body><p><r><t>é</t></r></p><tbl><tr><tc><p><r><t>k</t></r></p></tc>'
        "<tc><p><r><t>v</t></r></p></tc></tr></tbl></body></document>",
        f"\ufeff<w:document {NAMES}><w:body>{paragraph('é')}{table(('k', 'v'))}</w:body></w:document>",
        (
            f"<?xml version='1.0' encoding='utf-16'?><w:document {NAMES}><w:body>"
            f"{paragraph('é')}{table(('k', 'v'))}</w:body></w:document>"
        ).encode("utf-16"),
    ],
)
def test_ways_to_write_the_same(document: str | bytes) -> None:
    """Strict or transitional, whatever prefix, in UTF-8 or UTF-16: the same text and rows."""
    read = read_docx(packed(parts_of("") | {"word/document.xml": document}))
    assert (read.text, read.rows()) == ("é\nk\tv\n", [("k\n", "v\n")])


# A block is a paragraph (its text), a table (rows of cells of blocks) or a text box (its blocks).
Block = str | list[list[list["Block"]]] | tuple["Block", ...]
_TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=8)


def _cell(blocks: list[Block], last: str) -> list[Block]:
    """A cell's last block is a paragraph."""
    return [*blocks, last]


_BLOCKS = st.recursive(
    _TEXT,
    lambda block: (
        st.lists(st.lists(st.builds(_cell, st.lists(block, max_size=3), _TEXT), max_size=3), max_size=3)
        | st.lists(block, max_size=3).map(tuple)
    ),
    max_leaves=12,
)


def written(block: Block) -> str:
    """A block as XML."""
    if isinstance(block, str):
        return paragraph(block.replace("&", "&amp;").replace("<", "&lt;"))
    if isinstance(block, tuple):
        return f"<w:p>{box(''.join(map(written, block)))}</w:p>"
    rows = ("".join(f"<w:tc>{''.join(map(written, cell))}</w:tc>" for cell in row) for row in block)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def expected(block: Block) -> str:
    """The text that a block should give."""
    if isinstance(block, str):
        return f"{block}\n"
    if isinstance(block, tuple):
        return "\n" + "".join(map(expected, block))
    rows = ("\t".join("".join(map(expected, cell)).removesuffix("\n") for cell in row) for row in block)
    return "".join(f"{row}\n" for row in rows)


@settings(max_examples=200)
@given(st.lists(_BLOCKS, max_size=6))
def test_any_nesting(blocks: list[Block]) -> None:
    """Paragraphs, tables and text boxes in each other come out as a plain recursion over them says."""
    body = "".join(map(written, blocks))
    assert read_docx(docx_of(body)).text == "".join(map(expected, blocks))


@pytest.mark.parametrize("seed", range(20))
def test_same_as_python_docx(seed: int) -> None:
    """Letters that python-docx wrote have the text that python-docx reads in them."""
    letter = write_letter(seed)
    assert read_docx(letter).text == read_by_peer(letter)
