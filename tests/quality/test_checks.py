"""Row rules: each value, its type and the reasons that it gives."""

import pytest
from pyspark.sql import SparkSession

from pipeline.contracts.model import Column, Contract, LogicalType, Privacy, RowRule
from pipeline.quality.checks import checked


def contract(*columns: Column, rules: tuple[RowRule, ...] = ()) -> Contract:
    return Contract("x", "x", "1", columns, (columns[0].name,), None, None, None, rules, (), "")


def reasons(spark: SparkSession, made: Contract, *rows: dict[str, object]) -> list[list[str]]:
    names = [column.name for column in made.columns]
    schema = ", ".join(f"{name} string" for name in names) + ", _reason string, _wrong_types array<string>"
    values = [(*(row.get(name) for name in names), row.get("_reason"), row.get("_wrong", [])) for row in rows]
    return [row["_reasons"] for row in checked(spark.createDataFrame(values, schema), made).collect()]


KEEP = Privacy("keep")
TYPED: list[tuple[LogicalType, str, bool]] = [
    ("integer", "12", True),
    ("integer", "-3", True),
    ("integer", "12.0", False),
    ("integer", "9999999999999999999", False),
    ("number", "1.5e3", True),
    ("number", ".5", True),
    ("number", "1d", False),
    ("number", "NaN", False),
    ("number", "1,200", False),
    ("number", "", False),
    ("boolean", "true", True),
    ("boolean", "yes", False),
    ("date", "2020-02-29", True),
    ("date", "2019-02-29", False),
    ("date", "2019-2-1", False),
    ("date", "2019", False),
    ("date", "01/02/2019", False),
    ("timestamp", "2020-01-01T00:00:00Z", True),
    ("timestamp", "2020-01-01T00:00:00+05:30", True),
    ("timestamp", "2020-01-01 00:00:00", False),
    ("timestamp", "2020-01-01T25:00:00Z", False),
    ("string", "", True),
]


def test_only_the_written_forms_of_a_type_are_taken(spark: SparkSession) -> None:
    """No value is guessed: what is not of the declared form is a wrong type."""
    kinds = sorted({kind for kind, _, _ in TYPED})
    made = contract(*(Column(kind, kind, KEEP) for kind in kinds))
    found = reasons(spark, made, *({kind: text} for kind, text, _ in TYPED))
    assert found == [[] if good else [f"{kind}:type"] for kind, _, good in TYPED]


RULES = [
    (Column("x", "number", KEEP, options={"minimum": 1}), {"1": [], "0.99": ["x:minimum"]}),
    (Column("x", "number", KEEP, options={"exclusiveMinimum": 0}), {"0": ["x:exclusiveMinimum"], "0.01": []}),
    (
        Column("x", "number", KEEP, options={"maximum": 5, "multipleOf": 0.5}),
        {"4.5": [], "9.3": ["x:maximum", "x:multipleOf"]},
    ),
    (Column("x", "string", KEEP, options={"maxLength": 3}), {"abc": [], "abcd": ["x:maxLength"], "नमन": []}),
    (Column("x", "string", KEEP, options={"pattern": "^E[0-9]{2}$"}), {"E12": [], "E123": ["x:pattern"]}),
    (Column("x", "date", KEEP, options={"minimum": "2000-01-01"}), {"2000-01-01": [], "1999-12-31": ["x:minimum"]}),
    (Column("x", "string", KEEP, valid_values=("a", "b")), {"a": [], "c": ["x:validValues"]}),
]


@pytest.mark.parametrize(("column", "expected"), RULES)
def test_rules_hold_up_to_their_bounds(spark: SparkSession, column: Column, expected: dict[str, list[str]]) -> None:
    """A value at the bound is kept, one beyond it gives its reason."""
    assert reasons(spark, contract(column), *({"x": text} for text in expected)) == list(expected.values())


def test_null_breaks_required_and_nothing_else(spark: SparkSession) -> None:
    """An absent value is judged by `required` alone."""
    required = Column("x", "number", KEEP, required=True, options={"minimum": 1}, valid_values=("1",))
    assert reasons(spark, contract(required), {"x": None}) == [["x:required"]]
    assert reasons(spark, contract(Column("x", "number", KEEP, options={"minimum": 1})), {"x": None}) == [[]]


def test_a_wrong_type_in_the_source_is_no_missing_value(spark: SparkSession) -> None:
    """A number that came as an object is a wrong type, not also a missing value."""
    required = Column("x", "number", KEEP, required=True)
    assert reasons(spark, contract(required), {"x": None, "_wrong": ["x"]}) == [["x:type"]]


def test_a_row_carries_all_its_reasons(spark: SparkSession) -> None:
    """Reasons are not capped, and rules across columns count too."""
    made = contract(
        Column("a", "date", KEEP),
        Column("b", "date", KEEP),
        Column("c", "integer", KEEP, required=True),
        rules=(RowRule("b after a", "b >= a"),),
    )
    rows = [{"a": "2020-01-02", "b": "2020-01-01"}, {"a": "2020-01-01", "b": "x", "c": "1"}]
    assert reasons(spark, made, *rows) == [["c:required", "record:b after a"], ["b:type"]]


def test_an_unreadable_record_has_one_reason(spark: SparkSession) -> None:
    """Where the record itself could not be read, nothing is said of its columns."""
    made = contract(Column("a", "integer", KEEP, required=True))
    assert reasons(spark, made, {"_reason": "csv.fields"}) == [["record:csv.fields"]]
