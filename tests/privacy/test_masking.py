"""Privacy actions as Spark expressions: what leaves, at the bounds."""

from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, LogicalType, Privacy
from pipeline.privacy.masking import masked


def apply(
    spark: SparkSession, kind: LogicalType, privacy: Privacy, rows: list[tuple[Any, ...]], schema: str
) -> list[Any]:
    frame = spark.createDataFrame([(n, True, *row) for n, row in enumerate(rows)], f"n int, ok boolean, {schema}")
    column = masked(Column("x", kind, privacy), F.col("ok"))
    return [row["x"] for row in frame.select("n", column).orderBy("n").collect()]


BAND = Privacy("band", edges=(10, 20))
CLOSE = Privacy("band", edges=(-0.5, 0.25, 1e6, 1e6 + 1))
HUGE = [-1e300, -0.5, 0.0, 1e6, 1_000_001.0, 1e300]
CLOSE_BANDS = ["<-0.5", "-0.5-0.25", "-0.5-0.25", "1000000-1000001", ">=1000001", ">=1000001"]


@pytest.mark.parametrize(
    ("kind", "privacy", "spark_type", "values", "expected"),
    [
        ("number", Privacy("keep"), "double", [1.5, None], [1.5, None]),
        ("number", BAND, "double", [9.99, 10.0, 19.99, 20.0, None], ["<10", "10-20", "10-20", ">=20", None]),
        ("integer", BAND, "long", [-(10**17), 9, 10, 10**17], ["<10", "<10", "10-20", ">=20"]),
        ("number", CLOSE, "double", HUGE, CLOSE_BANDS),
        ("number", Privacy("round", to="0.5"), "double", [1.2, 1.3, None], [1.0, 1.5, None]),
        ("number", Privacy("round", to="0.5"), "double", [0.25, -0.25, -0.2, 0.0], [0.5, -0.5, 0.0, 0.0]),
        ("number", Privacy("round", to="0.1"), "double", [0.15, 0.3, 0.7, 1e300], [0.2, 0.3, 0.7, 1e300]),
        ("number", Privacy("round", to="1e-06"), "double", [1.2345675e-3, 1e-7], [0.001235, 0.0]),
        ("integer", Privacy("round", to="10"), "long", [15, -15, 14, None], [20.0, -20.0, 10.0, None]),
        ("string", Privacy("truncate", to="3"), "string", ["560001", "ab", "", None], ["560", "ab", "", None]),
        ("string", Privacy("truncate", to="2"), "string", ["日本語", "🙂🙃🙂"], ["日本", "🙂🙃"]),
    ],
)
def test_actions_on_one_value(spark: SparkSession, kind, privacy, spark_type, values, expected) -> None:  # type: ignore[no-untyped-def]
    """Each value alone, bounds and null included."""
    assert apply(spark, kind, privacy, [(value,) for value in values], f"x {spark_type}") == expected


@pytest.mark.parametrize(
    ("kind", "value", "to", "expected"),
    [
        ("date", "DATE'1984-02-29'", "year", "1984-01-01"),
        ("date", "DATE'1984-02-29'", "month", "1984-02-01"),
        ("date", "DATE'1999-12-31'", "month", "1999-12-01"),
        ("date", "CAST(NULL AS DATE)", "year", "None"),
        ("timestamp", "TIMESTAMP'2024-02-29T23:59:59.999999Z'", "month", "2024-02-01 00:00:00"),
        ("timestamp", "TIMESTAMP'2023-12-31T23:30:00-05:00'", "year", "2024-01-01 00:00:00"),
        ("timestamp", "TIMESTAMP'2024-01-01T00:30:00+05:30'", "year", "2023-01-01 00:00:00"),
    ],
)
def test_dates_are_truncated(spark: SparkSession, kind: LogicalType, value: str, to: str, expected: str) -> None:
    """A date keeps its year, or its year and month; a timestamp those that it has in UTC."""
    frame = spark.sql(f"SELECT {value} AS x")
    column = masked(Column("x", kind, Privacy("truncate", to=to)), F.lit(True))
    assert frame.select(column.cast("string").alias("x")).collect()[0]["x"] == (
        None if expected == "None" else expected
    )


def test_a_rank_is_the_mid_quantile_in_its_group(spark: SparkSession) -> None:
    """Ties share a rank, a lone value stands in the middle, null stays null and counts for nobody."""
    rows = [("a", 1.0), ("a", 2.0), ("a", 2.0), ("a", 9.0), ("b", 5.0), ("a", None)]
    found = apply(spark, "number", Privacy("rank", within=("g",)), rows, "g string, x double")
    assert found == [0.125, 0.5, 0.5, 0.875, 0.5, None]


@pytest.mark.parametrize(("values", "expected"), [([7.0], [0.5]), ([7.0] * 4, [0.5] * 4), ([None, None], [None, None])])
def test_a_rank_of_what_is_alike_is_the_middle(spark: SparkSession, values: list[Any], expected: list[Any]) -> None:
    """Alone or all equal, nobody stands above or below; nobody with a value, nobody has a rank."""
    assert apply(spark, "number", Privacy("rank"), [(value,) for value in values], "x double") == expected


def test_a_ratio_is_to_the_median_of_its_group(spark: SparkSession) -> None:
    """The middle value of the group is 1."""
    found = apply(
        spark, "number", Privacy("ratio", within=("g",)), [("a", 1.0), ("a", 2.0), ("a", 4.0)], "g string, x double"
    )
    assert found == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0, 0, 5], [None, None, None]),
        ([-2, -4], [0.667, 1.333]),
        ([3, None], [1.0, None]),
    ],
)
def test_ratios_at_the_bounds(spark: SparkSession, values: list[Any], expected: list[Any]) -> None:
    """There is no ratio to a median of 0; a negative one turns the order; what has no value has no ratio."""
    assert apply(spark, "integer", Privacy("ratio"), [(value,) for value in values], "x long") == expected


@pytest.mark.parametrize("action", ["keep", "rank"])
def test_rejected_rows_hold_nothing_and_weigh_nothing(spark: SparkSession, action: str) -> None:
    """A value of a rejected row is blank, and does not move the ranks of others."""
    frame = spark.createDataFrame([(0, True, "a", 1.0), (1, False, "a", 0.5)], "n int, ok boolean, g string, x double")
    column = Column("x", "number", Privacy(action, within=("g",)))  # type: ignore[arg-type]
    found = [row["x"] for row in frame.select("n", masked(column, F.col("ok"))).orderBy("n").collect()]
    assert found == [{"keep": 1.0, "rank": 0.5}[action], None]
