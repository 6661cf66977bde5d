"""DOCX files written by hand, part by part, so that a test can say exactly what is in one."""

import io
import zipfile
from collections.abc import Mapping

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"


def relations(*items: tuple[str, str], mode: str = "") -> str:
    """A part of relationships: kind (last word of the type, or the whole type) and target."""
    written = "".join(
        f'<Relationship Id="rId{at}" Type="{kind if "/" in kind else f"{_OFFICE}/{kind}"}" Target="{target}"{mode}/>'
        for at, (kind, target) in enumerate(items)
    )
    return f'<Relationships xmlns="{_PACKAGE}">{written}</Relationships>'


def story(root: str, content: str) -> str:
    """One part of text."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:{root} {NAMES}>{content}</w:{root}>'


def paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(*rows: tuple[str, ...]) -> str:
    """A table of cells of one paragraph."""
    cells = ("".join(f"<w:tc><w:tcPr/>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def parts_of(content: str, more: Mapping[str, str | bytes] | None = None) -> dict[str, str | bytes]:
    """Parts of the smallest file with that body."""
    return {
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/document.xml": story("document", f"<w:body>{content}</w:body>"),
        **(more or {}),
    }


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The parts in a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return file.getvalue()


def docx_of(content: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """The smallest DOCX file with that body."""
    return packed(parts_of(content, more))
