"""Places of fields in an XML record: a small path language over local names, compiled into one tree."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipeline.errors import ContractError
from pipeline.parsing.frames import Field

_NAME = r"(?:\{([^{}]*)\})?([^\W\d][\w.\-]*)"
_STEP = re.compile(_NAME + r"""(?:\[@([^\W\d][\w.\-]*)=(?:'([^'<&]*)'|"([^"<&]*)")\])?(\[\])?(?:/(?!$)|$)""")
_ATTRIBUTE = re.compile("@" + _NAME)


@dataclass(frozen=True)
class Name:
    """A name to ask for; without a namespace it stands for those of all."""

    local: str
    uri: str | None = None

    def fits(self, tag: str) -> bool:
        """Whether an lxml name is meant."""
        uri, _, local = tag.rpartition("}")
        return local == self.local and (self.uri is None or uri[1:] == self.uri)


@dataclass(frozen=True)
class Step:
    """Children to go to: those called `name` and, if asked for, with an attribute of one value."""

    name: Name
    attribute: str | None = None
    value: str | None = None


@dataclass
class Node:
    """What is asked for at one place.

    Attributes:
        texts: numbers of the fields that take the element's text.
        attributes: attributes to take, with the number of the field.
        children: where to go on.
    """

    texts: list[int] = field(default_factory=list)
    attributes: list[tuple[Name, int]] = field(default_factory=list)
    children: dict[Step, "Node"] = field(default_factory=dict)

    def predicates(self) -> Iterator[str]:
        """Local names of attributes by whose value children are told apart."""
        for step, child in self.children.items():
            if step.attribute:
                yield step.attribute
            yield from child.predicates()


@dataclass(frozen=True)
class Plan:
    """All fields of a source.

    Attributes:
        root: what is asked for at the record element.
        fields: as given.
        many: fields, by number, that join all they find.
        predicates: local names of attributes by whose value elements are told apart.
    """

    root: Node
    fields: tuple[Field, ...]
    many: frozenset[int]
    predicates: frozenset[str]


def compile_places(fields: Sequence[Field]) -> Plan:
    """The plan of some fields.

    Raises:
        ContractError: a place is none.
    """
    root, many = Node(), set()
    for number, item in enumerate(fields):
        node, path = root, item.source_name
        before, at, last = _split(path)
        for step, repeats in _steps(before, item):
            node = node.children.setdefault(step, Node())
            if repeats:
                many.add(number)
        if at:
            found = _ATTRIBUTE.fullmatch(last)
            if not found:
                raise _no_place(item)
            node.attributes.append((Name(found[2], found[1]), number))
        else:
            node.texts.append(number)
    return Plan(root, tuple(fields), frozenset(many), frozenset(root.predicates()))


def _split(path: str) -> tuple[str, bool, str]:
    """The elements of a path, whether it ends in an attribute, and that."""
    attribute = re.search(r"(?:^|/)(@(?:\{[^{}]*\})?[^/@{}\[\]]*)$", path)
    return (path[: attribute.start()], True, attribute[1]) if attribute else (path, False, "")


def _steps(path: str, item: Field) -> Iterator[tuple[Step, bool]]:
    at = 0
    while at < len(path):
        found = _STEP.match(path, at)
        if not found:
            raise _no_place(item)
        uri, local, attribute, single, double, repeats = found.groups()
        yield Step(Name(local, uri), attribute, single if single is not None else double), bool(repeats)
        at = found.end()
    if not path and not item.source_name.startswith("@"):
        raise _no_place(item)


def _no_place(item: Field) -> ContractError:
    return ContractError(
        f"{item.name}: no place in an XML record",
        given=item.source_name,
        allowed="names joined by /, then @attribute if any; name[@attribute='value'] picks, name[] takes all, "
        "{namespace}name asks for one namespace",
        hint="write it as the column's physicalName",
    )
