"""Changes texts in a DOCX file, in all of its parts, read or not; what is no XML goes, since nobody can search it.

A paragraph is one text, whatever runs it is cut into; so are what was deleted from it and what was moved away. Beside
these, each text and each attribute that is no number is looked at: properties, authors of changes and comments, targets
of links, instructions of fields.
"""

import io
import zipfile
from collections.abc import Iterator

from lxml import etree

from pipeline.parsing.docx_text import STRICT, W
from pipeline.parsing.docx_xml import read_tree, utf8_part
from pipeline.parsing.docx_zip import Archive, inflate
from pipeline.parsing.edits.values import Edit, edited, spread

#: Namespaces of paragraphs: of Word's, and of those in drawings.
_SPACES = (
    W,
    STRICT.decode(),
    "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://purl.oclc.org/ooxml/drawingml/main",
)
_STORIES = tuple(f"{{{space}}}{name}" for space in _SPACES for name in ("p", "del", "moveFrom"))
_TEXTS = tuple(f"{{{space}}}{name}" for space in _SPACES for name in ("t", "delText"))
#: Elements that stand for one character.
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
#: Ends of names of parts that are XML.
_XML = (".xml", ".rels", ".vml")


def edit_docx(body: bytes, edit: Edit) -> bytes | None:
    """Edit one file: a zip archive without times or comments, in the old one's order. None where a part's name tells.

    Raises:
        RefusedError: as `read_docx` says.
        UnicodeDecodeError: a part's name is not UTF-8.
    """
    archive, sink = Archive(body), io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as package:
        for name in archive.names:
            if name not in archive or edited(name, edit) != name:
                return None
            if name.lower().endswith(_XML):
                package.writestr(zipfile.ZipInfo(name), _part(inflate(archive.part(name)), edit), zipfile.ZIP_DEFLATED)
    return sink.getvalue()


def _part(part: bytes, edit: Edit) -> bytes:
    """One part, without comments and instructions of XML."""
    root = read_tree(utf8_part(part))
    for story in [root, *root.iterdescendants(*_STORIES)]:
        _edit_story(list(_pieces(story)), edit)
    for element in root.iter():
        _edit_others(element, edit)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=True)
    return written


def _pieces(element: etree._Element) -> Iterator[etree._Element]:
    """What the text of a paragraph consists of, in order, without paragraphs inside of it and without formatting."""
    for child in element:
        if child.tag in _TEXTS or _character(child):
            yield child
        elif child.tag not in _STORIES and not child.tag.endswith("Pr"):
            yield from _pieces(child)


def _edit_story(pieces: list[etree._Element], edit: Edit) -> None:
    texts = [piece for piece in pieces if piece.tag in _TEXTS]
    old = [_character(piece) or piece.text or "" for piece in pieces]
    text = "".join(old)
    new = edited(text, edit)
    if new == text or not texts:
        return
    found = spread(old, new)
    if any(_character(piece) not in ("", now) for piece, now in zip(pieces, found, strict=True)):
        # What changes goes across a tab or a break: the first text takes all.
        for piece in pieces:
            if piece.tag not in _TEXTS:
                piece.getparent().remove(piece)
        pieces, found = texts, [new, *[""] * (len(texts) - 1)]
    for piece, now in zip(pieces, found, strict=True):
        if piece.tag in _TEXTS and now != (piece.text or ""):
            piece.text = now
            piece.set(_SPACE, "preserve")


def _edit_others(element: etree._Element, edit: Edit) -> None:
    """Edit attributes and texts that belong to no paragraph."""
    for name, value in element.attrib.items():
        if not value.isdigit():
            element.set(name, edited(value, edit))
    if element.text and element.tag not in _TEXTS:
        element.text = edited(element.text, edit)
    if element.tail:
        element.tail = edited(element.tail, edit)


def _character(element: etree._Element) -> str:
    """The character that an element stands for; empty for other elements."""
    space, _, name = element.tag[1:].rpartition("}")
    if space not in _SPACES or any(key.endswith("}type") and value != "textWrapping" for key, value in element.items()):
        return ""
    return _CHARACTERS.get(name, "")
