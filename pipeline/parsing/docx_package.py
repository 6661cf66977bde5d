"""A DOCX file as a document: which of its parts are read, in which order, and its properties."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache, partial
from posixpath import join, normpath

from pipeline.parsing.document_content import Document, RefusedError
from pipeline.parsing.docx_text import plain_text, read_marked, two_cell_rows
from pipeline.parsing.docx_xml import read_tree, utf8_part
from pipeline.parsing.docx_zip import Archive, Part, inflate

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
#: Parts that hold text by the last word of their relationship's type, with their root elements.
_BEFORE = {"header": "hdr"}
_AFTER = {"footer": "ftr", "footnotes": "footnotes", "endnotes": "endnotes"}
_DC, _TERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
#: Places of properties in the part of that name, by their names.
PROPERTIES = {
    **{name: f"{{{_TERMS}}}{name}" for name in ("created", "modified")},
    **{name: f"{{{_DC}}}{name}" for name in ("title", "creator", "subject", "description", "identifier", "language")},
    **{
        name: f"{{{_CORE}}}{name}"
        for name in ("category", "contentStatus", "keywords", "lastModifiedBy", "lastPrinted", "revision", "version")
    },
}

#: Documents of one template share relationships and letterheads, byte for byte: a process remembers its last few.
_SMALL, _REMEMBERED = 16 << 10, 64

#: Type and target of each relationship.
_Relations = tuple[tuple[str, str], ...]


def read_docx(body: bytes) -> Document:
    """Read one file: headers, body, footers, footnotes, endnotes; each part once, of a kind in the file's own order.

    Nothing that lies outside the file is looked at.

    Raises:
        RefusedError: `docx.zip`, `docx.encrypted`, `docx.bomb`, `docx.too_many_parts`, `docx.no_document`,
            `docx.entities`, `docx.malformed`.
    """
    archive = Archive(body)
    package = _relations(archive, "")
    main = next((target for kind, target in package if kind == "officeDocument"), "word/document.xml")
    if main not in archive:
        raise RefusedError("docx.no_document")
    related = dict.fromkeys(_relations(archive, main))
    marked = "".join(
        [
            *_stories(archive, related, _BEFORE),
            _read_story(archive.part(main), "document"),
            *_stories(archive, related, _AFTER),
        ]
    )
    return Document(plain_text(marked), partial(two_cell_rows, marked), cache(partial(_properties, archive, package)))


def _stories(archive: Archive, related: Iterable[tuple[str, str]], roots: Mapping[str, str]) -> Iterator[str]:
    for kind, root in roots.items():
        for name in [target for found, target in related if found == kind]:
            if name not in archive:
                raise RefusedError("docx.malformed")
            part = archive.part(name)
            yield _small_story(part, root) if part.size <= _SMALL else _read_story(part, root)


def _relations(archive: Archive, source: str) -> _Relations:
    """Relationships of a part (of the file: empty) to others inside the file."""
    folder, _, name = source.rpartition("/")
    rels = join(folder, "_rels", f"{name}.rels")
    if rels not in archive:
        return ()
    part = archive.part(rels)
    return _small_relations(part, folder) if part.size <= _SMALL else _read_relations(part, folder)


def _read_relations(part: Part, folder: str) -> _Relations:
    found = []
    for item in read_tree(utf8_part(inflate(part))).iter(_RELATIONSHIP):
        kind, target = item.get("Type", ""), item.get("Target", "")
        if target and item.get("TargetMode") != "External":
            found.append((kind.rpartition("/")[2], normpath(join("/", folder, target)).lstrip("/")))
    return tuple(found)


def _read_story(part: Part, root: str) -> str:
    return read_marked(utf8_part(inflate(part)), root)


_small_relations = lru_cache(_REMEMBERED)(_read_relations)
_small_story = lru_cache(_REMEMBERED)(_read_story)


def _properties(archive: Archive, package: _Relations) -> Mapping[str, str]:
    core = next((target for kind, target in package if kind == "core-properties"), None)
    if core is None or core not in archive:
        return {}
    root = read_tree(utf8_part(inflate(archive.part(core))))
    texts = {name: root.findtext(place) for name, place in PROPERTIES.items()}
    return {name: text for name, text in texts.items() if text}
