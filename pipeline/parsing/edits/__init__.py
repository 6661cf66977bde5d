"""Changes values inside of a record and leaves all else of its bytes as it came: one file a format."""

from collections.abc import Callable, Mapping

from pipeline.parsing.edits.copy_edit import edit_copy
from pipeline.parsing.edits.csv_edit import edit_csv
from pipeline.parsing.edits.document_edit import edit_document
from pipeline.parsing.edits.json_edit import edit_json
from pipeline.parsing.edits.values import Edit
from pipeline.parsing.edits.xml_edit import edit_xml
from pipeline.parsing.frames import Layout

#: Editors by the names of `FORMATS`.
EDITORS: Mapping[str, Callable[[bytes, Layout, Edit, str], bytes | None]] = {
    "copy": edit_copy,
    "csv": edit_csv,
    "documents": edit_document,
    "json": edit_json,
    "jsonl": edit_json,
    "xml": edit_xml,
}


def edit_record(kind: str, layout: Layout, record: bytes, edit: Edit, file: str = "") -> bytes | None:
    r"""Give each text of a record to `edit` and put back what it returns.

    A text is what parsing would read at one place: of a field or cell, an attribute, an element with all that stands in
    it, a paragraph; names of members and texts of numbers too. Empty texts and blanks are not given. Where `edit`
    returns None there is no value any more: null in JSON, nothing between the delimiters in CSV, `\N` in COPY, an empty
    text in XML and documents. Values that it returns as they are keep their bytes, but for DOCX and RTF: these files
    are written anew, without what nobody can search.

    Args:
        kind: the landed object's format, one of `FORMATS`.
        layout: of the object.
        record: its bytes, in the object's encoding.
        edit: what becomes of a text.
        file: name of the file that the record came in; a document's format is known by it.

    Returns:
        the record, which parsing reads as before but for the changed texts; None where that can't be had, since the
        record can't be read, or its new texts can't be written there: it has to go as a whole.
    """
    return EDITORS[kind](record, layout, edit, file)
