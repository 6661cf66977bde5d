"""One XML record to texts, by a full parser: exact, and the judge of the quick way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from pipeline.parsing.safe_xml import safe_parser
from pipeline.parsing.xml_places import Node, Plan, Step

BLANKS = " \t\r\n"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_TAIL = b"</r>"
_parser = safe_parser()


@dataclass
class Found:
    """What a plan finds in one record.

    Attributes:
        nodes: elements, or values of attributes, by the field's number.
        unknown: paths of elements and attributes that no place goes through, each with its element.
    """

    nodes: dict[int, list[etree._Element | str]] = field(default_factory=dict)
    unknown: list[tuple[str, etree._Element]] = field(default_factory=list)


def wrapper(namespaces: Mapping[str, str]) -> bytes:
    """A start tag `r` that declares namespaces."""
    declared = (
        (f"xmlns:{prefix}" if prefix else "xmlns", uri.replace('"', "&quot;")) for prefix, uri in namespaces.items()
    )
    return "".join(["<r", *(f' {name}="{uri}"' for name, uri in declared), ">"]).encode()


def read_element(record: bytes, start: bytes) -> etree._Element | None:
    """The record's element, parsed inside of `start`; None if it is not well-formed."""
    try:
        around = etree.fromstring(start + record + _TAIL, _parser)
    except etree.XMLSyntaxError:
        return None
    if len(around) != 1 or around.text or around[0].tail:
        return None
    return around[0]


def find(element: etree._Element, plan: Plan) -> Found:
    """Everything that the plan asks for in a record's element."""
    found = Found()
    _walk(element, [plan.root], "", found, plan)
    return found


def _walk(
    element: etree._Element, nodes: Sequence[Node], path: str, found: Found, plan: Plan, whole: bool = False
) -> None:
    """Look for what `nodes` ask for below an element; `whole`: all text in it is asked for already."""
    for number in (number for node in nodes for number in node.texts):
        found.nodes.setdefault(number, []).append(element)
    for name, value in element.attrib.items():
        wanted = [number for node in nodes for asked, number in node.attributes if asked.fits(name)]
        for number in wanted:
            found.nodes.setdefault(number, []).append(value)
        local = name.rpartition("}")[2]
        if not wanted and local not in plan.predicates and not name.startswith(_XSI):
            found.unknown.append((f"{path}@{local}", element))
    whole = whole or any(node.texts for node in nodes)
    for child in element:
        further = [node for item in nodes for step, node in item.children.items() if _fits(step, child)]
        place = path + child.tag.rpartition("}")[2]
        if further or whole:
            _walk(child, further, place + "/", found, plan, whole)
        else:
            found.unknown.append((place, child))


def _fits(step: Step, element: etree._Element) -> bool:
    if not step.name.fits(element.tag):
        return False
    if step.attribute is None:
        return True
    return any(
        name.rpartition("}")[2] == step.attribute and value == step.value for name, value in element.attrib.items()
    )


def texts_of(found: Found, plan: Plan) -> tuple[list[str | None], list[str]]:
    """The text of each field, and the fields that found more than one place where one was asked for."""
    texts: list[str | None] = []
    wrong = []
    for number, item in enumerate(plan.fields):
        nodes = found.nodes.get(number, ())
        if len(nodes) > 1 and number not in plan.many:
            wrong.append(item.name)
            nodes = ()
        parts = [part for part in map(text_of, nodes) if part]
        texts.append(clean("\n".join(parts), item.logical_type))
    return texts, wrong


def text_of(node: etree._Element | str) -> str:
    """The text of an element, descendants included, or of an attribute; empty where the element is nil."""
    if isinstance(node, str):
        return node
    if node.get(_XSI + "nil", "").strip(BLANKS) in ("true", "1"):
        return ""
    return "".join(node.itertext())


def clean(text: str, logical_type: str) -> str | None:
    """A text as a value: without blanks around it unless it is a string; None if nothing is left."""
    return (text if logical_type == "string" else text.strip(BLANKS)) or None
