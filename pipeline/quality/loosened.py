"""Which refined rows of one contract are those of another, so that they need not be made again.

Only what `refine` reads of a contract matters here: rules across rows, gates, keys and times come later.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from pipeline.contracts.compatibility import changes
from pipeline.contracts.model import Column, Contract, Processing
from pipeline.quality.checks import counted_before_masking

#: All rows; the kept ones, which the new contract keeps with the same values; or none for certain.
Way = Literal["all", "kept rows", "nothing"]
#: Actions that compare a row with all rows of its group: one row more changes the others.
_RELATIVE = ("rank", "ratio", "aggregate")


def compare(old: Contract, new: Contract) -> tuple[Way, str]:
    """What of the rows that `old` gave `new` would give again, of the same records.

    Returns:
        The way and, but for all, why in words. Where it can't be told it is nothing.
    """
    before, after = _refining(old), _refining(new)
    if counted_before_masking(old) != counted_before_masking(new):
        return "nothing", "gates ask for other nulls, which are counted before masking"
    if before == after:
        return "all", ""
    obstacle = next(_obstacles(before, after), None)
    if obstacle is not None:
        return "nothing", obstacle
    return "kept rows", "; ".join(f"{change.where} {change.what}" for change in changes(before, after))


def _obstacles(before: Contract, after: Contract) -> Iterator[str]:
    """Why a kept row might not be kept again with the same values and counts."""
    names = [column.name for column in after.columns]
    if [column.name for column in before.columns] != names:
        yield "there are other columns, or in another order"
        return
    for old, new in zip(before.columns, after.columns, strict=True):
        if _fixed(old) != _fixed(new):
            yield f"{new.name} is read or masked otherwise"
    yield from (f"{it.where}: {it.what}" for it in changes(before, after) if it.effect in ("tightens", "means"))
    if not _same_warnings(before, after):
        yield "other rules warn: what they count of kept rows is counted anew"
    for column in after.kept_columns:
        if column.privacy.action in _RELATIVE:
            yield f"{column.privacy.action} of {column.name} compares all rows"
    if replace(after, columns=before.columns, row_rules=before.row_rules, new_columns=before.new_columns) != before:
        yield "the contract differs in more than its rules"


def _refining(contract: Contract) -> Contract:
    """The contract without what makes no difference to `refine`."""
    return replace(
        contract,
        id="",
        version="",
        digest="",
        primary_key=(),
        identity=contract.identity if _tells_groups(contract) else None,
        event_time=None,
        knowledge_time=None,
        gates=(),
        references=(),
        uniques=(),
        acknowledgements=(),
        processing=Processing(),
        columns=tuple(map(_undescribed, contract.columns)),
        new_columns="discard_value" if contract.new_columns == "evolve" else contract.new_columns,
    )


def _tells_groups(contract: Contract) -> bool:
    """Whether a group's entities are counted."""
    return any(column.privacy.action == "aggregate" for column in contract.columns)


def _undescribed(column: Column) -> Column:
    return replace(column, description="", privacy=replace(column.privacy, purpose="", basis=""))


def _fixed(column: Column) -> Column:
    """The column without what may only reject its values."""
    return replace(column, required=False, options={}, valid_values=(), valid_pattern="", on_mismatch="discard_row")


def _same_warnings(before: Contract, after: Contract) -> bool:
    """Whether a kept row is counted by the same rules: one that rejected until now was broken by none."""
    was, now = (
        {(rule.name, rule.condition) for rule in it.row_rules if rule.severity == "warning"} for it in (before, after)
    )
    rejected = {rule.condition for rule in before.row_rules if rule.severity == "error"}
    return was <= now and all(condition in rejected for _, condition in now - was)
