"""Shapes of XML records: a regular expression made from one record, which takes apart the records that look like it.

What a shape matches is well-formed by construction: tags are those of a record that a full parser took; texts and
values hold no markup but CDATA and the five named entities, no character that XML forbids, and no carriage return
(which a parser would rewrite). Elements may be absent, one by one. All else does not match. Where a field's value lies
is not reasoned out but looked up: the full parser reads the record with a marker in the place of every value.
"""

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.parsing.xml_places import Plan
from pipeline.parsing.xml_tokens import ATTRIBUTE, BLANK, NAME
from pipeline.parsing.xml_tree import find, read_element

_CONTROL = rb"\x00-\x08\x0b\x0c\x0e-\x1f\r"
_ENTITY = rb"&(?:amp|lt|gt|quot|apos);"
_GAP = BLANK + rb"*+"
_ENDS_TEXT = b"<&>"
_CDATA_PART = rb"[^\]" + _CONTROL + rb"]*+"
_CDATA = _CDATA_PART + rb"(?:\](?!\]>)" + _CDATA_PART + rb")*+"
_START = re.compile(rb"<(" + NAME + rb")((?:" + ATTRIBUTE.pattern + rb")*+)" + _GAP + rb"(?P<empty>/?)>")
_CONTENT = re.compile(rb"(?:<!\[CDATA\[(" + _CDATA + rb")\]\]>|[^<]*+)(?=</)")
_BLANKS = re.compile(_GAP)
#: A record with more elements, or elements further in, is left to the full parser.
_MOST_ELEMENTS, _MOST_DEPTH = 200, 30


@dataclass(frozen=True)
class Taken:
    """Groups of a pattern that hold one value: as text with entities, and as CDATA if it may come so."""

    text: int
    cdata: int | None


@dataclass(frozen=True)
class Shape:
    """How records of one look are taken apart.

    Attributes:
        pattern: matches a whole record.
        values: by the field's number, where its values lie.
        unknown: paths that no place goes through, each with the group that takes part where it is there; None: always.
        elements: in the record that it was made from.
    """

    pattern: re.Pattern[bytes]
    values: dict[int, list[Taken]]
    unknown: list[tuple[str, int | None]]
    elements: int


def make_shape(record: bytes, plan: Plan, start: bytes) -> Shape | None:
    """The shape of a record that a full parser takes between `start` and its end tag; None if it has none."""
    draft = _Draft(record, plan)
    try:
        draft.element(0, depth=0)
        sample = read_element(b"".join(draft.sample), start)
        return None if sample is None else draft.shape(sample)
    except _NoShapeError:
        return None


class _NoShapeError(Exception):
    """The record holds what no shape is made for."""


@dataclass(eq=False)
class _Value:
    """A value that differs between records.

    Attributes:
        without: characters that end it, beside those that XML forbids.
        cdata: it may come as CDATA.
        entities: it may hold entities.
        used: it is asked for.
    """

    without: bytes
    cdata: bool = False
    entities: bool = True
    used: bool = False

    def use(self, is_string: bool) -> None:
        """Ask for it; what is no string seldom comes as CDATA or with entities, and is read more quickly without."""
        self.cdata = self.cdata or (is_string and self.without == _ENDS_TEXT)
        self.entities = is_string or (self.used and self.entities)
        self.used = True

    def render(self) -> bytes:
        plain = b"[^" + self.without + _CONTROL + b"]*+"
        text = plain + b"(?:" + _ENTITY + plain + b")*+" if self.entities else plain
        text, cdata = (b"(" + part + b")" if self.used else part for part in (text, _CDATA))
        return b"(?:<!\\[CDATA\\[" + cdata + b"\\]\\]>|" + text + b")" if self.cdata else text


@dataclass(eq=False)
class _Presence:
    """A group that takes part where its element is there."""

    used: bool = False

    def render(self) -> bytes:
        return b"()" if self.used else b""


