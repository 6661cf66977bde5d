"""Changes fields of a CSV row; a field that was quoted or must be stays or becomes quoted."""

import re

from pipeline.parsing.csv_rows import Rules
from pipeline.parsing.edits.values import Edit, edited
from pipeline.parsing.frames import Layout


def edit_csv(record: bytes, layout: Layout, edit: Edit, file: str) -> bytes | None:  # noqa: ARG001
    """Edit one row in the file's dialect. None too where the file's encoding lacks a new character."""
    rules = Rules.of(layout)
    if rules.reason(record):
        return None
    delimiter = layout["delimiter"]
    field = re.compile(rf'(^|{re.escape(delimiter)})("(?:[^"]|"")*+"|[^{re.escape(delimiter)}]*+)', re.DOTALL)
    must = re.compile(f'["\r\n{re.escape(delimiter)}]')

    def put(found: re.Match[str]) -> str:
        written = found[2]
        quoted = written.startswith('"')
        text = written[1:-1].replace('""', '"') if quoted else written
        new = edited(text, edit)
        if new == text:
            return found[0]
        return found[1] + ('"' + new.replace('"', '""') + '"' if new and (quoted or must.search(new)) else new)

    try:
        # A row of one empty field would be no row.
        row = field.sub(put, record.decode(rules.encoding)).encode(rules.encoding) or b'""'
    except UnicodeEncodeError:
        return None
    return None if rules.reason(row) else row
