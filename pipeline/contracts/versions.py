"""Contracts of older periods: `<source>@<first>-<last>.odcs.yaml` holds for the files of these periods.

Files change their layout over twenty years; what is published of them must mean one thing. So a version may say where
columns lie, how values are written, what is required and which rules hold for a row, and nothing else.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.contracts.load import load_contract
from pipeline.contracts.model import Column, Contract
from pipeline.errors import ContractError

_SUFFIX = ".odcs.yaml"
_NAMED = "<source>@<first>-<last>.odcs.yaml, where either period may be empty"


@dataclass(frozen=True)
class Version:
    """A contract that holds from the period `first` to `last`, both included; an empty one is no bound.

    Periods are compared as text: 2011-06 comes after 2011.
    """

    first: str
    last: str
    contract: Contract

    @property
    def periods(self) -> str:
        return f"{self.first}-{self.last}"

    def holds(self, period: str) -> bool:
        """Whether it is the contract of that period; a file without a period has the current one."""
        return bool(period) and self.first <= period and (not self.last or period <= self.last)


def load_versions(
    folder: Path, contracts: Mapping[str, Contract], periodic: Collection[str]
) -> dict[str, tuple[Version, ...]]:
    """The versions of all sources, by the source's name, oldest first. A period that none names has the current one.

    Args:
        folder: of contracts.
        contracts: current contracts by source.
        periodic: the sources whose files have periods.

    Raises:
        ContractError: a version of no such source, with no such periods, that overlaps another or that differs from the
            current contract where it may not.
    """
    found: dict[str, list[Version]] = {}
    for path in sorted(folder.glob(f"*@*{_SUFFIX}")):
        source, _, periods = path.name.removesuffix(_SUFFIX).partition("@")
        if source not in periodic:
            raise ContractError(
                f"{path.name}: only a source whose files have periods has versions",
                given=source,
                allowed=sorted(periodic) or "none yet",
                hint="dataset.yaml: a source of files needs `period`",
            )
        version = Version(*_bounds(periods, path.name), load_contract(path, source))
        _refuse_differences(contracts[source], version.contract, path.name)
        found.setdefault(source, []).append(version)
    return {source: _in_order(source, versions) for source, versions in found.items()}


def _bounds(periods: str, file: str) -> tuple[str, str]:
    """First and last period. Where these have dashes themselves the middle one of all parts them."""
    parts = periods.split("-")
    middle = 1 if not parts[0] else len(parts) - 1 if not parts[-1] else len(parts) // 2
    first, last = "-".join(parts[:middle]), "-".join(parts[middle:])
    even = not parts[0] or not parts[-1] or len(parts) % 2 == 0
    if not even or not (first or last) or (last and first > last):
        raise ContractError(f"{file}: no periods from first to last", given=periods, allowed=_NAMED)
    return first, last


def _in_order(source: str, versions: list[Version]) -> tuple[Version, ...]:
    ordered = sorted(versions, key=lambda version: version.first)
    for before, after in pairwise(ordered):
        if not before.last or after.first <= before.last:
            raise ContractError(
                f"{source}: two versions hold for one period", given=f"{before.periods} and {after.periods}"
            )
    return tuple(ordered)


def _refuse_differences(current: Contract, version: Contract, file: str) -> None:
    told, meant = dict(_meaning(version)), dict(_meaning(current))
    differences = sorted(what for what in told.keys() | meant.keys() if told.get(what) != meant.get(what))
    if version.gates and version.gates != current.gates:
        differences.append("gates")
    if differences:
        raise ContractError(
            f"{file}: differs from the current contract in {', '.join(differences)}",
            given=differences,
            allowed="physicalName, logicalTypeOptions, decimal, booleans, required, onMismatch, validValues, row rules",
            hint="what is published of all periods must mean one thing",
        )


def _meaning(contract: Contract) -> Iterator[tuple[str, Any]]:
    """What must be the same in all versions, by its name in a message."""
    yield "primaryKey", contract.primary_key
    yield "identity", contract.identity
    yield "eventTime", contract.event_time
    yield "knowledgeTime", contract.knowledge_time
    yield "newColumns", contract.new_columns
    for columns in {reference.columns for reference in contract.references}:
        told = [reference for reference in contract.references if reference.columns == columns]
        yield f"{','.join(columns)}.relationships", told
    yield "unique", contract.uniques
    for column in contract.columns:
        yield from _meaning_of_column(column)


def _meaning_of_column(column: Column) -> Iterator[tuple[str, Any]]:
    yield column.name, True
    yield f"{column.name}.logicalType", column.logical_type
    yield f"{column.name}.privacy", column.privacy
