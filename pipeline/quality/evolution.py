"""Where a contract says `freeze`, a source that changed under it stops the run."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.contracts.model import Contract
from pipeline.contracts.sources import RECORD_NUMBER
from pipeline.errors import GateError
from pipeline.quality.rules import UNKNOWN_FIELD
from pipeline.quality.tally import Tally

_MOST_NAMES = 5


def lacking(contract: Contract, layouts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Frozen columns that landed objects lack, in words.

    Args:
        contract: that holds for the objects.
        layouts: of the objects; one that tells no names (JSON, XML, documents, an empty or unreadable file) lacks none.
    """
    frozen = [column for column in contract.columns if column.on_mismatch == "freeze" and column.place != RECORD_NUMBER]
    told = [names for names in map(_names, layouts) if names]
    missing = {column.name: sum(column.source_name not in names for names in told) for column in frozen}
    return [f"{contract.source}.{name}: not in {_many(count, 'object')}" for name, count in missing.items() if count]


def changed(contract: Contract, counted: Tally) -> list[str]:
    """What was found of a source that its contract does not let change, in words; names and counts only."""
    found = [
        f"{contract.source}.{name}: {_many(count, 'record')} of another type"
        for name, count in counted.named("frozen").items()
    ]
    strangers = counted.reasons.get(UNKNOWN_FIELD.reason, 0)
    if contract.new_columns == "freeze" and strangers:
        names = list(counted.named("ignored"))
        more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
        found.append(f"{contract.source}: {_many(strangers, 'record')} with {', '.join(names[:_MOST_NAMES])}{more}")
    return found


def frozen_error(changes: Sequence[str]) -> GateError:
    """The verdict against a run whose sources changed."""
    return GateError(
        "a source changed where its contract says freeze; nothing was published",
        given="; ".join(changes),
        allowed="what the contract says",
        hint="change the contract, or let onMismatch or newColumns say evolve, discard_value or discard_row",
    )


def _names(layout: Mapping[str, Any]) -> frozenset[str]:
    """Names that an object tells of all its records: a CSV file's header, a table's columns."""
    if "reason" in layout:
        return frozenset()
    return frozenset(layout.get("header") or (name for name, _ in layout.get("columns") or ()))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
