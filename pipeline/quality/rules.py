"""Every rule that a contract comes to, in its order, and the reason that a row has which breaks it.

A reason is `column:rule`. Rules about the whole record have the column `record`; rules of several columns together have
their names with commas between.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipeline.contracts.model import Column, Contract, Reference, RowRule, Unique

RECORD = "record"
Scope = Literal["row", "across"]
Severity = Literal["warning", "error"]


@dataclass(frozen=True)
class Rule:
    """One rule: `row` rules are judged in refine by one row alone, `across` rules in validate."""

    column: str
    rule: str
    scope: Scope = "row"
    severity: Severity = "error"

    @property
    def reason(self) -> str:
        """What `_reasons` holds of a row that breaks it."""
        return f"{self.column}:{self.rule}"


#: Rules of a column that `invalidValues` counts.
INVALID = ("validValues", "validPattern")
UNKNOWN_FIELD = Rule(RECORD, "schema.unknown_field")
PRIMARY_KEY = Rule(RECORD, "primaryKey", "across")


def rules_of(contract: Contract) -> list[Rule]:
    """The contract's rules: its columns' in their order, then those of the whole row, then those across rows."""
    found = [UNKNOWN_FIELD] if refuses_unknown_fields(contract) else []
    for column in contract.columns:
        found += column_rules(column)
    found += [row_rule(rule) for rule in contract.row_rules]
    found.append(PRIMARY_KEY)
    found += [unique_rule(unique) for unique in contract.uniques]
    for reference in contract.references:
        found += reference_rules(reference)
    return list(dict.fromkeys(found))  # two references of one column share their first rule


def refuses_unknown_fields(contract: Contract) -> bool:
    """Whether a record with a field that the contract does not name is rejected."""
    return contract.new_columns in ("freeze", "discard_row")


def column_rules(column: Column) -> Iterator[Rule]:
    """What a value of the column must be; options keep their names of the standard."""
    if not discards(column):
        yield Rule(column.name, "type")
    if column.required:
        yield Rule(column.name, "required")
    for option in column.options:
        yield Rule(column.name, option)
    if column.valid_values:
        yield Rule(column.name, INVALID[0])
    if column.valid_pattern:
        yield Rule(column.name, INVALID[1])


def discards(column: Column) -> bool:
    """Whether a value that does not fit the column's type becomes null and its row is kept."""
    return column.on_mismatch == "discard_value" and not column.required


def row_rule(rule: RowRule) -> Rule:
    return Rule(RECORD, rule.name, severity=rule.severity)


def unique_rule(unique: Unique) -> Rule:
    return Rule(",".join(unique.columns), "unique", "across")


def reference_rules(reference: Reference) -> Iterator[Rule]:
    """That the values stand in the other source, and the condition upon their parent, if there is one."""
    columns = ",".join(reference.columns)
    yield Rule(columns, "reference", "across")
    if reference.condition is not None:
        yield Rule(columns, reference.condition, "across")


def broken_rules(contract: Contract, reasons: Mapping[str, int], warned: Mapping[str, int]) -> list[dict[str, Any]]:
    """Every rule of the contract with the rows that broke it, none included, in the contract's order; then what else
    rows were rejected for: records that could not be read, and rules of older periods.

    Args:
        contract: the current one.
        reasons: rejected rows by reason.
        warned: rows by row rule of severity warning.
    """
    rules = rules_of(contract)
    known = {rule.reason for rule in rules}
    others = [Rule(column, rule) for column, _, rule in (item.partition(":") for item in sorted(set(reasons) - known))]
    return [
        {**asdict(rule), "rows": (warned if rule.severity == "warning" else reasons).get(_counted_as(rule), 0)}
        for rule in (*rules, *others)
    ]


def _counted_as(rule: Rule) -> str:
    return rule.rule if rule.severity == "warning" else rule.reason
