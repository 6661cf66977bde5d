"""The rules of a contract: which there are, in which order, and what a row that breaks one is told."""

import pytest

from pipeline.contracts.model import Column, Contract, Privacy, Reference, RowRule, Unique
from pipeline.quality.rules import broken_rules, rules_of

KEEP = Privacy("keep")


def contract(**words: object) -> Contract:
    columns = (
        Column("id", "string", KEEP, required=True, options={"maxLength": 3, "format": "uuid"}),
        Column("a", "integer", KEEP, valid_values=("1",), valid_pattern="1", on_mismatch="discard_value"),
    )
    made = Contract("s", "s", "1", columns, ("id",), None, None, None, (), (), "")
    return Contract(**{**vars(made), **words})  # type: ignore[arg-type]


OF_COLUMNS = ["id:type", "id:required", "id:maxLength", "id:format", "a:validValues", "a:validPattern"]
CASES: list[tuple[Contract, list[str]]] = [
    (contract(), [*OF_COLUMNS, "record:primaryKey"]),
    (contract(new_columns="discard_row"), ["record:schema.unknown_field", *OF_COLUMNS, "record:primaryKey"]),
    (
        contract(
            row_rules=(RowRule("r", "a > 1"), RowRule("w", "a > 2", "warning")),
            uniques=(Unique(("a",)), Unique(("id", "a"))),
            references=(Reference(("a",), "t", ("b",)), Reference(("a",), "u", ("b",), "a > parent.b")),
        ),
        [
            *OF_COLUMNS, "record:r", "record:w", "record:primaryKey", "a:unique", "id,a:unique", "a:reference",
            "a:a > parent.b",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("made", "reasons"), CASES)
def test_every_rule_once_in_the_contract_s_order(made: Contract, reasons: list[str]) -> None:
    """Columns first, then whole rows, then rules across rows; a value that may be discarded has no rule of its type."""
    assert [rule.reason for rule in rules_of(made)] == reasons


def test_rules_that_no_row_broke_are_told_too() -> None:
    """Each rule with its rows; a warning by its own count; reasons that no rule of the contract gives come last."""
    made = contract(row_rules=(RowRule("w", "a > 2", "warning"),))
    found = broken_rules(made, {"id:required": 2, "record:csv.fields": 3}, {"w": 4})
    assert [(item["column"], item["rule"], item["scope"], item["severity"], item["rows"]) for item in found] == [
        ("id", "type", "row", "error", 0),
        ("id", "required", "row", "error", 2),
        ("id", "maxLength", "row", "error", 0),
        ("id", "format", "row", "error", 0),
        ("a", "validValues", "row", "error", 0),
        ("a", "validPattern", "row", "error", 0),
        ("record", "w", "row", "warning", 4),
        ("record", "primaryKey", "across", "error", 0),
        ("record", "csv.fields", "row", "error", 3),
    ]
