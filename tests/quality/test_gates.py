"""Gates: what warns, what stops, and how it is told."""

from dataclasses import replace
from typing import Literal

import pytest
from pyspark.sql import SparkSession

from pipeline.contracts.model import Column, Contract, Gate, Metric, Privacy
from pipeline.errors import GateError
from pipeline.quality.gates import Measured, judge, stop_on_failure
from pipeline.quality.tally import gated_columns, tally

ASKED: list[tuple[Metric, Literal["warning", "error"]]] = [
    ("nullValues", "warning"),
    ("missingValues", "error"),
    ("invalidValues", "warning"),
    ("invalidValues", "error"),
]

MEASURED = Measured(
    framed=200,
    kept=190,
    rejected=10,
    missing={"pay": 19},
    invalid={"pay": 4},
    broken={"g": 6},
    asked={"g": 38.0},
)


def contract(*gates: Gate) -> Contract:
    return Contract("x", "hr", "1", (), (), None, None, None, (), gates, "")


@pytest.mark.parametrize(
    ("metric", "operator", "limit", "unit", "value", "holds"),
    [
        ("rejectedRows", "mustBeLessThan", 5, "percent", 5.0, False),
        ("rejectedRows", "mustBeLessOrEqualTo", 5, "percent", 5.0, True),
        ("rejectedRows", "mustBe", 10, "rows", 10.0, True),
        ("rejectedRows", "mustNotBe", 10, "rows", 10.0, False),
        ("rowCount", "mustBeGreaterThan", 190, "rows", 190.0, False),
        ("rowCount", "mustBeGreaterOrEqualTo", 190, "rows", 190.0, True),
        ("rowCount", "mustBeBetween", (190, 200), "rows", 190.0, True),
        ("rowCount", "mustNotBeBetween", (190, 200), "rows", 190.0, False),
        ("missingValues", "mustBeLessThan", 10, "percent", 10.0, False),
        ("nullValues", "mustBeLessOrEqualTo", 19, "rows", 19.0, True),
        ("invalidValues", "mustBeLessThan", 2, "percent", 2.0, False),
        ("invalidValues", "mustBeLessOrEqualTo", 4, "rows", 4.0, True),
        ("brokenRows", "mustBeLessThan", 3, "percent", 3.0, False),
        ("brokenRows", "mustNotBeBetween", (7, 9), "rows", 6.0, True),
        ("duplicateValues", "mustBeLessThan", 20, "percent", 20.0, False),
        ("sql", "mustBe", 38, "rows", 38.0, True),
        ("sql", "mustBeLessThan", 38, "percent", 38.0, False),
    ],
)
@pytest.mark.parametrize("severity", ["warning", "error"])
def test_a_gate_holds_up_to_its_threshold(metric, operator, limit, unit, value, holds, severity) -> None:  # type: ignore[no-untyped-def]
    """Counts, percents and every operator of the standard, at the boundary."""
    column = "pay" if metric in ("missingValues", "nullValues", "invalidValues") else None
    judged = judge(contract(Gate("g", metric, operator, limit, unit, severity, column)), MEASURED)[0]
    verdict = "pass" if holds else {"warning": "warn", "error": "fail"}[severity]
    assert (judged.value, judged.verdict) == (value, verdict)


FAILED = [
    (
        Gate("few rejected", "rejectedRows", "mustBeLessThan", 2.0, "percent", "error"),
        "5 percent, mustBeLessThan 2",
        "",
    ),
    (
        Gate("pay known", "invalidValues", "mustBe", 0.0, "rows", "error", "pay"),
        "4 rows, mustBe 0",
        ' --rule "pay:valid"',
    ),
    (
        Gate("g", "brokenRows", "mustBeBetween", (0.0, 2.0), "percent", "error"),
        "3 percent, mustBeBetween 0 and 2",
        ' --rule "record:g"',
    ),
    (Gate("g", "sql", "mustBeLessThan", 1.0, "rows", "error"), "38, mustBeLessThan 1", None),
    (Gate("rows", "rowCount", "mustBeGreaterThan", 500.0, "rows", "error"), "190 rows, mustBeGreaterThan 500", None),
]


@pytest.mark.parametrize(("gate", "told", "rule"), FAILED)
def test_a_failed_gate_says_what_it_counted_and_where_to_look(gate: Gate, told: str, rule: str | None) -> None:
    """The message names source, rule, figure, limit and the command that shows the rows, where it counts any."""
    shown = "list people" if rule is None else f"show people hr{rule}"
    with pytest.raises(GateError) as caught:
        stop_on_failure(judge(contract(gate), MEASURED), "people", "r1")
    assert str(caught.value) == (
        "1 gate failed; nothing was published\n"
        f"  given:   hr: {gate.rule}: {told}\n"
        f"  hint:    clearwell quarantine {shown} --run r1"
    )


def test_each_failed_gate_has_its_line() -> None:
    """Two gates of one source are told under each other; those that warn are not."""
    gates = (FAILED[3][0], replace(FAILED[0][0], severity="warning"), FAILED[4][0])
    with pytest.raises(GateError, match="2 gates failed") as caught:
        stop_on_failure(judge(contract(*gates), MEASURED), "people", "r1")
    assert caught.value.given == "hr: g: 38, mustBeLessThan 1\n           hr: rows: 190 rows, mustBeGreaterThan 500"


@pytest.mark.parametrize("operator", ["mustBe", "mustNotBe", "mustBeLessThan"])
def test_a_query_without_a_number_never_passes(operator: str) -> None:
    """Null fails the gate whatever its operator, and is told as no number."""
    gate = Gate("g", "sql", operator, 1.0, "rows", "error")
    [judged] = judge(contract(gate), replace(MEASURED, asked={"g": None}))
    assert (judged.value, judged.verdict, judged.figure) == (None, "fail", "no number")


def test_warnings_do_not_stop() -> None:
    """A run with warnings only goes on."""
    stop_on_failure(judge(contract(Gate("g", "rowCount", "mustBe", 0, "rows", "warning")), MEASURED), "people", "r1")


def test_an_empty_source_is_no_division_by_zero() -> None:
    """Percent of nothing is nothing."""
    judged = judge(contract(Gate("g", "rejectedRows", "mustBe", 0, "percent", "error")), Measured(0, 0, 0))
    assert judged[0].verdict == "pass"


def test_two_gates_of_a_column_count_it_once(spark: SparkSession) -> None:
    """One that warns and one that stops see the same nulls and the same invalid values."""
    ask = [Gate(f"{metric} {level}", metric, "mustBe", 9.0, "rows", level, "pay") for metric, level in ASKED]
    hr = Contract(
        "x", "hr", "1", (Column("pay", "integer", Privacy("keep")),), (), None, None, None, (), tuple(ask), ""
    )
    rows = [("kept", [], None), ("kept", [], 1), ("rejected", ["pay:validValues", "pay:validPattern"], None)]
    schema = "_verdict string, _reasons array<string>, pay long, _counts map<string,bigint>"
    counted = tally(spark.createDataFrame([(*row, None) for row in rows], schema), *gated_columns(hr))
    assert (counted.missing, counted.invalid) == ({"pay": 1}, {"pay": 1})
