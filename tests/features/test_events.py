"""Every method of Events, on hand-made events of one entity at one snapshot."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from statistics import linear_regression
from typing import Any

import pyspark.sql.functions as F
import pytest
from pyspark.sql import Column, SparkSession

from pipeline.errors import FeatureError
from pipeline.features.events import Events
from pipeline.features.reader import Reader

Method = Callable[[Events], Column]
SNAPSHOT = date(2024, 12, 31)
SCHEMA = "snapshot_date date, visits array<struct<_at timestamp, value double, whole bigint, kind string>>"

#: (day, value, kind), oldest first.
HISTORY: list[tuple[str, float | None, str | None]] = [
    ("2023-06-01", 2.0, "a"),
    ("2023-12-31", 4.0, "a"),
    ("2024-01-01", None, "b"),
    ("2024-07-01", 9.0, None),
    ("2024-07-01", 1.0, None),
    ("2024-12-31", 5.0, "a"),
]


def _slope_a_year() -> float:
    """The standard library's regression over HISTORY."""
    points = [(date.fromisoformat(day).toordinal(), value) for day, value, _ in HISTORY if value is not None]
    days, values = zip(*points, strict=True)
    return linear_regression(days, values).slope * 365.25


def evaluate(
    spark: SparkSession, method: Method, events: Sequence[tuple[str, Any, Any]], snapshot: date = SNAPSHOT
) -> Any:
    """Value of one method over events that are in order."""
    structs = [(datetime.fromisoformat(day), value, None, kind) for day, value, kind in events]
    frame = spark.createDataFrame([(snapshot, structs)], SCHEMA)
    given = Events(F.col("visits"), F.col("snapshot_date"), Reader("visits", ("value", "whole", "kind")), "visits")
    return frame.select(method(given)).collect()[0][0]


@pytest.mark.parametrize(
    ("method", "expected", "empty"),
    [
        (lambda e: e.count(), 6, 0),
        (lambda e: e.any(), True, False),
        (lambda e: e.distinct("value"), 5, 0),
        (lambda e: e.distinct("kind"), 2, 0),
        (lambda e: e.changes("kind"), 3, 0),
        (lambda e: e.changes("value"), 5, 0),
        (lambda e: e.sum("value"), 21.0, 0.0),
        (lambda e: e.sum(lambda event: event["value"] * 2), 42.0, 0.0),
        (lambda e: e.mean("value"), 4.2, None),
        (lambda e: e.min("value"), 1.0, None),
        (lambda e: e.max("value"), 9.0, None),
        (lambda e: e.max("kind"), "b", None),
        (lambda e: e.latest("value"), 5.0, None),
        (lambda e: e.latest("kind"), "a", None),
        (lambda e: e.latest(lambda event: F.upper(event["kind"])), "A", None),
        (lambda e: e.first("value"), 2.0, None),
        (lambda e: e.days_since_last(), 0, None),
        (lambda e: e.months_since_last(), 0, None),
        (lambda e: e.trend("value"), pytest.approx(_slope_a_year()), None),
        (lambda e: e.last(3).mean("value"), 5.0, None),
        (lambda e: e.last(2).first("value"), 1.0, None),
        (lambda e: e.last(2).latest("value"), 5.0, None),
        (lambda e: e.last(99).count(), 6, 0),
        (lambda e: e.last(4).latest("kind"), "a", None),
        (lambda e: e.within(months=12).count(), 4, 0),
        (lambda e: e.before(months=12).count(), 2, 0),
        (lambda e: e.within(months=6).count(), 3, 0),
        (lambda e: e.where(lambda event: event["kind"] == "a").count(), 3, 0),
        (lambda e: e.where(lambda event: event["kind"] != "a").count(), 1, 0),
        (lambda e: e.where(lambda event: event["kind"].isNull()).sum("value"), 10.0, 0.0),
        (lambda e: e.where(lambda event: event["value"] > 3).last(2).first("value"), 9.0, None),
        (lambda e: e.expr("size(filter(events, e -> e.value > 3))"), 3, 0),
        (lambda e: e.expr("year(snapshot_date)"), 2024, 2024),
    ],
)
def test_method(spark: SparkSession, method: Method, expected: Any, empty: Any) -> None:
    """Each method gives the value worked out by hand, and its stated value where there are no events."""
    assert evaluate(spark, method, HISTORY) == expected
    assert evaluate(spark, method, []) == empty


