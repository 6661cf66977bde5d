"""Word documents from a prepared package: only the parts that differ are built, the others are copied as bytes."""

import struct
import zlib
from functools import lru_cache
from html import escape

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_STATIC = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/header1.xml" ContentType="{_TYPE}.header+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_TYPE}.footer+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/header" Target="header1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/footer" Target="footer1.xml"/></Relationships>',
    "word/header1.xml": f"{_XML}<w:hdr {_WORD}><w:p><w:r><w:t>Meridian · People Operations</w:t></w:r></w:p></w:hdr>",
    "word/footer1.xml": f"{_XML}<w:ftr {_WORD}><w:p><w:r><w:t>Confidential</w:t></w:r></w:p></w:ftr>",
}
_DOCUMENT = (
    f'{_XML}<w:document {_WORD} xmlns:r="{_OFFICE}" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:body>'
)
_TABLE = '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol/><w:gridCol/></w:tblGrid>'
_END = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:footerReference w:type="default" r:id="rId2"/>'
    "</w:sectPr></w:body></w:document>"
)
#: A text box as Word writes it: once for readers that know shapes, once for those that don't.
_BOX = (
    '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="1800000" cy="360000"/>'
    '<wp:docPr id="1" name="Box"/><a:graphic><a:graphicData '
    'uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:txbx><w:txbxContent>'
    "{0}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
    "</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></v:shape>"
    "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
#: 1 January 1980, the first day that a zip can tell: no clock in the bytes.
_DAY = 0x21
_UTF8_NAMES, _DEFLATED = 0x800, 8
#: A small window: with a large one, making it ready takes ten times as long as packing a letter.
_LEVEL, _WINDOW, _MEMORY = 1, 13, 6
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_LAST = struct.Struct("<4s4H2IH")


def docx_file(facts: dict[str, str], body: list[str], box: str | None, title: str, filed_at: str) -> bytes:
    """A document: a table of facts with two columns, then paragraphs; `box` is a text box beside the first of them.

    Equal arguments give equal bytes.
    """
    rows = "".join(f"<w:tr>{_cell(label)}{_cell(value)}</w:tr>" for label, value in facts.items())
    first = _paragraph(body[0], _BOX.format(_paragraph(box)) if box else "")
    paragraphs = "".join([_paragraph(text) for text in body[1:]])
    document = f"{_DOCUMENT}{_TABLE}{rows}</w:tbl>{first}{paragraphs}{_END}"
    members, central, count = _prepared()
    pieces, listed, at = [members], [central], len(members)
    for name, text in (("word/document.xml", document), ("docProps/core.xml", _core(title, filed_at))):
        member, entry = _member(name, text.encode(), at)
        pieces.append(member)
        listed.append(entry)
        at += len(member)
    directory = b"".join(listed)
    last = _LAST.pack(b"PK\5\6", 0, 0, count + 2, count + 2, len(directory), at, 0)
    return b"".join([*pieces, directory, last])


def _paragraph(text: str, run: str = "") -> str:
    return f'<w:p>{run}<w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r></w:p>'


def _cell(text: str) -> str:
    return f"<w:tc><w:p><w:r><w:t>{escape(text, quote=False)}</w:t></w:r></w:p></w:tc>"


def _core(title: str, filed_at: str) -> str:
    when = f'xsi:type="dcterms:W3CDTF">{filed_at}'
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title, quote=False)}</dc:title><dc:creator>People Operations</dc:creator>"
        f"<dcterms:created {when}</dcterms:created><dcterms:modified {when}</dcterms:modified></cp:coreProperties>"
    )


@lru_cache
def _prepared() -> tuple[bytes, bytes, int]:
    """The parts that never differ: their members, their entries in the directory, how many."""
    members, entries = b"", b""
    for name, text in _STATIC.items():
        member, entry = _member(name, text.encode(), len(members))
        members += member
        entries += entry
    return members, entries, len(_STATIC)


def _member(name: str, content: bytes, offset: int) -> tuple[bytes, bytes]:
    """A member of the zip, and its entry in the directory."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -_WINDOW, _MEMORY)
    packed = packer.compress(content) + packer.flush()
    written = name.encode()
    # fmt: off
    common = (20, _UTF8_NAMES, _DEFLATED, 0, _DAY, zlib.crc32(content), len(packed), len(content), len(written), 0)
    local = _LOCAL.pack(b"PK\3\4", *common) + written + packed
    return local, _CENTRAL.pack(b"PK\1\2", 20, *common, 0, 0, 0, 0, offset) + written
    # fmt: on