class _Draft:
    """A record taken apart, and put together again as a pattern, and as a sample with markers for values."""

    def __init__(self, record: bytes, plan: Plan) -> None:
        self._record = record
        self._plan = plan
        self._mark = "v"
        while self._mark.encode() in record:
            self._mark += "v"
        self._pattern: list[bytes | _Value | _Presence] = []
        self._values: list[_Value] = []
        self._presences: list[_Presence] = []
        self.sample: list[bytes] = []

    def element(self, at: int, depth: int) -> int:
        """Take the element at `at`; the position after it."""
        tag = _START.match(self._record, at)
        if not tag or depth > _MOST_DEPTH or len(self._presences) > _MOST_ELEMENTS:
            raise _NoShapeError
        self._presences.append(_Presence())
        self._add(b"(?:" if depth else b"", self._presences[-1])
        self._both(b"<" + tag[1])
        self._attributes(tag[2])
        end = tag.end() if tag["empty"] else self._inside(tag, depth)
        if tag["empty"]:
            self._leaf(tag[1], cdata=False, empty=True)
        self._add(_GAP + b")?+" if depth else b"")
        return end

    def shape(self, sample: etree._Element) -> Shape:
        """The shape, with groups for what the plan asks for and for names that it does not."""
        found = find(sample, self._plan)
        fields = {number: self._marked(number, nodes) for number, nodes in found.nodes.items()}
        unknown = [(path, self._presence(sample, element)) for path, element in found.unknown]
        groups: dict[_Value | _Presence, int] = {}
        count = 0
        for part in self._pattern:
            if not isinstance(part, bytes) and part.used:
                count += isinstance(part, _Value) and part.cdata
                groups[part] = count
                count += 1
        values = {
            number: [Taken(groups[value], groups[value] - 1 if value.cdata else None) for value in taken]
            for number, taken in fields.items()
        }
        pattern = b"".join(part if isinstance(part, bytes) else part.render() for part in self._pattern)
        places = [(path, groups[there] if there else None) for path, there in unknown]
        return Shape(re.compile(pattern), values, places, len(self._presences))

    def _marked(self, number: int, nodes: list[etree._Element | str]) -> list[_Value]:
        """The values whose markers a field found, from now on with groups."""
        if len(nodes) > 1 and number not in self._plan.many:
            raise _NoShapeError
        values = []
        for node in nodes:
            text = node if isinstance(node, str) else node.text or ""
            if not text.startswith(self._mark) or (not isinstance(node, str) and len(node)):
                raise _NoShapeError
            value = self._values[int(text.removeprefix(self._mark))]
            value.use(self._plan.fields[number].logical_type == "string")
            values.append(value)
        return values

    def _presence(self, sample: etree._Element, element: etree._Element) -> _Presence | None:
        """What tells whether an element is there; None: it is the record itself."""
        if element is sample:
            return None
        found = self._presences[list(sample.iter()).index(element)]
        found.used = True
        return found

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
                at = self._after_gap(self.element(at, depth + 1))
            self._both(b"</" + tag[1] + b">")
        return self._record.index(b">", at) + 1

    def _leaf(self, name: bytes, cdata: bool, empty: bool = False) -> None:
        self._add(_GAP + b"(?:/>|>" if empty else b"(?:>")
        self.sample.append(b">")
        self._value(_ENDS_TEXT, cdata)
        self._both(b"</" + name + b">")
        self._add(b")" if empty else b"|" + _GAP + b"/>)")

    def _attributes(self, inside: bytes) -> None:
        for found in ATTRIBUTE.finditer(inside):
            name, local = found[1], found[1].rpartition(b":")[2].decode()
            quote = b'"' if found[2] is not None else b"'"
            self._both(b" " + name + b"=" + quote)
            if local == "nil":
                raise _NoShapeError
            if name == b"xmlns" or name.startswith(b"xmlns:") or local in self._plan.predicates:
                self._both(found[2] or found[3] or b"")
            else:
                self._value(b"<&\t\n" + quote, cdata=False)
            self._both(quote)

    def _value(self, without: bytes, cdata: bool) -> None:
        self._values.append(_Value(without, cdata))
        self._add(self._values[-1])
        self.sample.append(f"{self._mark}{len(self._values) - 1}".encode())

    def _after_gap(self, at: int) -> int:
        found = _BLANKS.match(self._record, at)
        assert found
        return found.end()

    def _both(self, literal: bytes) -> None:
        self._add(re.escape(literal))
        self.sample.append(literal)

    def _add(self, *parts: bytes | _Value | _Presence) -> None:
        self._pattern += parts
