"""Figures of a group: told of enough entities that differ, to every row of the group, and to nobody else."""

from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Identity, LogicalType, Privacy
from pipeline.privacy.group_figures import entity_of
from pipeline.privacy.masking import masked

MEAN = Privacy("aggregate", within=("g",), figure="mean", least=5)
MEDIAN = Privacy("aggregate", within=("g",), figure="median", least=5)
SICK = Privacy("aggregate", within=("g",), figure="share", of="sick", least=5)
TRUE = Privacy("aggregate", within=("g",), figure="share", least=5)
Rows = list[tuple[str, Any, Any]]


def figures(spark: SparkSession, privacy: Privacy, rows: Rows, kind: LogicalType = "number", **more: Any) -> list[Any]:
    """The figure of each row `(group, entity, value)`; `kept` may say which count."""
    kept = more.get("kept", [True] * len(rows))
    spark_type = {"number": "double", "string": "string", "boolean": "boolean"}[kind]
    frame = spark.createDataFrame(
        [(at, ok, *row) for at, (ok, row) in enumerate(zip(kept, rows, strict=True))],
        f"n int, ok boolean, g string, e string, x {spark_type}",
    )
    who = F.col("e") if more.get("by_entity", True) else None
    told = frame.select("n", masked(Column("x", kind, privacy), F.col("ok"), who))
    return [row["x"] for row in told.orderBy("n").collect()]


def members(*values: Any, group: str = "a") -> Rows:
    """One row of one entity each."""
    return [(group, f"e{at}", value) for at, value in enumerate(values)]


@pytest.mark.parametrize(
    ("privacy", "kind", "values", "expected"),
    [
        pytest.param(MEAN, "number", [1.0, 2.0, 3.0, 4.0], None, id="one entity too few"),
        pytest.param(MEAN, "number", [1.0, 2.0, 3.0, 4.0, 5.0], 3.0, id="just enough"),
        pytest.param(MEAN, "number", [1.0, 2.0, 3.0, 4.0, None], None, id="enough rows, but one without a value"),
        pytest.param(MEAN, "number", [7.0] * 9, None, id="all alike"),
        pytest.param(MEAN, "number", [53_211.07, 48_100.5, 61_000.0, 57_250.25, 50_000.0], 53_900.0, id="three digits"),
        pytest.param(MEAN, "number", [-0.001234, -0.00125, 0.0, 0.0, 0.0], -0.000497, id="small and negative"),
        pytest.param(MEAN, "number", [1e300, 1e300, 1e300, 1e300, -1e300], 6e299, id="huge"),
        pytest.param(MEDIAN, "number", [1.0, 2.0, 3.0, 4.0, 1_000.0], 3.0, id="median"),
        pytest.param(SICK, "string", ["sick", "well", "well", "well", "study"], 0.2, id="share of a word"),
        pytest.param(SICK, "string", ["well", "well", "study", "well", "study"], None, id="a word that nobody has"),
        pytest.param(SICK, "string", ["sick"] * 6, None, id="a word that all have"),
        pytest.param(TRUE, "boolean", [True, False, False, False, False, False, None], 0.167, id="share of true"),
        pytest.param(TRUE, "boolean", [False] * 5, None, id="nobody"),
    ],
)
def test_a_figure_is_told_of_enough_that_differ(
    spark: SparkSession, privacy: Privacy, kind: LogicalType, values: list[Any], expected: float | None
) -> None:
    """Every row of the group has the same figure, those without a value too; else none has."""
    assert figures(spark, privacy, members(*values), kind) == [expected] * len(values)


def test_one_entity_counts_once(spark: SparkSession) -> None:
    """Many rows of few persons are few; rows that name nobody add to the figure, not to the persons."""
    four = members(1.0, 2.0, 3.0, 4.0)
    assert figures(spark, MEAN, [*four, *four, ("a", None, 90.0)]) == [None] * 9
    assert figures(spark, MEAN, [*four, *four, ("a", "fifth", 7.0)]) == [3.0] * 9


def test_without_an_entity_rows_count(spark: SparkSession) -> None:
    """Where a source names no entity each row is somebody."""
    rows: Rows = [("a", None, float(n)) for n in range(5)]
    assert figures(spark, MEAN, rows, by_entity=False) == [2.0] * 5
    assert figures(spark, MEAN, rows[:4], by_entity=False) == [None] * 4


def test_groups_do_not_mix(spark: SparkSession) -> None:
    """Each group has its own figure, that of rows without a group among them."""
    rows = [*members(1.0, 2.0, 3.0, 4.0, 5.0), *members(1.0, 2.0, group="b"), *members(6.0, 7.0, 8.0, 9.0, 10.0)]
    rows[7:] = [(None, entity, value) for _, entity, value in rows[7:]]  # type: ignore[misc]
    assert figures(spark, MEAN, rows) == [3.0] * 5 + [None] * 2 + [8.0] * 5


def test_rejected_rows_have_no_part(spark: SparkSession) -> None:
    """A rejected row is told nothing, moves no figure and makes no group large enough."""
    rows = members(1.0, 2.0, 3.0, 4.0, 1_000.0, 5.0)
    assert figures(spark, MEAN, rows, kept=[True] * 4 + [False, True]) == [3.0] * 4 + [None, 3.0]
    assert figures(spark, MEAN, rows[:5], kept=[True] * 4 + [False]) == [None] * 5


@pytest.mark.parametrize(
    ("identity", "column"),
    [(Identity("staff", "id", ("email",)), "id"), (Identity("staff", None, ("email", "login")), "email")],
)
def test_an_entity_is_known_by_key_or_else_by_link(spark: SparkSession, identity: Identity, column: str) -> None:
    """The key of a source stands for the entity; without one its first link does."""
    frame = spark.createDataFrame([("1", "a@b", "c")], "id string, email string, login string")
    assert frame.select(entity_of(identity)).columns == [column]


def test_without_identity_there_is_no_entity() -> None:
    """Rows of such a source are of nobody."""
    assert entity_of(None) is None
