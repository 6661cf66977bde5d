"""A sample of an XML file: which element is the record, and where its values lie."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from lxml import etree

from pipeline.errors import SourceError
from pipeline.onboarding.files import Body
from pipeline.onboarding.sampled import Sampled, framed, read_columns
from pipeline.parsing import FORMATS
from pipeline.parsing.xml_head import describe_xml
from pipeline.parsing.xml_tree import read_element, wrapper

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
#: Elements looked at to find the record, and records looked at to find places.
_MOST_ELEMENTS, _MOST_SHAPES = 200_000, 5_000
#: Values of an attribute that may tell equal elements of a record apart, such as `kind` of a rating.
_MOST_KINDS = 12
_KIND = re.compile(r"[\w.-]{1,30}")


def sample_xml(path: Path, body: Body, record: str | None = None) -> Sampled:
    """Read an XML file; `record` names the element that is one record, where it is not the outermost that repeats.

    Raises:
        SourceError: it is not XML, declares entities, or has no such element.
    """
    name = record or _record_name(path, body)
    layout = describe_xml(body.stream(), {"record": name}, ())
    if "reason" in layout:
        raise SourceError(
            f"{path.name} is not XML that may be read",
            given=layout["reason"],
            allowed="no DOCTYPE that declares entities",
        )
    records, whole = framed(body.data, list(FORMATS["xml"].frame(body.stream(), layout)), body.whole)
    start = wrapper(layout["namespaces"])
    elements = [
        element
        for at, item in zip(range(_MOST_SHAPES), records, strict=False)
        if at not in records.rejected and (element := read_element(_utf8(item, layout["encoding"]), start)) is not None
    ]
    places = _places(elements)
    if not places:
        raise SourceError(f"{path.name} has no {name} with values", allowed="elements with text, or attributes")
    columns, rejected = read_columns("xml", records, places, layout)
    count = len(records) - sum(rejected.values())
    return Sampled("xml", {"record": name}, columns, count, whole, rejected)


def _utf8(record: bytes, encoding: str) -> bytes:
    return record if encoding == "utf-8" else record.decode(encoding, "replace").encode()


def _record_name(path: Path, body: Body) -> str:
    """Local name of the outermost element that repeats; of a file with one record, the root's first child."""
    counts: Counter[tuple[str, ...]] = Counter()
    open_elements: list[str] = []
    events = etree.iterparse(
        BytesIO(body.data), ("start", "end"), resolve_entities=False, load_dtd=False, no_network=True, recover=True
    )
    try:
        for number, (event, element) in enumerate(events):
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                open_elements.append(_local(element.tag))
                counts[tuple(open_elements)] += 1
            else:
                open_elements.pop()
                element.clear()
            if number > _MOST_ELEMENTS:
                break
    except (etree.XMLSyntaxError, IndexError):
        pass  # what was seen until then counts
    below = [(places, count) for places, count in counts.items() if len(places) > 1]
    repeated = [item for item in below if item[1] > 1]
    if not below:
        raise SourceError(f"{path.name} has no element inside its root", allowed="a root with one element a record")
    shallowest = min(repeated or below, key=lambda item: (len(item[0]), -item[1]))
    return shallowest[0][-1]


def _places(elements: Sequence[Any]) -> list[str]:
    """Places of all texts and attributes of the records, in the order in which they came."""
    repeats = _Repeats()
    for element in elements:
        repeats.look(element, "")
    return list(dict.fromkeys(place for element in elements for place in _leaves(element, "", "", repeats)))


class _Repeats:
    """Elements that a record has several of at one place, and the attribute that tells these apart, if one does."""

    def __init__(self) -> None:
        self._repeated: set[str] = set()
        self._attributes: dict[str, dict[str, set[str]]] = {}
        self._alike: dict[str, set[str]] = {}

    def look(self, element: Any, above: str) -> None:
        """Take the children of one element into account, and theirs."""
        siblings: dict[str, list[Any]] = {}
        for child in element:
            siblings.setdefault(above + _local(child.tag), []).append(child)
        for path, children in siblings.items():
            if len(children) > 1:
                self._repeated.add(path)
            attributes = self._attributes.setdefault(path, {})
            for name in {_local(name) for child in children for name in child.attrib}:
                values = [value for child in children for key, value in child.attrib.items() if _local(key) == name]
                attributes.setdefault(name, set()).update(values)
                if len(set(values)) < len(children):
                    self._alike.setdefault(path, set()).add(name)
            for child in children:
                self.look(child, f"{path}/")

    def step(self, path: str, child: Any) -> str:
        """What a place says after the name of an element at `path`."""
        attribute = self.attribute(path)
        if attribute:
            value = next((value for key, value in child.attrib.items() if _local(key) == attribute), "")
            return f"[@{attribute}='{value}']"
        return "[]" if path in self._repeated else ""

    def attribute(self, path: str) -> str | None:
        """The attribute whose value picks one of the elements at `path`."""
        if path not in self._repeated:
            return None
        return next(
            (
                name
                for name, values in sorted(self._attributes[path].items())
                if name not in self._alike.get(path, ())
                and len(values) <= _MOST_KINDS
                and all(map(_KIND.fullmatch, values))
            ),
            None,
        )


def _leaves(element: Any, path: str, place: str, repeats: _Repeats) -> Iterator[str]:
    """Places of the attributes and texts below an element; `path` is its place without what picks elements."""
    for name in element.attrib:
        if not name.startswith(_XSI) and _local(name) != repeats.attribute(path.rstrip("/")):
            yield f"{place}@{_local(name)}"
    for child in element:
        below = path + _local(child.tag)
        own = f"{place}{_local(child.tag)}{repeats.step(below, child)}"
        if len(child) == 0 and (child.text or not child.attrib):
            yield own
        yield from _leaves(child, f"{below}/", f"{own}/", repeats)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
