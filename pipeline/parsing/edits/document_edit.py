"""Changes texts in a document: DOCX where they stand; plain text and RTF as one text, RTF is written anew."""

import codecs

from pipeline.parsing.document_content import Document, RefusedError
from pipeline.parsing.document_records import read_document, reader_of_file
from pipeline.parsing.docx_package import read_docx
from pipeline.parsing.edits.docx_edit import edit_docx
from pipeline.parsing.edits.values import Edit, edited
from pipeline.parsing.frames import Layout
from pipeline.parsing.rtf_text import read_rtf

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def edit_document(record: bytes, layout: Layout, edit: Edit, file: str) -> bytes | None:  # noqa: ARG001
    """Edit one file. None too where something is left that `edit` would change, such as a name across paragraphs."""
    try:
        document, reader = read_document(record, file), reader_of_file(record, file)
        if reader is read_docx:
            changed = edit_docx(record, edit)
        else:
            new = edited(document.text, edit)
            write = _rtf if reader is read_rtf else _plain
            changed = write(record, new)
        return changed if changed is not None and _settled(read_document(changed, file), edit) else None
    except (RefusedError, UnicodeError):
        return None


def _settled(document: Document, edit: Edit) -> bool:
    texts = [document.text, *document.properties().values()]
    return all(edited(text, edit) == text for text in texts)


def _plain(record: bytes, text: str) -> bytes:
    """A text in the encoding and with the line breaks that the file has."""
    mark = next((mark for mark in _MARKS if record.startswith(mark)), b"")
    try:
        record.decode(_MARKS.get(mark, "utf-8"))
        encoding = _MARKS.get(mark, "utf-8")
    except UnicodeDecodeError:
        encoding = "windows-1252"
    breaks = "\r\n".encode(encoding) in record
    return mark + (text.replace("\n", "\r\n") if breaks else text).encode(encoding)


def _rtf(record: bytes, text: str) -> bytes:  # noqa: ARG001
    """A file with nothing but a text: what else one holds, such as its author, nobody reads and nobody could edit."""
    return b"{\\rtf1\\ansi\\uc1 " + "".join(map(_character, text)).encode() + b"}"


def _character(character: str) -> str:
    if character in "\\{}":
        return "\\" + character
    if character in "\n\t":
        return "\\par\n" if character == "\n" else "\\tab "
    if character.isascii():
        return character
    units = character.encode("utf-16-le")
    codes = [int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)]
    return "".join(f"\\u{code}?" for code in codes)
