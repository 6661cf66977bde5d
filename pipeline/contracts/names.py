"""Whether every name that a contract uses is there, once, and stands for something that can be used so."""

from collections.abc import Iterable, Sequence, Set

from pipeline.contracts.columns import ReadColumn
from pipeline.contracts.findings import Quality
from pipeline.contracts.model import Contract
from pipeline.contracts.place import Place
from pipeline.contracts.relationships import COMPARABLE
from pipeline.contracts.sql import check_columns, columns_of, parse_condition, parse_expression
from pipeline.contracts.vocabulary import Custom, absent


def check_names(
    contract: Contract, columns: Sequence[ReadColumn], whole: Quality, custom: Custom, place: Place
) -> None:
    """Raises ContractError where a name is missing, there twice, or can't be used as the contract does.

    Args:
        contract: as it was read.
        columns: its columns, with their rules.
        whole: the rules of the source.
        custom: the custom properties of the source.
        place: of the source.
    """
    _check_columns(columns, place)
    _check_roles(contract, columns, custom, place)
    every = [whole, *(read.quality for read in columns)]
    _refuse_twice([named for found in every for named in found.names])
    known = [column.name for column in contract.columns]
    for found in every:
        for rule, at in found.row_rules:
            check_columns(parse_condition(rule.condition, at), {"": known}, at)
        for unique, at in found.uniques:
            _check_comparable(contract, unique.columns, at)
        for gate, at in found.gates:
            if gate.metric == "duplicateValues":
                _check_comparable(contract, gate.columns, at)
    special = {column.name for column in contract.columns if column.privacy.special_category}
    for read in columns:
        _check_group(read, known, special)


def _check_group(read: ReadColumn, known: Sequence[str], special: Set[str]) -> None:
    """What makes the groups of a rank, ratio or figure: none of it may be told by the group's figure."""
    at = read.privacy_at.named(f"{read.place.name}.within")
    for part in read.column.privacy.within:
        tree = parse_expression(part, at)
        check_columns(tree, {"": known}, at)
        if told := special & {name for _, name in columns_of(tree)}:
            raise at.refusal("a group would tell a special category", given=sorted(told), hint="leave it out of within")
    of, values = read.column.privacy.of, read.column.valid_values
    if of and values and of not in values:
        at = read.privacy_at.named(f"{read.place.name}.of")
        raise absent("a share of a value that is never accepted", of, values, at)


def _check_columns(columns: Sequence[ReadColumn], place: Place) -> None:
    if not columns:
        raise (place / "properties").refusal("a contract needs columns", hint="list them as properties")
    seen: dict[str, ReadColumn] = {}
    for read in columns:
        first = seen.setdefault(read.column.name.lower(), read)
        if first is not read:
            raise (read.place / "name").refusal(
                "two columns have one name, as SQL takes no notice of case",
                given=f"lines {(first.place / 'name').line} and {(read.place / 'name').line}",
            )


def _check_roles(contract: Contract, columns: Sequence[ReadColumn], custom: Custom, place: Place) -> None:
    """Columns that tell times, entities and records apart."""
    identity = contract.identity
    _check_known(contract, [contract.event_time], custom.at("eventTime"))
    _check_known(contract, [contract.knowledge_time], custom.at("knowledgeTime"))
    _check_known(contract, [identity.key, *identity.links_by] if identity else [], custom.at("identity"))
    if not contract.primary_key:
        raise place.refusal("no primaryKey", hint="mark the columns that tell one record from another")
    for read in columns:
        if read.key_position is not None and read.column.privacy.action not in COMPARABLE:
            action = read.column.privacy.action
            what = "dropped" if action == "drop" else "changed so that records can't be told apart"
            raise (read.place / "primaryKey").refusal(
                f"a key can't be {what}", given=f"privacy action {action}", hint="pseudonymise it"
            )


def _check_known(contract: Contract, names: Iterable[str | None], place: Place) -> None:
    every = [column.name for column in contract.columns]
    for name in names:
        if name is not None and name not in every:
            raise absent("names a column that is not there", name, every, place)


def _check_comparable(contract: Contract, names: Iterable[str], place: Place) -> None:
    """Rules across rows see refined rows."""
    _check_known(contract, names, place)
    for name in names:
        action = contract.column(name).privacy.action
        if action not in COMPARABLE:
            raise place.refusal(
                f"{name} can't be compared once it is refined",
                given=f"privacy action {action}",
                allowed=" or ".join(COMPARABLE),
            )


def _refuse_twice(names: Iterable[tuple[str, Place]]) -> None:
    """Rules are known by their names, in messages and in evidence."""
    seen: dict[str, Place] = {"primaryKey": Place("", {})}
    for name, place in names:
        if name in seen:
            before = f"lines {seen[name].line} and {place.line}" if seen[name].file else "it is ours"
            raise place.refusal(f"the rule name {name} is taken", given=before, hint="give each rule a name of its own")
        seen[name] = place
