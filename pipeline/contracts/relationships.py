"""`relationships`: columns whose values must stand in another source, and whether they can."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from pipeline.contracts.model import Column, Contract, Reference
from pipeline.contracts.place import Place
from pipeline.contracts.sql import check_columns, parse_condition
from pipeline.contracts.terms import RELATIONSHIP, SOURCE_RELATIONSHIP, check_terms
from pipeline.contracts.vocabulary import absent, custom_properties, mappings, one_of

#: The two notations of ODCS; what comes after a # is another file's.
_SHORT = re.compile(r"(?P<source>\w+)\.(?P<column>\w+)")
_LONG = re.compile(r"/?schema/(?P<source>\w+)/properties/(?P<column>\w+)")
_LIKE = "source.column, or schema/<source>/properties/<column>"
#: Values that a source keeps whole, or as pseudonyms that join; any other action makes different values equal.
COMPARABLE = ("keep", "pseudonymise")


class Placed(NamedTuple):
    """A reference, and where it stands."""

    reference: Reference
    place: Place


def read_relationships(item: Mapping[str, Any], source: str, column: str | None, place: Place) -> Iterator[Placed]:
    """The references of a column, or of a whole source (`column` None), which then says `from` and `to`.

    Raises:
        ContractError: a relationship that is not understood.
    """
    for given, at in mappings(item, "relationships", place):
        check_terms(given, SOURCE_RELATIONSHIP if column is None else RELATIONSHIP, at)
        one_of(given.get("type") or "foreignKey", ("foreignKey",), "type of relationship", at / "type")
        columns = (column,) if column else tuple(_own(given, source, at))
        targets = list(_ends(given, "to", at, one=column is not None))
        if len(targets) != len(columns) or (column is None and _is_list(given, "from") != _is_list(given, "to")):
            raise (at / "to").refusal(
                "from and to name equally many columns", given=f"{len(columns)} and {len(targets)}"
            )
        if len({name for name, _ in targets}) > 1:
            raise (at / "to").refusal("to names columns of one source", given=", ".join(name for name, _ in targets))
        custom = custom_properties(given, {"condition"}, at)
        condition = _condition(custom.get("condition"), custom.at("condition")) if custom.values else None
        yield Placed(Reference(columns, targets[0][0], tuple(name for _, name in targets), condition), at)


def check_references(placed: Mapping[str, list[Placed]], contracts: Mapping[str, Contract]) -> None:
    """Whether every reference of a dataset leads somewhere, and can ever match.

    Raises:
        ContractError: an unknown source or column, values that can't be compared, or sources that refer in a circle.
    """
    for source, references in placed.items():
        for reference, place in references:
            _check_reference(contracts[source], reference, contracts, place / "to")
    done: set[str] = set()
    for source in placed:
        _refuse_circle((source,), placed, done)


def _own(given: Mapping[str, Any], source: str, place: Place) -> Iterator[str]:
    for name, column in _ends(given, "from", place, one=False, own=source):
        if name != source:
            raise (place / "from").refusal("from names columns of this source", given=name, allowed=source)
        yield column


def _ends(given: Mapping[str, Any], word: str, place: Place, *, one: bool, own: str = "") -> Iterator[tuple[str, str]]:
    """Source and column of each end of a relationship."""
    told = given.get(word)
    listed = told if isinstance(told, list) and not one else [told]
    if not listed:
        raise (place / word).refusal(f"{word} names no column", allowed=_LIKE)
    for end in listed:
        text = f"{own}.{end}" if own and isinstance(end, str) and end.isidentifier() else end
        found = isinstance(text, str) and (_SHORT.fullmatch(text) or _LONG.fullmatch(text))
        if not found:
            hint = "each contract of the dataset is known by its source's name" if "#" in str(end) else None
            raise (place / word).refusal("a relationship names `source.column`", given=end, allowed=_LIKE, hint=hint)
        yield found["source"], found["column"]


def _is_list(given: Mapping[str, Any], word: str) -> bool:
    return isinstance(given.get(word), list)


def _condition(text: Any, place: Place) -> str:
    if not isinstance(text, str) or not text.strip():
        raise place.refusal("a condition is a text", allowed="such as exit_date >= parent.hire_date")
    parse_condition(text, place)
    return " ".join(line.strip() for line in text.strip().splitlines())


def _check_reference(own: Contract, reference: Reference, contracts: Mapping[str, Contract], place: Place) -> None:
    parent = contracts.get(reference.source)
    if parent is None:
        raise absent(f"no source {reference.source}", reference.source, contracts, place)
    for name, other in zip(reference.columns, reference.parents, strict=True):
        _check_pair(_known(own, name, place), _known(parent, other, place), parent.source, place)
    if reference.condition is not None:
        kept = {"": _kept(own), "parent": _kept(parent)}
        at = place.named(f"{place.name}.condition")
        check_columns(parse_condition(reference.condition, at), kept, at)


def _known(contract: Contract, name: str, place: Place) -> Column:
    every = {column.name: column for column in contract.columns}
    if name not in every:
        raise absent(f"no column {contract.source}.{name}", name, every, place)
    return every[name]


def _check_pair(own: Column, other: Column, parent: str, place: Place) -> None:
    """Both ends are compared as refined: they need the same type, action and domain."""
    for column in (own, other):
        if column.privacy.action not in COMPARABLE:
            raise place.refusal(
                f"{column.name} can't be compared once it is refined",
                given=f"privacy action {column.privacy.action}",
                allowed=" or ".join(COMPARABLE),
            )
    ends = [(item.logical_type, item.privacy.action, _domain(item)) for item in (own, other)]
    if ends[0] != ends[1]:
        raise place.refusal(
            f"{own.name} and {parent}.{other.name} can never be equal",
            given=" and ".join(" ".join(filter(None, end)) for end in ends),
            hint="give both the same logicalType and privacy action, and pseudonyms the same domain",
        )


def _domain(column: Column) -> str:
    """Of pseudonyms; without a domain it is the column's name (privacy/kernel.py)."""
    return (column.privacy.domain or column.name) if column.privacy.action == "pseudonymise" else ""


def _kept(contract: Contract) -> list[str]:
    return [column.name for column in contract.kept_columns]


def _refuse_circle(path: tuple[str, ...], placed: Mapping[str, list[Placed]], done: set[str]) -> None:
    """Go on from the path's end; `done`: sources from which no way leads back. A source may refer to itself."""
    for reference, place in placed.get(path[-1], ()):
        if reference.source in path[:-1]:
            circle = (*path[path.index(reference.source) :], reference.source)
            raise (place / "to").refusal("sources refer in a circle", given=" -> ".join(circle))
        if reference.source not in (path[-1], *done):
            _refuse_circle((*path, reference.source), placed, done)
    done.add(path[-1])
