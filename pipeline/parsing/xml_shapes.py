"""Shapes of XML records: a regular expression made from one record, which takes apart the records that look like it.

What a shape matches is well-formed by construction: tags are those of a record that a full parser took; texts and
values hold no markup but CDATA and the five named entities, no character that XML forbids, and no carriage return
(which a parser would rewrite). Elements may be absent, one by one. All else does not match. Where a field's value lies
is not reasoned out but looked up: the full parser reads the record with a marker in the place of every value.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.parsing.xml_draft import Draft, NoShapeError
from pipeline.parsing.xml_pieces import Presence, Value
from pipeline.parsing.xml_places import Plan
from pipeline.parsing.xml_tree import find, read_element


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
    try:
        draft = Draft(record, plan)
        sample = read_element(draft.sample, start)
        return None if sample is None else _shape_of(draft, sample, plan)
    except NoShapeError:
        return None


def _shape_of(draft: Draft, sample: etree._Element, plan: Plan) -> Shape:
    """The shape, with groups for what the plan asks for and for names that it does not."""
    found = find(sample, plan)
    fields = {number: _marked(draft, number, nodes, plan) for number, nodes in found.nodes.items()}
    unknown = [(path, _presence(draft, sample, element)) for path, element in found.unknown]
    groups = _groups(draft.pattern)
    values = {
        number: [Taken(groups[value], groups[value] - 1 if value.cdata else None) for value in taken]
        for number, taken in fields.items()
    }
    pattern = b"".join(part if isinstance(part, bytes) else part.render() for part in draft.pattern)
    places = [(path, groups[there] if there else None) for path, there in unknown]
    return Shape(re.compile(pattern), values, places, len(draft.presences))


def _marked(draft: Draft, number: int, nodes: Sequence[etree._Element | str], plan: Plan) -> list[Value]:
    """The values whose markers a field found, from now on with groups."""
    if len(nodes) > 1 and number not in plan.many:
        raise NoShapeError
    values = []
    for node in nodes:
        text = node if isinstance(node, str) else node.text or ""
        if not text.startswith(draft.mark) or (not isinstance(node, str) and len(node)):
            raise NoShapeError
        value = draft.values[int(text.removeprefix(draft.mark))]
        value.use(plan.fields[number].logical_type == "string")
        values.append(value)
    return values


def _presence(draft: Draft, sample: etree._Element, element: etree._Element) -> Presence | None:
    """What tells whether an element is there, from now on with a group; None: it is the record itself."""
    if element is sample:
        return None
    found = draft.presences[list(sample.iter()).index(element)]
    found.used = True
    return found


def _groups(pattern: Sequence[bytes | Value | Presence]) -> dict[Value | Presence, int]:
    """The number of the group of each piece that is used; a value's CDATA is the one before."""
    groups: dict[Value | Presence, int] = {}
    count = 0
    for part in pattern:
        if not isinstance(part, bytes) and part.used:
            count += isinstance(part, Value) and part.cdata
            groups[part] = count
            count += 1
    return groups
