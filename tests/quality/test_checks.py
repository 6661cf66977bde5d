"""Row rules: each value, its type and the reasons that it gives."""

import time
from dataclasses import replace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipeline.contracts.model import Column, Contract, Gate, LogicalType, Privacy, RowRule
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
    (Column("x", "integer", KEEP, valid_values=("1", "20")), {"1": [], " 20 ": [], "2": ["x:validValues"]}),
    (Column("x", "date", KEEP, valid_values=("2020-01-01",)), {"2020-01-01": [], "2020-01-02": ["x:validValues"]}),
    (
        Column("x", "string", KEEP, valid_values=("ab", "cd"), valid_pattern="^a"),
        {"ab": [], "cd": ["x:validPattern"], "ax": ["x:validValues"], "x": ["x:validValues", "x:validPattern"]},
    ),
    (Column("x", "string", KEEP, valid_pattern=r"^\$\{a\}'\\$"), {"${a}'\\": [], "${a}'": ["x:validPattern"]}),
    (Column("x", "string", KEEP, options={"format": "ipv4"}), {"10.0.0.1": [], "10.0.0.256": ["x:format"]}),
    (
        Column("x", "date", KEEP, options={"exclusiveMinimum": "2000-01-01", "exclusiveMaximum": "2000-01-03"}),
        {"2000-01-01": ["x:exclusiveMinimum"], "2000-01-02": [], "2000-01-03": ["x:exclusiveMaximum"]},
    ),
    (
        Column("x", "timestamp", KEEP, options={"exclusiveMaximum": "2000-01-01T00:00:00Z"}),
        {"1999-12-31T23:59:59.999999Z": [], "2000-01-01T01:00:00+01:00": ["x:exclusiveMaximum"]},
    ),
    (
        Column("x", "time", KEEP, options={"minimum": "09:00:00.50", "maximum": "10:00:00"}),
        {"09:00:00.5": [], "09:00:00.49": ["x:minimum"], "10:00:00.0": [], "10:00:00.000001": ["x:maximum"]},
    ),
    (
        Column("x", "integer", KEEP, options={"multipleOf": 3}),
        {"-6": [], "0": [], "900000000000000003": [], "900000000000000004": ["x:multipleOf"]},
    ),
    (
        Column("x", "number", KEEP, options={"multipleOf": 0.01}),
        {"0.29": [], "123456789.01": [], "1.005": ["x:multipleOf"], "123456789.015": ["x:multipleOf"]},
    ),
    (Column("x", "number", KEEP, options={"minimum": -0.5, "maximum": 1e22}), {"-0.5": [], "-0.51": ["x:minimum"]}),
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


def test_a_word_for_no_value_is_no_value(spark: SparkSession) -> None:
    """It breaks `required` and no limit, and is no value of a wrong type."""
    free = Column("x", "number", KEEP, options={"minimum": 1}, missing_values=("N/A",))
    assert reasons(spark, contract(free), {"x": "N/A"}, {"x": "n/a"}) == [[], ["x:type"]]
    assert reasons(spark, contract(replace(free, required=True)), {"x": " N/A "}) == [["x:required"]]


def test_warnings_are_counted_and_keep_the_row(spark: SparkSession) -> None:
    """A row rule of severity warning gives no reason; rows that are rejected for another are counted too."""
    columns = (Column("a", "integer", KEEP, required=True), Column("b", "integer", KEEP))
    made = contract(*columns, rules=(RowRule("b after a", "b > a -- later", "warning"), RowRule("b", "b < 9")))
    rows = [("1", "2"), ("2", "2"), ("3", None), ("9", "9"), (None, None)]
    schema = "a string, b string, _reason string, _wrong_types array<string>, _counts map<string,bigint>"
    frame = spark.createDataFrame([(a, b, None if a else "csv.fields", [], {"ignored:z": 2}) for a, b in rows], schema)
    found = [(row["_reasons"], row["_counts"]) for row in checked(frame, made).collect()]
    assert found == [
        ([], {"ignored:z": 2}),
        ([], {"ignored:z": 2, "warned:b after a": 1}),
        ([], {"ignored:z": 2}),
        (["record:b"], {"ignored:z": 2, "warned:b after a": 1}),
        (["record:csv.fields"], {"ignored:z": 2}),
    ]


def test_nulls_that_a_gate_asks_for_are_counted_before_masking(spark: SparkSession) -> None:
    """Of kept rows, in columns that are masked or dropped; the refined table tells of the others itself."""
    drop = Privacy("drop")
    columns = (Column("a", "integer", KEEP), Column("b", "integer", drop), Column("c", "integer", drop))
    gates = tuple(Gate(name, "nullValues", "mustBeLessThan", 1, "rows", "error", name) for name in ("a", "b"))
    made = replace(contract(*columns), gates=gates)
    schema = "a string, b string, c string, _reason string, _wrong_types array<string>, _counts map<string,bigint>"
    rows = [("1", "1", "1"), (None, None, None), ("x", None, None)]
    frame = spark.createDataFrame([(*row, None, [], {}) for row in rows], schema)
    assert [row["_counts"] for row in checked(frame, made).collect()] == [{}, {"missing:b": 1}, {}]


def test_five_hundred_columns_are_one_pass_in_bounded_time(spark: SparkSession) -> None:
    """1,750 rules: planned and run in seconds (13 s on two busy cores), and the reasons are those of each column."""
    kinds: list[tuple[LogicalType, str, dict[str, Any]]] = [
        ("string", "ab", {"pattern": "^[a-z]+$", "maxLength": 20}),
        ("integer", "12", {"minimum": 0, "maximum": 100}),
        ("number", "1.5", {"minimum": 0.5}),
        ("date", "2020-01-01", {"minimum": "1990-01-01"}),
    ]
    wide = [Column(f"c{at}", kinds[at % 4][0], KEEP, required=True, options=kinds[at % 4][2]) for at in range(500)]
    good = {column.name: kinds[at % 4][1] for at, column in enumerate(wide)}
    bad = {**good, "c0": "A" * 21, "c2": "0.4", "c255": "1989-12-31", "c499": None}
    started = time.monotonic()
    found = reasons(spark, contract(*wide), good, bad)
    assert found == [[], ["c0:pattern", "c0:maxLength", "c2:minimum", "c255:minimum", "c499:required"]]
    assert time.monotonic() - started < 120
