r"""Changes values of a COPY row; no value is `\N`."""

from pipeline.parsing.copy_records import decoded, verdict
from pipeline.parsing.edits.values import Edit
from pipeline.parsing.frames import Layout

_NONE = rb"\N"
_ESCAPED = str.maketrans({"\\": r"\\", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"})


def edit_copy(record: bytes, layout: Layout, edit: Edit, file: str) -> bytes | None:  # noqa: ARG001
    """Edit one row."""
    if verdict(record, len(layout["columns"])):
        return None
    values: list[bytes] = []
    for written in record.split(b"\t"):
        text, reason = (None, None) if written == _NONE else decoded(written)
        if reason:
            return None
        new = edit(text) if text and text.strip() else text
        values.append(written if new == text else _NONE if new is None else new.translate(_ESCAPED).encode())
    row = b"\t".join(values)
    return None if verdict(row, len(layout["columns"])) else row