@pytest.mark.parametrize(
    ("snapshot", "day", "within", "months"),
    [
        (date(2024, 2, 29), "2023-02-28", False, 12),
        (date(2024, 2, 29), "2023-03-01", True, 11),
        (date(2024, 2, 29), "2024-02-29", True, 0),
        (date(2025, 2, 28), "2024-02-28", False, 12),
        (date(2025, 2, 28), "2024-02-29", True, 12),
        (date(2025, 3, 31), "2024-03-31", False, 12),
        (date(2025, 3, 31), "2024-04-01", True, 11),
        (date(2025, 1, 30), "2024-01-31", True, 11),
    ],
)
def test_month_arithmetic(spark: SparkSession, snapshot: date, day: str, within: bool, months: int) -> None:
    """A window of twelve months starts after the same day a year before; 29 February falls back to the 28th."""
    events = [(day, 1.0, None)]
    assert evaluate(spark, lambda e: e.within(months=12).any(), events, snapshot) is within
    assert evaluate(spark, lambda e: e.before(months=12).any(), events, snapshot) is not within
    assert evaluate(spark, lambda e: e.months_since_last(), events, snapshot) == months


def test_time_of_day_does_not_move_a_window(spark: SparkSession) -> None:
    """An event late on the window's first day is outside it, one early on the next day inside."""
    events = [("2023-12-31T23:59:59", 1.0, None), ("2024-01-01T00:00:00", 2.0, None)]
    assert evaluate(spark, lambda e: e.within(months=12).sum("value"), events) == 2.0


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([("2020-12-31", 1.0, None), ("2024-12-31", 2.0, None)], 0.25),
        ([("2020-12-31", 2.0, None), ("2024-12-31", 1.0, None)], -0.25),
        ([("2024-01-01", 1.0, None), ("2024-06-01", 1.0, None)], 0.0),
        ([("2024-01-01", 1.0, None), ("2024-01-01", 4.0, None), ("2024-01-01", 2.0, None)], None),
        ([("2024-01-01", 1.0, None)], None),
        ([("2024-01-01", 1.0, None), ("2024-06-01", None, None)], None),
    ],
)
def test_trend(spark: SparkSession, events: list[tuple[str, Any, Any]], expected: float | None) -> None:
    """The slope is per year of 365.25 days, and null where the values lie on fewer than two days."""
    assert evaluate(spark, lambda e: e.trend("value"), events) == expected


def test_sums_follow_the_order_of_events(spark: SparkSession) -> None:
    """A double sum whose result depends on order is taken oldest first."""
    events = [("2024-01-01", 1e16, None), ("2024-01-02", 1.0, None), ("2024-01-03", -1e16, None)]
    assert evaluate(spark, lambda e: e.sum("value"), events) == (1e16 + 1.0) - 1e16
    assert evaluate(spark, lambda e: e.sum("value"), [events[0], events[2], events[1]]) == 1.0


def test_unknown_columns_are_refused(spark: SparkSession) -> None:
    """A column that the source does not have is refused, listing those it has; locators count as unknown."""
    for name in ("colour", "_at", "_digest"):
        with pytest.raises(FeatureError, match="visits has no column") as refusal:
            evaluate(spark, lambda e, name=name: e.latest(name), HISTORY)  # type: ignore[misc]
        assert refusal.value.allowed == "value, whole, kind"


def test_reads_are_noted(spark: SparkSession) -> None:
    """Only columns that a rule reads are noted, and SQL counts as reading all."""
    reader = Reader("visits", ("value", "whole", "kind"))
    events = Events(F.col("visits"), F.col("snapshot_date"), reader, "visits")
    events.where(lambda event: event["kind"] == "a").count()
    assert reader.read == {"kind"}
    events.expr("size(events)")
    assert reader.read == {"value", "whole", "kind"}


def test_sql_starts_from_the_whole_view(spark: SparkSession) -> None:
    """SQL over narrowed events is refused, since its `events` would not be the narrowed ones."""
    with pytest.raises(FeatureError, match="expr works on the events"):
        evaluate(spark, lambda e: e.last(1).expr("size(events)"), HISTORY)
