"""Anomalies of a run against earlier ones: which measures, which verdicts, and what is told."""

from datetime import date
from typing import Any

import pytest

from pipeline.contracts.dataset import Watch
from pipeline.errors import GateError
from pipeline.quality.anomalies import anomalies
from pipeline.quality.history import PastRun
from pipeline.quality.verdicts import stop_on_change


def source(rows: int, nulls: int = 0, mean: float | None = 50.0, distinct: int = 100) -> dict[str, Any]:
    """What refine found of a source with one column of numbers."""
    seen = rows - nulls
    bins = [["[48, 52)", seen]] if seen else []
    profile = {"kind": "number", "nulls": nulls, "distinct": distinct, "mean": mean if seen else None, "bins": bins}
    return {"hr": {"kept": rows, "profile": {"pay": profile}}}


def past(*found: dict[str, Any]) -> list[PastRun]:
    """One run a year."""
    return [PastRun(f"r{at}", date(2000 + at, 12, 31), sources) for at, sources in enumerate(found)]


def judged(now: dict[str, Any], runs: list[PastRun], severity: str = "warning") -> dict[str, dict[str, Any]]:
    """The verdict of each measure, by its name."""
    found = anomalies(now, date(2020, 12, 31), runs, Watch.model_validate({"severity": severity}))
    assert (found["runs"], found["needed"]) == (len(runs), 5)
    return {item["measure"]: item for item in found["measures"]}


USUAL = [source(1000 + at % 3, 20 + at % 2, 50 + at % 2 / 10, 100 + at % 2) for at in range(6)]


def test_a_usual_run_passes() -> None:
    """Every measure has bounds, its history and a verdict."""
    found = judged(source(1001, 21), past(*USUAL))
    assert {name: item["verdict"] for name, item in found.items()} == dict.fromkeys(
        ["rows", "nulls", "distinct", "mean"], "pass"
    )
    assert found["rows"]["column"] is None
    assert found["rows"]["low"] < 1001 < found["rows"]["high"]
    assert found["rows"]["history"][:2] == [["2000-12-31", 1000], ["2001-12-31", 1001]]


@pytest.mark.parametrize(
    ("now", "measure"),
    [
        (source(500, 10), "rows"),
        (source(2000, 40), "rows"),
        (source(1000, 63), "nulls"),
        (source(1000, 20, mean=55), "mean"),
        (source(1000, 20, distinct=50), "distinct"),
    ],
)
def test_an_odd_run_is_told(now: dict[str, Any], measure: str) -> None:
    """Only the measure that is odd; it warns or fails as the dataset says."""
    for severity, verdict in (("warning", "warn"), ("error", "fail")):
        found = judged(now, past(*USUAL), severity)
        assert {name for name, item in found.items() if item["verdict"] == verdict} == {measure}


def test_a_short_history_judges_nothing() -> None:
    """Four of five runs: young, without bounds."""
    found = judged(source(1), past(*USUAL[:4]), "error")
    assert {item["verdict"] for item in found.values()} == {"young"}
    assert {item["low"] for item in found.values()} == {None}


def test_a_new_column_is_young_though_its_source_is_not() -> None:
    """Each measure has its own history."""
    bare = [{"hr": {"kept": 1000, "profile": {}}} for _ in range(6)]
    found = judged(source(1000), past(*bare))
    assert {name: item["verdict"] for name, item in found.items()} == {
        "rows": "pass", "nulls": "young", "distinct": "young", "mean": "young",
    }  # fmt: skip


def test_an_empty_source_is_an_anomaly_and_no_division_by_zero() -> None:
    """Rows are judged; what has no rows has no shares and means."""
    assert {name: item["verdict"] for name, item in judged(source(0), past(*USUAL)).items()} == {"rows": "warn"}
    assert {name: item["verdict"] for name, item in judged(source(9, 9), past(*USUAL)).items()}["nulls"] == "warn"


def test_a_run_from_before_there_were_profiles_counts_by_its_rows() -> None:
    """Evidence of older code has no profile."""
    assert judged(source(10), past(*({"hr": {"kept": 1000}} for _ in range(5))))["rows"]["verdict"] == "warn"


def test_a_failed_anomaly_says_what_and_where() -> None:
    """The message names source, column, measure and bounds."""
    found = anomalies(source(1000, mean=99), date(2020, 12, 31), past(*USUAL), Watch(severity="error"))
    with pytest.raises(GateError, match=r"hr\.pay: mean 99") as caught:
        stop_on_change({"columns": []}, found, "clearwell baseline show staff")
    assert caught.value.hint == "clearwell baseline show staff"
