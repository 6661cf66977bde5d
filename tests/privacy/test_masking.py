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


@pytest.mark.parametrize(
    ("kind", "privacy", "spark_type", "values", "expected"),
    [
        ("number", Privacy("keep"), "double", [1.5, None], [1.5, None]),
        ("number", BAND, "double", [9.99, 10.0, 19.99, 20.0, None], ["<10", "10-20", "10-20", ">=20", None]),
        ("number", Privacy("round", to="0.5"), "double", [1.2, 1.3, None], [1.0, 1.5, None]),
        ("string", Privacy("truncate", to="3"), "string", ["560001", "ab", None], ["560", "ab", None]),
    ],
)
def test_actions_on_one_value(spark: SparkSession, kind, privacy, spark_type, values, expected) -> None:  # type: ignore[no-untyped-def]
    """Each value alone, bounds and null included."""
    assert apply(spark, kind, privacy, [(value,) for value in values], f"x {spark_type}") == expected


@pytest.mark.parametrize(("to", "expected"), [("year", "1984-01-01"), ("month", "1984-02-01")])
def test_dates_are_truncated(spark: SparkSession, to: str, expected: str) -> None:
    """A date keeps its year, or its year and month."""
    frame = spark.sql("SELECT DATE'1984-02-29' AS x")
    column = masked(Column("x", "date", Privacy("truncate", to=to)), F.lit(True))
    assert str(frame.select(column).collect()[0]["x"]) == expected


def test_a_rank_is_the_mid_quantile_in_its_group(spark: SparkSession) -> None:
    """Ties share a rank, a lone value stands in the middle, null stays null and counts for nobody."""
    rows = [("a", 1.0), ("a", 2.0), ("a", 2.0), ("a", 9.0), ("b", 5.0), ("a", None)]
    found = apply(spark, "number", Privacy("rank", within=("g",)), rows, "g string, x double")
    assert found == [0.125, 0.5, 0.5, 0.875, 0.5, None]


def test_a_ratio_is_to_the_median_of_its_group(spark: SparkSession) -> None:
    """The middle value of the group is 1."""
    found = apply(
        spark, "number", Privacy("ratio", within=("g",)), [("a", 1.0), ("a", 2.0), ("a", 4.0)], "g string, x double"
    )
    assert found == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("action", ["keep", "rank"])
def test_rejected_rows_hold_nothing_and_weigh_nothing(spark: SparkSession, action: str) -> None:
    """A value of a rejected row is blank, and does not move the ranks of others."""
    frame = spark.createDataFrame([(0, True, "a", 1.0), (1, False, "a", 0.5)], "n int, ok boolean, g string, x double")
    column = Column("x", "number", Privacy(action, within=("g",)))  # type: ignore[arg-type]
    found = [row["x"] for row in frame.select("n", masked(column, F.col("ok"))).orderBy("n").collect()]
    assert found == [{"keep": 1.0, "rank": 0.5}[action], None]
