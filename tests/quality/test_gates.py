"""Gates: what warns, what stops, and how it is told."""

import pytest

from pipeline.contracts.model import Contract, Gate
from pipeline.errors import GateError
from pipeline.quality.gates import Measured, judge, stop_on_failure

MEASURED = Measured(framed=200, kept=190, rejected=10, missing={"pay": 19})


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
    ],
)
@pytest.mark.parametrize("severity", ["warning", "error"])
def test_a_gate_holds_up_to_its_threshold(metric, operator, limit, unit, value, holds, severity) -> None:  # type: ignore[no-untyped-def]
    """Counts, percents and every operator of the standard, at the boundary."""
    column = "pay" if metric == "missingValues" else None
    judged = judge(contract(Gate("g", metric, operator, limit, unit, severity, column)), MEASURED)[0]
    verdict = "pass" if holds else {"warning": "warn", "error": "fail"}[severity]
    assert (judged.value, judged.verdict) == (value, verdict)


def test_a_failed_gate_says_what_it_counted_and_where_to_look() -> None:
    """The message names source, rule, count, limit and the command that shows the rows."""
    judged = judge(contract(Gate("few rejected", "rejectedRows", "mustBeLessThan", 2.0, "percent", "error")), MEASURED)
    with pytest.raises(GateError) as caught:
        stop_on_failure(judged, "clearwell quarantine list hr")
    assert str(caught.value) == (
        "1 gate failed; nothing was published\n"
        "  given:   hr: few rejected: 5 percent\n"
        "  allowed: mustBeLessThan 2.0 percent\n"
        "  hint:    clearwell quarantine list hr"
    )


def test_warnings_do_not_stop() -> None:
    """A run with warnings only goes on."""
    stop_on_failure(judge(contract(Gate("g", "rowCount", "mustBe", 0, "rows", "warning")), MEASURED), "")


def test_an_empty_source_is_no_division_by_zero() -> None:
    """Percent of nothing is nothing."""
    judged = judge(contract(Gate("g", "rejectedRows", "mustBe", 0, "percent", "error")), Measured(0, 0, 0, {}))
    assert judged[0].verdict == "pass"
