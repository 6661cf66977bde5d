"""Assessment in Spark: what is published is measured anew, and agrees with people counted one by one."""

from collections import defaultdict
from datetime import date
from random import Random
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.release import QuasiIdentifier, Release
from pipeline.errors import AccountsError, PrivacyError
from pipeline.privacy.release_policy.assess import assess_frame

SCHEMA = "employee string, day date, age int, city string, note string, rating double, left boolean"
Row = tuple[str, date, int | None, str | None, str, float | None, bool | None]


def release(**changes: Any) -> Release:
    values: dict[str, Any] = {
        "policy": "internal",
        "k": 5,
        "sensitive": ("rating",),
        "most_suppressed": 0.1,
        "quasi_identifiers": (
            QuasiIdentifier(column="age", levels=("age", "CAST(age / 10 AS INT) * 10", "'*'")),
            # The second level looks at another quasi-identifier, as the input has it.
            QuasiIdentifier(column="city", levels=("city", "IF(age > 40, 'old', 'young')", "'*'")),
        ),
    }
    return Release(**{**values, **changes})


def people(count: int, seed: int) -> list[Row]:
    random = Random(seed)
    rows: list[Row] = []
    for index in range(count):
        for year in (2020, 2021):
            rating = random.choice([1.0, 2.5, 5.0, None])
            left = random.choice([True, False, None])
            age = random.choice([25, 26, 37, 52, None])
            rows.append((f"e{index}", date(year, 12, 31), age, random.choice(["x", "y", None]), "free", rating, left))
    return rows


def frame(spark: SparkSession, rows: list[Row]) -> DataFrame:
    return spark.createDataFrame(rows, SCHEMA)


@pytest.mark.parametrize("l", [1, 2])
def test_published_rows_meet_the_policy(spark: SparkSession, l: int) -> None:  # noqa: E741
    """Each published class, counted by hand, has k people and l ratings; the evidence's figures are those counts."""
    rows = people(90, 1)
    assessed = assess_frame(frame(spark, rows), release(l=l), "employee", "day", "left")
    published = assessed.frame.collect()
    classes = defaultdict(list)
    for row in published:
        classes[row["day"], row["age"], row["city"]].append(row)
    document = assessed.document()
    assert document["k"] == min(len({row["employee"] for row in group}) for group in classes.values()) >= 5
    assert document["l"] == min(len({row["rating"] for row in group}) for group in classes.values()) >= l
    before, after = {row[0] for row in rows}, {row["employee"] for row in published}
    assert document["entities"] == len(before) == document["published_entities"] + document["withheld_entities"]
    assert document["published_entities"] == len(after)
    assert (document["rows"], document["published_rows"]) == (len(rows), len(published))
    assert document["withheld_rows"] == len(rows) - len(published) <= 0.1 * len(rows)
    for name, labels in (
        ("base_rate_before", [row[6] for row in rows]),
        ("base_rate_after", [row["left"] for row in published]),
    ):
        known = [label for label in labels if label is not None]
        assert document[name] == pytest.approx(sum(known) / len(known))
    assert assessed.frame.columns == ["employee", "day", "age", "city", "note", "rating", "left"]


def test_withheld_class_with_missing_values(spark: SparkSession) -> None:
    """A small class is withheld though its values are missing; an entity without rows left is counted."""
    day = date(2020, 12, 31)
    crowd: list[Row] = [(f"e{index}", day, 25, "x", "", 1.0, True) for index in range(30)]
    odd: list[Row] = [("odd", day, None, None, "", 1.0, False)]
    assessed = assess_frame(frame(spark, crowd + odd), release(), "employee", "day", "left")
    assert assessed.generalisation.levels == (0, 0)
    assert assessed.frame.count() == 30
    assert assessed.withheld_entities == 1
    assert (assessed.before.base_rate, assessed.after.base_rate) == (pytest.approx(30 / 31), 1.0)


def test_nothing_to_withhold(spark: SparkSession) -> None:
    """A table that meets the policy is published as it is; without sensitive columns or label there is no l or rate."""
    day = date(2020, 12, 31)
    rows: list[Row] = [(f"e{index}", day, 25, "x", "", None, None) for index in range(5)]
    assessed = assess_frame(frame(spark, rows), release(sensitive=()), "employee", "day")
    assert assessed.frame.collect() == frame(spark, rows).collect()
    document = assessed.document()
    assert (document["k"], document["l"], document["base_rate_before"], document["withheld_rows"]) == (5, None, None, 0)
    assert document["quasi_identifiers"][0] == {"column": "age", "level": 0, "levels": 3, "expression": "age"}


def test_more_values_than_one_number_can_tell(spark: SparkSession) -> None:
    """Six columns of 2,500 values each have 2.4 * 10^20 combinations: their numbers need two keys, and agree."""
    names = "abcdef"
    quasi = tuple(QuasiIdentifier(column=name, levels=(name, f"{name} % 2", "'*'")) for name in names)
    table = spark.range(2_500).select(
        "id", F.lit(date(2020, 12, 31)).alias("day"), *(F.col("id").alias(name) for name in names)
    )
    assessed = assess_frame(table, release(sensitive=(), quasi_identifiers=quasi), "id", "day")
    assert (assessed.generalisation.levels, assessed.generalisation.k) == ((1,) * 6, 1_250)


def test_duplicate_rows_of_an_entity_stop(spark: SparkSession) -> None:
    """One person with two rows at a snapshot would count as two: it stops before anything is chosen."""
    day = date(2020, 12, 31)
    rows: list[Row] = [(f"e{index}", day, age, "x", "", 1.0, True) for index in range(5) for age in (25, 26)]
    with pytest.raises(AccountsError) as caught:
        assess_frame(frame(spark, rows), release(), "employee", "day")
    assert "10 rows, 5 pairs of entity and snapshot" in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"k": 99}, "no level of generalisation"),
        ({"sensitive": ("salary",)}, "columns that are not there"),
        ({"quasi_identifiers": (QuasiIdentifier(column="age", levels=("aage",)),)}, "a level of age is no expression"),
        ({"quasi_identifiers": (QuasiIdentifier(column="agee", levels=("age",)),)}, "columns that are not there"),
    ],
)
def test_refusals(spark: SparkSession, changes: dict[str, Any], message: str) -> None:
    """A policy that can't be met, or that names what is not there, stops with its reason."""
    with pytest.raises(PrivacyError, match=message):
        assess_frame(frame(spark, people(10, 2)), release(**changes), "employee", "day", "left")
