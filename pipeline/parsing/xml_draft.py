"""One XML record taken apart into pieces: what all records of its shape have, and what differs between them."""

import re

from pipeline.parsing.xml_pieces import CDATA, ENDS_TEXT, Presence, Value
from pipeline.parsing.xml_places import Plan
from pipeline.parsing.xml_tokens import ATTRIBUTE, BLANK, NAME

_GAP = BLANK + rb"*+"
_START = re.compile(rb"<(" + NAME + rb")((?:" + ATTRIBUTE.pattern + rb")*+)" + _GAP + rb"(?P<empty>/?)>")
_CONTENT = re.compile(rb"(?:<!\[CDATA\[(" + CDATA + rb")\]\]>|[^<]*+)(?=</)")
_BLANKS = re.compile(_GAP)
#: A record with more elements, or elements further in, is left to the full parser.
_MOST_ELEMENTS, _MOST_DEPTH = 200, 30


class NoShapeError(Exception):
    """The record holds what no shape is made for."""


class Draft:
    """A record as a pattern in pieces, and as a sample with markers for values.

    Attributes:
        pattern: regular expressions, and what differs between records, in the record's order.
        values: all of them, by the number that their marker ends with.
        presences: of all elements, in the record's order.
        sample: the record, with a marker in the place of each value.
        mark: what every marker begins with; nothing else in the record does.

    Raises:
        NoShapeError: the record holds what no shape is made for.
    """

    def __init__(self, record: bytes, plan: Plan) -> None:
        self._record = record
        self._predicates = plan.predicates
        self._sample: list[bytes] = []
        self.pattern: list[bytes | Value | Presence] = []
        self.values: list[Value] = []
        self.presences: list[Presence] = []
        self.mark = "v"
        while self.mark.encode() in record:
            self.mark += "v"
        self._element(0, depth=0)

    @property
    def sample(self) -> bytes:
        return b"".join(self._sample)

    def _element(self, at: int, depth: int) -> int:
        """Take the element at `at`; the position after it."""
        tag = _START.match(self._record, at)
        if not tag or depth > _MOST_DEPTH or len(self.presences) > _MOST_ELEMENTS:
            raise NoShapeError
        self.presences.append(Presence())
        self._add(b"(?:" if depth else b"", self.presences[-1])
        self._both(b"<" + tag[1])
        self._attributes(tag[2])
        end = tag.end() if tag["empty"] else self._inside(tag, depth)
        if tag["empty"]:
            self._leaf(tag[1], cdata=False, empty=True)
        self._add(_GAP + b")?+" if depth else b"")
        return end

    def _inside(self, tag: re.Match[bytes], depth: int) -> int:
        """Take what lies between the tags of an element, and its end tag."""
        content = _CONTENT.match(self._record, tag.end())
        if content:
            self._leaf(tag[1], cdata=content[1] is not None)
            at = content.end()
        else:
            self._both(b">")
            self._add(_GAP)
            at = self._after_gap(tag.end())
            while not self._record.startswith(b"</", at):
                at = self._after_gap(self._element(at, depth + 1))
            self._both(b"</" + tag[1] + b">")
        return self._record.index(b">", at) + 1

    def _leaf(self, name: bytes, cdata: bool, empty: bool = False) -> None:
        self._add(_GAP + b"(?:/>|>" if empty else b"(?:>")
        self._sample.append(b">")
        self._value(ENDS_TEXT, cdata)
        self._both(b"</" + name + b">")
        self._add(b")" if empty else b"|" + _GAP + b"/>)")

    def _attributes(self, inside: bytes) -> None:
        for found in ATTRIBUTE.finditer(inside):
            name, local = found[1], found[1].rpartition(b":")[2].decode()
            quote = b'"' if found[2] is not None else b"'"
            self._both(b" " + name + b"=" + quote)
            if local == "nil":
                raise NoShapeError
            if name == b"xmlns" or name.startswith(b"xmlns:") or local in self._predicates:
                self._both(found[2] or found[3] or b"")
            else:
                self._value(b"<&\t\n" + quote, cdata=False)
            self._both(quote)

    def _value(self, without: bytes, cdata: bool) -> None:
        self.values.append(Value(without, cdata))
        self._add(self.values[-1])
        self._sample.append(f"{self.mark}{len(self.values) - 1}".encode())

    def _after_gap(self, at: int) -> int:
        found = _BLANKS.match(self._record, at)
        assert found
        return found.end()

    def _both(self, literal: bytes) -> None:
        self._add(re.escape(literal))
        self._sample.append(literal)

    def _add(self, *parts: bytes | Value | Presence) -> None:
        self.pattern += parts
