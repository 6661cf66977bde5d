"""Levels of a kind: what each value is published as."""

from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.release import QuasiIdentifier, Release
from pipeline.errors import PrivacyError
from pipeline.privacy.release_policy.hierarchies import hierarchies


def told(frame: DataFrame, column: str, **words: Any) -> list[list[str | None]]:
    """The distinct values of a column at every level but the last, which is one for all, in the order of `place`."""
    release = Release(policy="internal", k=5, quasi_identifiers=(QuasiIdentifier(column=column, **words),))
    [found] = hierarchies(frame, release, "who")
    assert (found.levels[-1].sql, found.levels[-1].words) == ("'*'", "*")
    levels = [F.expr(level.sql).alias(f"level{index}") for index, level in enumerate(found.levels[:-1])]
    rows = frame.select("place", *levels).distinct().orderBy("place").collect()
    return [[row[f"level{index}"] for row in rows] for index in range(len(levels))]


@pytest.mark.parametrize("kind", ["int", "double", "decimal(5,1)"])
def test_ages(spark: SparkSession, kind: str) -> None:
    """Exact to 89, bands of five and of ten years, and 90 and over as one at every level."""
    ages = [None, 0, 4, 5, 9, 10, 34, 89, 90, 104]
    frame = spark.createDataFrame(
        [(f"e{age}", place, age) for place, age in enumerate(ages)], "who string, place int, age int"
    )
    assert told(frame.withColumn("age", F.col("age").cast(kind)), "age", kind="age") == [
        [None, "0", "4", "5", "9", "10", "34", "89", "90+", "90+"],
        [None, "0-4", "0-4", "5-9", "5-9", "10-14", "30-34", "85-89", "90+", "90+"],
        [None, "0-9", "0-9", "0-9", "0-9", "10-19", "30-39", "80-89", "90+", "90+"],
    ]


def crowd(spark: SparkSession, *places: tuple[str | None, int]) -> DataFrame:
    """So many entities at each place, at two snapshots each."""
    rows = [
        (f"{place} {index}", number, place)
        for number, (place, count) in enumerate(places)
        for index in range(count)
        for _ in range(2)
    ]
    return spark.createDataFrame(rows, "who string, place int, town string")


def test_postcodes(spark: SparkSession) -> None:
    """The first three characters; areas of too few entities, rows of twenty snapshots or not, are 000."""
    frame = crowd(spark, ("560001", 2), ("560 99", 2), ("110001", 3), (" sw1a 1aa", 4), (None, 9))
    assert told(frame, "town", kind="postcode", fold_below=4) == [
        ["560", "560", "000", "SW1", None],
        ["5", "5", "1", "S", None],
    ]


def test_postcodes_fold_below_twenty_thousand(spark: SparkSession) -> None:
    """By default no area of a small table is told."""
    assert told(crowd(spark, ("560001", 6)), "town", kind="postcode") == [["000"], ["5"]]


def test_places(spark: SparkSession) -> None:
    """Places of fewer than k entities are other; a quote in a name is no end of a text."""
    frame = crowd(spark, ("L'Aquila \\", 5), ("Diu", 4), (None, 2))
    assert told(frame, "town", kind="place") == [["L'Aquila \\", "other", None]]
    assert told(frame, "town", kind="place", fold_below=3) == [["L'Aquila \\", "Diu", None]]


def test_words_name_no_place(spark: SparkSession) -> None:
    """Evidence says how places are folded, and none of them."""
    item = QuasiIdentifier(column="town", kind="place")
    [found] = hierarchies(crowd(spark, ("Goa", 9)), Release(policy="internal", k=5, quasi_identifiers=(item,)), "who")
    assert [level.words for level in found.levels] == ["places, those of fewer than 5 as other", "*"]
    assert "Goa" in found.levels[0].sql


@pytest.mark.parametrize(("column", "kind"), [("town", "age"), ("place", "place"), ("place", "postcode")])
def test_a_kind_of_another_type_is_refused(spark: SparkSession, column: str, kind: str) -> None:
    """An age is a number; a postcode as a number has lost its zeros."""
    with pytest.raises(PrivacyError, match=f"{column} can't be of kind {kind}"):
        told(crowd(spark, ("Goa", 1)), column, kind=kind)
