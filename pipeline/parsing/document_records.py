"""Documents to columns of text: one file is one record."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import BinaryIO

import pyarrow as pa

from pipeline.parsing.document_content import MOST_BYTES, Document, RefusedError
from pipeline.parsing.document_places import AmbiguousError, Reading, fact_labels, file_suffix, find_facts, reader_of
from pipeline.parsing.document_text import read_text
from pipeline.parsing.docx_package import read_docx
from pipeline.parsing.docx_zip import OLE
from pipeline.parsing.frames import Field, Frame, Frames, Layout, Parsed, Records
from pipeline.parsing.rtf_text import read_rtf

_CHUNK = 1 << 20
_READERS: Mapping[str, Callable[[bytes], Document]] = {
    "docx": read_docx,
    "docm": read_docx,
    "rtf": read_rtf,
    "txt": read_text,
}
_EMPTY, _FOREIGN = "document.empty", "document.format"
#: The stream that holds an encrypted DOCX in an OLE container.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def frame_document(stream: BinaryIO, layout: Layout) -> Iterator[Frames]:  # noqa: ARG001
    """One frame: the whole file.

    Reasons: `document.empty` (no bytes), `document.too_large` (over `MOST_BYTES`).
    """
    total, size = hashlib.sha256(), 0
    while chunk := stream.read(_CHUNK):
        total.update(chunk)
        size += len(chunk)
    reason = None if size else _EMPTY
    if size > MOST_BYTES:
        reason = "document.too_large"
    yield Frames.of([(Frame(0, size, reason), total.digest())])


def parse_documents(records: Records, fields: Sequence[Field], layout: Layout) -> Parsed:  # noqa: ARG001
    """Read one document a record: its format by its file's suffix, or by its first bytes.

    A column of which a document has two different values, or a property that can't be read, has the wrong type there.
    What a file holds beside the columns is not counted: its labels may be personal, and `text` has them all.

    Reasons: `document.empty` (no text but blanks), `document.format` (neither DOCX, RTF nor text), those of
    `read_docx`, `read_rtf` and `read_text`. They don't depend on the columns asked for.

    Raises:
        ContractError: a column's place is none that a document has.
    """
    readers = {item.name: reader_of(item) for item in fields}
    labels = fact_labels(fields)
    texts: dict[str, list[str | None]] = {name: [None] * len(records) for name in readers}
    wrong: dict[int, list[str]] = {}
    reasons: dict[int, str] = {}
    for at, body in enumerate(records):
        if at in records.rejected:
            continue
        file = records.files[at] if records.files else None
        try:
            document = read_document(body, file or "")
        except RefusedError as refused:
            reasons[at] = refused.reason
            continue
        reading = Reading(document, find_facts(document, labels), file)
        for name, read in readers.items():
            try:
                texts[name][at] = read(reading)
            except AmbiguousError:
                wrong.setdefault(at, []).append(name)
    return Parsed({name: pa.array(column, pa.string()) for name, column in texts.items()}, wrong, reasons)


def read_document(body: bytes, file: str) -> Document:
    """Read one file of that name.

    Raises:
        RefusedError: as `parse_documents` says.
    """
    if not body:
        raise RefusedError(_EMPTY)
    document = reader_of_file(body, file)(body)
    if not document.text.strip():
        raise RefusedError(_EMPTY)
    return document


def reader_of_file(body: bytes, file: str) -> Callable[[bytes], Document]:
    """What reads a file: by its suffix, else by its first bytes.

    Raises:
        RefusedError: `document.format`.
    """
    return _READERS.get(file_suffix(file)) or _reader_by_content(body)


def _reader_by_content(body: bytes) -> Callable[[bytes], Document]:
    if body.startswith(b"PK"):
        return read_docx
    if body[:64].lstrip()[:5] == b"{\\rtf":
        return read_rtf
    if body.startswith(OLE) and _ENCRYPTED in body:
        return read_docx
    if body.startswith((OLE, b"%PDF")):
        raise RefusedError(_FOREIGN)
    return read_text
