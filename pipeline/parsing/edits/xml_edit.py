"""Changes texts in an XML record: of elements and attributes, and comments and instructions, which go if they change.

The text of an element is one text, however it is written: plain, as CDATA, around comments. Where text and elements
stand side by side, the pieces are looked at first and then all of it at once, since a name may go across them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.parsing.edits.values import Edit, edited, spread
from pipeline.parsing.frames import Layout
from pipeline.parsing.xml_tokens import ATTRIBUTE, START
from pipeline.parsing.xml_tree import read_element, wrapper

_PIECE = re.compile(
    rb"(?P<cdata><!\[CDATA\[.*?\]\]>)|(?P<aside><!--.*?-->|<\?.*?\?>)|(?P<end></[^>]*>)|(?P<start>"
    + START.pattern
    + rb")|(?P<text>[^<]++)",
    re.DOTALL,
)
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot|apos));")
_ENTITIES = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ESCAPED_ATTRIBUTE = {**_ESCAPED, '"': "&quot;", "'": "&apos;", "\t": "&#9;", "\n": "&#10;"}


def edit_xml(record: bytes, layout: Layout, edit: Edit, file: str) -> bytes | None:  # noqa: ARG001
    """Edit one element. None too where a name of an element or attribute would have to change."""
    try:
        utf8 = record.decode(layout["encoding"]).encode()
    except UnicodeError:
        return None
    around = wrapper(layout["namespaces"])
    if read_element(utf8, around) is None:
        return None
    found = _Record(utf8, edit).edited()
    if found is None or read_element(found, around) is None:
        return None
    return found.decode().encode(layout["encoding"], "xmlcharrefreplace")


@dataclass
class _Element:
    """An element that is open: its texts, in runs that no child interrupts, and all texts in it; by piece's number."""

    runs: list[list[int]] = field(default_factory=lambda: [[]])
    within: list[int] = field(default_factory=list)


class _Record:
    """One record while it is edited, cut into tags and texts."""

    def __init__(self, record: bytes, edit: Edit) -> None:
        self._edit = edit
        self._pieces: list[bytes] = []
        self._texts: dict[int, str] = {}
        self._open = [_Element()]
        self._found = _PIECE.finditer(record)

    def edited(self) -> bytes | None:
        """The record anew; None where a name tells something."""
        for number, found in enumerate(self._found):
            piece, kind = found[0], found.lastgroup
            self._pieces.append(piece)
            if kind in ("text", "cdata"):
                self._texts[number] = _plain(piece[9:-3]) if kind == "cdata" else _meant(_plain(piece))
                self._open[-1].runs[-1].append(number)
            elif kind == "aside":
                text = piece.decode()
                self._pieces[number] = piece if edited(text, self._edit) == text else b""
            elif kind == "end":
                self._close()
            elif not self._tag(number, found):
                return None
        return b"".join(self._pieces)

    def _tag(self, number: int, tag: re.Match[bytes]) -> bool:
        """Take in a start tag; whether its names may stay."""
        name, inside = START.fullmatch(tag[0]).group(1, 2)  # type: ignore[union-attr]
        names = [name, *(found[1] for found in ATTRIBUTE.finditer(inside))]
        if any(edited(text.decode(), self._edit) != text.decode() for text in names):
            return False
        begin, end = len(name) + 1, len(name) + 1 + len(inside)
        self._pieces[number] = tag[0][:begin] + ATTRIBUTE.sub(self._attribute, inside) + tag[0][end:]
        self._open[-1].runs.append([])
        if not tag[0].endswith(b"/>"):
            self._open.append(_Element())
        return True

    def _attribute(self, found: re.Match[bytes]) -> bytes:
        raw = found[2] if found[2] is not None else found[3]
        text = _meant(re.sub(r"[\t\n]", " ", _plain(raw)))
        new = edited(text, self._edit)
        if new == text or found[1].startswith(b"xmlns"):
            return found[0]
        return found[0][: -len(raw) - 1] + _escape(new, _ESCAPED_ATTRIBUTE) + found[0][-1:]

    def _close(self) -> None:
        """Judge the texts of the innermost element, and give them to the one around it."""
        element = self._open.pop()
        own = [number for run in element.runs for number in run]
        for run in element.runs:
            self._settle(run)
        within = sorted(element.within + own)
        if element.within and "".join(self._texts[number] for number in own).strip():
            self._settle(within)
        self._open[-1].within += within

    def _settle(self, numbers: list[int]) -> None:
        """Edit the text that some pieces give together."""
        old = [self._texts[number] for number in numbers]
        text = "".join(old)
        new = edited(text, self._edit)
        if new == text:
            return
        for number, was, now in zip(numbers, old, spread(old, new), strict=True):
            if was != now:
                self._texts[number] = now
                self._pieces[number] = _escape(now, _ESCAPED)


def _plain(piece: bytes) -> str:
    return piece.decode().replace("\r\n", "\n").replace("\r", "\n")


def _meant(text: str) -> str:
    """A text with its references as characters."""
    return _REFERENCE.sub(_character, text) if "&" in text else text


def _character(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    return _ENTITIES[name] if name else chr(int(hexadecimal, 16) if hexadecimal else int(decimal))


def _escape(text: str, written: Mapping[str, str]) -> bytes:
    return "".join(written.get(character, character) for character in text).encode()
