"""Gates that ask tables: repeated values, and queries of the contract."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pyspark.sql import DataFrame, SparkSession

from pipeline.contracts.model import Column, Contract, Gate, Privacy
from pipeline.errors import GateError
from pipeline.quality.asked import Queries, ask

KEEP = Privacy("keep")
COLUMNS = (Column("id", "string", KEEP), Column("grade", "integer", KEEP))
PAY = Contract("y", "pay", "1", COLUMNS, ("id",), None, None, None, (), (), "")


def sql(query: str) -> Gate:
    return Gate("g", "sql", "mustBe", 0.0, "rows", "error", query=query)


@pytest.fixture
def frames(spark: SparkSession) -> dict[str, DataFrame]:
    schema = "_object string, _ordinal long, _digest binary, id string, grade int"
    pay = [("o", 0, b"a", "ann", 1), ("o", 1, b"b", "bob", 1), ("o", 2, b"c", "cat", None), ("o", 3, b"d", "ann", 1)]
    jobs = spark.createDataFrame([("ann", 1), ("bob", 2)], "id string, level int")
    return {"pay": spark.createDataFrame(pay, schema), "jobs": jobs}


@pytest.fixture
def queries(spark: SparkSession, frames: dict[str, DataFrame]) -> Iterator[Queries]:
    with Queries(spark, frames) as opened:
        yield opened


QUERIES = [
    ("SELECT count(*) FROM pay", 4.0),
    ("SELECT sum(grade) / 2 FROM pay", 1.5),
    ("SELECT count(*) FROM pay AS p JOIN jobs AS j ON p.id = j.id WHERE p.grade <> j.level", 1.0),
    ("SELECT max(grade) FROM pay WHERE grade > 5", None),
    ("SELECT max(id) FROM pay", None),
    ("SELECT double('NaN') + count(*) FROM pay", None),
    ("SELECT CAST(avg(grade) AS DECIMAL(9, 2)) FROM pay", 1.0),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES)
def test_a_query_gives_one_number(queries: Queries, query: str, expected: float | None) -> None:
    """Tables are the sources by their names; null and texts are no number."""
    assert queries.answer("pay", sql(query)) == expected


def test_a_query_that_fails_is_told_without_its_values(queries: Queries) -> None:
    """Spark's own message would quote the value that could not be cast."""
    with pytest.raises(GateError) as caught:
        queries.answer("pay", sql("SELECT sum(CAST(id AS INT)) FROM pay"))
    assert caught.value.what == "pay: the query of 'g' can't be run"
    assert caught.value.given == "CAST_INVALID_INPUT"
    assert not any(name in str(caught.value) for name in ("ann", "bob", "cat"))


def test_no_view_stays(spark: SparkSession, frames: dict[str, DataFrame]) -> None:
    """After the block, failed or not, a source's name means nothing in the session."""
    with pytest.raises(GateError), Queries(spark, frames) as opened:
        opened.answer("pay", sql("SELECT count(*) FROM nobody"))
    assert not {table.name for table in spark.catalog.listTables()} & {"pay", "jobs"}


def test_gates_are_asked_by_their_names(frames: dict[str, DataFrame], queries: Queries) -> None:
    """Of repeated values all facts but the first that has one count; a repeated fact and a null do not."""
    gate = Gate("again", "duplicateValues", "mustBeLessThan", 1.0, "rows", "error", "grade")
    both = replace(gate, rule="both", column=None, columns=("id", "grade"))
    contract = replace(PAY, gates=(gate, both, sql("SELECT count(*) FROM jobs")))
    assert ask(contract, frames["pay"], queries) == {"again": 1.0, "both": 0.0, "g": 2.0}
