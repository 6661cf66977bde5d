r"""Text of one part of a DOCX file: its body, a header, a footer or its notes.

What counts: text of runs, tabs, breaks, hyphens and symbols, wherever they lie: in hyperlinks, fields (their result),
content controls, insertions, ruby, tables in tables. A text box comes after the line that it hangs on, once. Left
out: deleted and moved-away text, comments, instructions of fields, page and column breaks, soft hyphens, formulas,
drawings' own text. Text formatted as hidden is text. A symbol is the character with its code, whatever its font.

One stylesheet does the work inside libxslt, in about the time in which Python would look at each element once. It marks
rows and cells by control characters that mean nothing in any encoding, and, by a carriage return and a letter, text
boxes (b, d), symbols (s) and ends of paragraphs that were deleted (x). None of these can be there otherwise.
"""

import re

from lxml import etree

from pipeline.parsing.document_content import RefusedError
from pipeline.parsing.docx_xml import read_tree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_ROW, _CELL, _ROW_END = "\x81", "\x8d", "\x8f"
#: Where a part has one of the marks: as itself or, with the carriage return, as a reference.
_MARKS = re.compile(rb"\xc2[\x81\x8d\x8f]|&#(?:0*(?:13|129|141|143)|[xX]0*(?:[dD]|8[1dDfF]));")
_BARE_CELL = f"([^{_ROW}{_CELL}{_ROW_END}]*+){_CELL}"
_TWO_CELLS = re.compile(_ROW + _BARE_CELL + _BARE_CELL + _ROW_END)
_SYMBOL = re.compile(r"\rs([^;\r]*+);")
_CODE = re.compile(r"[0-9A-Fa-f]{1,6}")
_BOX = re.compile(r"\r([bd])")
_JOINED = re.compile(r"\rx([^\r\n]*+)\n?")
_STYLESHEET = f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:w="{W}" xmlns:mc="{_MC}">
<xsl:output method="text"/>
<xsl:template match="text()"/>
<xsl:template match="w:t"><xsl:value-of select="."/></xsl:template>
<xsl:template match="w:p"><xsl:apply-templates/><xsl:text>&#10;</xsl:text></xsl:template>
<xsl:template match="w:tab|w:ptab"><xsl:text>&#9;</xsl:text></xsl:template>
<xsl:template match="w:br"><xsl:if test="not(@w:type) or @w:type='textWrapping'"
  ><xsl:text>&#10;</xsl:text></xsl:if></xsl:template>
<xsl:template match="w:cr"><xsl:text>&#10;</xsl:text></xsl:template>
<xsl:template match="w:noBreakHyphen"><xsl:text>-</xsl:text></xsl:template>
<xsl:template match="w:rPr|w:tblPr|w:tblGrid|w:trPr|w:tcPr|w:sectPr|w:del|w:moveFrom"/>
<xsl:template match="mc:AlternateContent"><xsl:apply-templates select="(mc:Choice|mc:Fallback)[1]"/></xsl:template>
<xsl:template match="w:tr"
  ><xsl:text>{_ROW}</xsl:text><xsl:apply-templates/><xsl:text>{_ROW_END}</xsl:text></xsl:template>
<xsl:template match="w:tc"><xsl:apply-templates/><xsl:text>{_CELL}</xsl:text></xsl:template>
<xsl:template match="w:txbxContent"
  ><xsl:text>&#13;b</xsl:text><xsl:apply-templates/><xsl:text>&#13;d</xsl:text></xsl:template>
<xsl:template match="w:pPr"><xsl:if test="w:rPr/w:del or w:rPr/w:moveFrom"
  ><xsl:text>&#13;x</xsl:text></xsl:if></xsl:template>
<xsl:template match="w:sym"><xsl:value-of select="concat('&#13;s', @w:char, ';')"/></xsl:template>
</xsl:stylesheet>"""
_to_text = etree.XSLT(etree.XML(_STYLESHEET))


def read_marked(part: bytes, root: str) -> str:
    """Text of a part in UTF-8, whose root element must be `root`, with its rows and cells marked.

    Raises:
        RefusedError: `docx.malformed`; `docx.no_document` (another root).
    """
    if STRICT in part:
        part = part.replace(STRICT, W.encode())
    if b"\xc2" in part or b"&#" in part:
        part = _MARKS.sub(b" ", part)
    tree = read_tree(part)
    if tree.tag != f"{{{W}}}{root}":
        raise RefusedError("docx.no_document")
    try:
        marked = str(_to_text(tree))
    except etree.XSLTApplyError:
        raise RefusedError("docx.malformed") from None
    return _settled(marked) if "\r" in marked else marked


def plain_text(marked: str) -> str:
    """Marked text without its marks."""
    if _ROW not in marked and _CELL not in marked:
        return marked
    # A cell's last paragraph needs no line break of its own, a row's last cell no tab.
    *cells, rest = marked.split(_CELL)
    text = "\t".join([*[cell.removesuffix("\n") for cell in cells], rest])
    *rows, rest = text.split(_ROW_END)
    return "\n".join([*[row.removesuffix("\t") for row in rows], rest]).replace(_ROW, "")


def two_cell_rows(marked: str) -> list[tuple[str, str]]:
    """Texts of the cells of each row that has two, without tables in them."""
    return _TWO_CELLS.findall(marked)


def _settled(marked: str) -> str:
    """Text with boxes in their places, paragraphs joined whose end was deleted, and symbols as characters."""
    if "\rb" in marked:
        marked = _boxes_after_lines(marked)
    return _JOINED.sub(r"\1", _SYMBOL.sub(_symbol, marked))


def _boxes_after_lines(marked: str) -> str:
    """Move what lies between the marks of a text box behind the line break that follows."""
    outer: list[tuple[list[str], list[str]]] = []
    taken: list[str] = []
    waiting: list[str] = []
    for at, piece in enumerate(_BOX.split(marked)):
        if at % 2 == 0:
            line, end, rest = piece.partition("\n") if waiting else (piece, "", "")
            taken.append(line + end)
            if end:
                taken += [*waiting, rest]
                waiting = []
        elif piece == "b":
            outer.append((taken, waiting))
            taken, waiting = [], []
        else:
            box = "".join(taken + waiting)
            taken, waiting = outer.pop()
            waiting.append(box)
    return "".join(taken + waiting)


def _symbol(found: re.Match[str]) -> str:
    code = int(found[1], 16) if _CODE.fullmatch(found[1]) else 0
    writable = 0x20 <= code < 0x7F or 0xA0 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return chr(code) if writable else "\N{REPLACEMENT CHARACTER}"
