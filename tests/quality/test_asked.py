"""Gates that ask tables: repeated values, and queries of the contract."""

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


@pytest.fixture(scope="module")
def frames(spark: SparkSession) -> dict[str, DataFrame]:
    schema = "_object string, _ordinal long, _digest binary, id string, grade int"
    pay = [("o", 0, b"a", "ann", 1), ("o", 1, b"b", "bob", 1), ("o", 2, b"c", "cat", None), ("o", 3, b"d", "ann", 1)]
    session = spark.newSession()
    jobs = session.createDataFrame([("ann", 1), ("bob", 2)], "id string, level int")
    return {"pay": session.createDataFrame(pay, schema), "jobs": jobs}


QUERIES = [
    ("SELECT count(*) FROM pay", 4.0),
    ("SELECT sum(grade) / 2 FROM pay", 1.5),
    ("SELECT count(*) FROM pay AS p JOIN jobs AS j ON p.id = j.id WHERE p.grade <> j.level", 1.0),
    ("SELECT max(grade) FROM pay WHERE grade > 5", None),
    ("SELECT max(id) FROM pay", None),
    ("SELECT CAST(avg(grade) AS DECIMAL(9, 2)) FROM pay", 1.0),
]


@pytest.mark.parametrize(("query", "expected"), QUERIES)
def test_a_query_gives_one_number(frames: dict[str, DataFrame], query: str, expected: float | None) -> None:
    """Tables are the sources by their names; null and texts are no number."""
    contract = replace(PAY, gates=(sql(query),))
    queries = Queries(frames["pay"].sparkSession, frames)
    assert ask(contract, frames["pay"], queries) == {"g": expected}


def test_a_query_that_fails_is_told_without_its_values(frames: dict[str, DataFrame]) -> None:
    """Spark's own message would quote the value that could not be cast."""
    contract = replace(PAY, gates=(sql("SELECT sum(CAST(id AS INT)) FROM pay"),))
    with pytest.raises(GateError) as caught:
        ask(contract, frames["pay"], Queries(frames["pay"].sparkSession, frames))
    assert caught.value.what == "pay: the query of 'g' can't be run"
    assert caught.value.given == "CAST_INVALID_INPUT"
    assert not any(name in str(caught.value) for name in ("ann", "bob", "cat"))


def test_views_of_two_runs_do_not_meet(spark: SparkSession, frames: dict[str, DataFrame]) -> None:
    """The same source's name means another table in another session."""
    other = spark.newSession()
    queries = Queries(other, {"pay": other.range(7).toDF("id")})
    assert queries.answer("pay", sql("SELECT count(*) FROM pay")) == 7.0
    assert Queries(frames["pay"].sparkSession, frames).answer("pay", sql("SELECT count(*) FROM pay")) == 4.0


def test_repeated_values_are_counted(frames: dict[str, DataFrame]) -> None:
    """All facts but the first that has a value count; a repeated fact and a null do not."""
    gate = Gate("again", "duplicateValues", "mustBeLessThan", 1.0, "rows", "error", "grade")
    contract = replace(PAY, gates=(gate, replace(gate, rule="both", column=None, columns=("id", "grade"))))
    assert ask(contract, frames["pay"], None) == {"again": 1.0, "both": 0.0}
