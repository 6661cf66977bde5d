"""What masking costs: counted in the pass that writes, of kept rows alone, and never a value."""

from datetime import date
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract, LogicalType, Privacy
from pipeline.privacy.masking import SPARK_ACTIONS, masked
from pipeline.privacy.utility import Utility, UtilityWatch
from pipeline.storage.tables import KEPT, REJECTED, VERDICT

SCHEMA = f"{VERDICT} string, g string, x {{}}"


def contract(*columns: Column) -> Contract:
    return Contract("t.t", "t", "1", columns, (), None, None, None, (), (), "")


def measured(spark: SparkSession, column: Column, values: list[Any], spark_type: str, rejected: int = 0) -> Utility:
    """What is measured while the masked rows are written; the first rows may be rejected ones."""
    verdicts = [REJECTED] * rejected + [KEPT] * (len(values) - rejected)
    rows = [(verdict, "a", value) for verdict, value in zip(verdicts, values, strict=True)]
    frame = spark.createDataFrame(rows, SCHEMA.format(spark_type))
    watch, kept = UtilityWatch(contract(column)), F.col(VERDICT) == KEPT
    plain = [F.col(VERDICT)]
    if column.privacy.action in SPARK_ACTIONS:
        plain.append(masked(column, kept))
    elif column.privacy.action != "drop":
        plain.append(F.when(kept, F.col("x").cast("string")).alias("x"))
    written = watch.keyed(stars(watch.select(frame, plain), column))
    written.write.format("noop").mode("overwrite").save()
    found = watch.document()
    assert found is not None
    return found


def stars(frame: DataFrame, column: Column) -> DataFrame:
    """Stands for redaction: every text becomes the same."""
    return (
        frame.withColumn("x", F.when(F.col("x").isNotNull(), F.lit("*")))
        if column.privacy.action == "redact"
        else frame
    )


HUNDRED = [float(n) for n in range(100)]
DAYS = [date(2000 + n // 12, n % 12 + 1, 1) for n in range(48)]


@pytest.mark.parametrize(
    ("kind", "privacy", "spark_type", "values", "distinct", "variance"),
    [
        ("number", Privacy("round", to="10"), "double", HUNDRED, [100, 11], 0.99),
        ("number", Privacy("band", edges=(50,)), "double", HUNDRED, [100, 2], 0.75),
        ("number", Privacy("rank"), "double", HUNDRED, [100, 100], 1.0),
        ("number", Privacy("ratio"), "double", [n + 1.0 for n in HUNDRED], [100, 100], 1.0),
        ("integer", Privacy("band", edges=(1_000,)), "long", list(range(100)), [100, 1], 0.0),
        ("number", Privacy("round", to="10"), "double", [5.0] * 9, [1, 1], None),
        ("number", Privacy("round", to="10"), "double", [1.0, 20.0], [2, 2], None),
        ("number", Privacy("round", to="1"), "double", [n * 1e300 for n in HUNDRED], [100, 100], None),
        ("date", Privacy("truncate", to="year"), "date", DAYS, [48, 4], 0.939),
        ("string", Privacy("truncate", to="1"), "string", ["ab", "ac", "b"] * 3, [3, 2], None),
        ("string", Privacy("redact"), "string", ["ab", "ac", "b"] * 3, [3, 1], None),
        ("string", Privacy("drop"), "string", ["ab", "ac", "b"] * 3, [3, 0], None),
    ],
)
def test_what_is_left_of_a_column(  # type: ignore[no-untyped-def]
    spark: SparkSession, kind: LogicalType, privacy: Privacy, spark_type, values, distinct, variance
) -> None:
    """Distinct values before and after, and of numbers the squared correlation with what is published."""
    found = measured(spark, Column("x", kind, privacy), values, spark_type)
    assert found["rows"] == len(values)
    assert found["columns"]["x"]["distinct"] == [pytest.approx(count, rel=0.01) for count in distinct]
    assert found["columns"]["x"]["variance_kept"] == (None if variance is None else pytest.approx(variance, abs=0.002))


@pytest.mark.parametrize(
    ("privacy", "values", "missing"),
    [
        (Privacy("round", to="1"), [None, 1.0, 2.0], [1, 1]),
        (Privacy("ratio"), [0.0, 0.0, 5.0, None], [1, 4]),
        (Privacy("drop"), [None, 1.0], [1, 2]),
    ],
)
def test_what_is_missing_before_and_after(
    spark: SparkSession, privacy: Privacy, values: list[Any], missing: list[int]
) -> None:
    """Rows without a value at first, and once masked: a ratio to 0 is none, and nothing is left of a dropped column."""
    assert measured(spark, Column("x", "number", privacy), values, "double")["columns"]["x"]["missing"] == missing


def test_rejected_rows_are_not_counted(spark: SparkSession) -> None:
    """What is not published costs nothing."""
    found = measured(
        spark, Column("x", "number", Privacy("round", to="1")), [9.0, 8.0, 1.0, None], "double", rejected=2
    )
    assert found == {"rows": 2, "columns": {"x": {"distinct": [1, 1], "missing": [1, 1], "variance_kept": None}}}


def test_a_kept_column_costs_nothing(spark: SparkSession) -> None:
    """What is published as it is is not measured."""
    assert measured(spark, Column("x", "number", Privacy("keep")), [1.0], "double") == {"rows": 1, "columns": {}}


def test_what_spark_does_not_tell_is_not_waited_for(spark: SparkSession) -> None:
    """Rows that were never written, or whose counts were lost, leave no figures and no endless run."""
    frame = spark.createDataFrame([(KEPT, "a", 1.0)], SCHEMA.format("double"))
    watch = UtilityWatch(contract())
    watch.keyed(watch.select(frame, [VERDICT]))
    assert watch.document(patience=0.1) is None


def test_clear_values_end_with_the_count(spark: SparkSession) -> None:
    """The rows that go on have the columns that were asked for, in their order, and no clear one beside them."""
    frame = spark.createDataFrame([(KEPT, "a", 1.0)], SCHEMA.format("double"))
    watch = UtilityWatch(
        contract(Column("x", "number", Privacy("round", to="1")), Column("g", "string", Privacy("drop")))
    )
    assert watch.select(frame, [F.col("x"), F.col(VERDICT)]).columns == ["x", VERDICT]
