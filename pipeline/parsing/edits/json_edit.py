"""Changes texts in a JSON record: names of members, strings, and numbers, which become null where they change."""

import json
import re

from pipeline.parsing.edits.values import Edit
from pipeline.parsing.frames import Layout
from pipeline.parsing.json_exact import check_decoder

#: Strings, those that name a member with their colon, and numbers: in a valid record nothing else looks like one.
_TEXT = re.compile(r'("(?:[^"\\]|\\.)*+")([ \t\r\n]*+:)?|-?[0-9][0-9.eE+-]*+')


def edit_json(record: bytes, layout: Layout, edit: Edit, file: str) -> bytes | None:  # noqa: ARG001
    """Edit one value, an object or not. None too where two members of an object would have one name."""

    def put(found: re.Match[str]) -> str:
        written, colon = found[1], found[2] or ""
        text = json.loads(written) if written else found[0]
        text.encode()  # half a character is nothing that anybody can compare
        new = edit(text) if text.strip() else text
        if new == text:
            return found[0]
        if colon:
            return json.dumps(new or "", ensure_ascii=False) + colon
        return json.dumps(new, ensure_ascii=False) if written else "null"

    try:
        text = record.decode()
        check_decoder.decode(text)
        text = _TEXT.sub(put, text)
        check_decoder.decode(text)
        return text.encode()
    except (ValueError, RecursionError):
        return None
