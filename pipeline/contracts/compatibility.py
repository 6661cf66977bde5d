"""What changed between two contracts of one source, and for whom it matters.

A row rule's condition and a pattern are texts: where they differ nobody can tell which is stricter, so both count as
tighter. Rules across rows (unique, references) are judged anew over all rows, so only they themselves are compared: a
row that a looser rule admits can still be the one of which another is now the duplicate.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.contracts.change import Change, Effect
from pipeline.contracts.column_changes import column_added, column_changes, column_gone
from pipeline.contracts.model import Contract, Evolution, Gate, Reference, RowRule

_REJECTS_STRANGERS: tuple[Evolution, ...] = ("freeze", "discard_row")


def changes(old: Contract, new: Contract) -> list[Change]:
    """Every difference between two contracts of one source, in the order of the new one; see `Change`.

    Versions and digests are no differences. Contracts without any give an empty list.
    """
    return [*_source(old, new), *_columns(old, new), *_row_rules(old, new), *_across(old, new), *_gates(old, new)]


def _source(old: Contract, new: Contract) -> Iterator[Change]:
    if old.primary_key != new.primary_key:
        what = f"from {_listed(old.primary_key)} to {_listed(new.primary_key)}"
        yield Change("primaryKey", what, "means", breaks=True)
    for where, was, now in (
        ("identity", old.identity, new.identity),
        ("eventTime", old.event_time, new.event_time),
        ("knowledgeTime", old.knowledge_time, new.knowledge_time),
    ):
        if was != now:
            what = "names its entity otherwise" if where == "identity" else f"from {was} to {now}"
            yield Change(where, what, "means", breaks=True)
    if old.new_columns != new.new_columns:
        yield _strangers(old.new_columns, new.new_columns)
    if old.id != new.id:
        yield Change("id", f"from {old.id} to {new.id}", "same", breaks=False)
    if old.processing != new.processing:
        yield Change("processing", "another purpose, basis or category of persons is stated", "same", breaks=False)
    if old.notes != new.notes:
        yield Change("quality", "what it says to people differs", "same", breaks=False)


def _strangers(was: Evolution, now: Evolution) -> Change:
    """What becomes of records with fields that the contract does not name; under `freeze` there was none."""
    what = f"from {was} to {now}"
    if was == "freeze":
        return Change("newColumns", what, "loosens", breaks=False)
    if now in _REJECTS_STRANGERS:
        return Change("newColumns", what, "tightens", breaks=True)
    return Change("newColumns", what, "loosens" if was == "discard_row" else "same", breaks=False)


def _columns(old: Contract, new: Contract) -> Iterator[Change]:
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    for name, column in after.items():
        if name in before:
            yield from column_changes(before[name], column)
        else:
            yield column_added(column)
    yield from (column_gone(column) for name, column in before.items() if name not in after)
    if before.keys() == after.keys() and list(before) != list(after):
        yield Change("columns", "stand in another order", "same", breaks=False)


def _row_rules(old: Contract, new: Contract) -> Iterator[Change]:
    before, after = {rule.name: rule for rule in old.row_rules}, {rule.name: rule for rule in new.row_rules}
    for name, rule in after.items():
        if name in before:
            yield from _row_rule(before[name], rule)
    gone = {(_plain(rule.condition), rule.severity): rule for rule in before.values() if rule.name not in after}
    for rule in (rule for rule in after.values() if rule.name not in before):
        renamed = gone.pop((_plain(rule.condition), rule.severity), None)
        if renamed:
            yield Change(f"record.{rule.name}", f"was called {renamed.name}", "same", breaks=False)
        elif rule.severity == "warning":
            yield Change(f"record.{rule.name}", "new rule that warns", "same", breaks=False)
        else:
            yield Change(f"record.{rule.name}", "new rule: rows that break it are rejected", "tightens", breaks=True)
    for rule in gone.values():
        effect: Effect = "loosens" if rule.severity == "error" else "same"
        yield Change(f"record.{rule.name}", "the rule is gone", effect, breaks=False)


def _row_rule(was: RowRule, now: RowRule) -> Iterator[Change]:
    where, differs = f"record.{now.name}", _plain(was.condition) != _plain(now.condition)
    if now.severity == "warning":
        if was.severity == "error":
            yield Change(where, "warns, and no longer rejects", "loosens", breaks=False)
        elif differs:
            yield Change(where, "another condition, which only warns", "same", breaks=False)
    elif was.severity == "warning":
        yield Change(where, "rejects, where it only warned", "tightens", breaks=True)
    elif differs:
        yield Change(where, "another condition: it may reject rows that were kept", "tightens", breaks=True)


def _across(old: Contract, new: Contract) -> Iterator[Change]:
    was, now = {frozenset(it.columns) for it in old.uniques}, {frozenset(it.columns) for it in new.uniques}
    for columns in sorted(was ^ now, key=sorted):
        where = f"{_listed(sorted(columns))}.unique"
        if columns in now:
            yield Change(where, "no two facts may share the value now", "tightens", breaks=True)
        else:
            yield Change(where, "facts may share the value now", "loosens", breaks=False)
    before, after = {_pair(it): it for it in old.references}, {_pair(it): it for it in new.references}
    for pair in sorted(before.keys() | after.keys()):
        yield from _reference(before.get(pair), after.get(pair))


def _reference(was: Reference | None, now: Reference | None) -> Iterator[Change]:
    told = now or was
    where = f"{_listed(told.columns)}.relationships" if told else ""
    if was is None or now is None:
        what = f"must stand in {now.source} now" if now else "is no longer looked for elsewhere"
        yield Change(where, what, "tightens" if now else "loosens", breaks=now is not None)
    elif _plain(was.condition) != _plain(now.condition):
        what = "another condition with its parent" if now.condition else "no condition with its parent any more"
        yield Change(where, what, "tightens" if now.condition else "loosens", breaks=now.condition is not None)


def _gates(old: Contract, new: Contract) -> Iterator[Change]:
    was, now = _by_rule(old), _by_rule(new)
    for rule in sorted(was.keys() | now.keys()):
        if was.get(rule) != now.get(rule):
            word = "new gate" if rule not in was else "the gate is gone" if rule not in now else "another threshold"
            yield Change(f"gate.{rule}", word, "same", breaks=False)


def _by_rule(contract: Contract) -> dict[str, list[Gate]]:
    """Gates by their name; two that warn and stop may share one."""
    found: dict[str, list[Gate]] = {}
    for gate in contract.gates:
        found.setdefault(gate.rule, []).append(gate)
    return found


def _pair(reference: Reference) -> tuple[Any, ...]:
    return (reference.columns, reference.source, reference.parents)


def _plain(condition: str | None) -> str | None:
    """A condition in which blanks count for nothing; one with quotes or a comment, where they may, stays as it is."""
    if condition is None or any(mark in condition for mark in ("'", '"', "`", "--")):
        return condition
    return " ".join(condition.split())


def _listed(names: Any) -> str:
    return ",".join(names)
