"""Twenty snapshots of one person are one person: classes of whole histories, counted person by person."""

from collections import defaultdict
from datetime import date
from itertools import product
from random import Random
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from pipeline.contracts.release import QuasiIdentifier, Release
from pipeline.errors import PrivacyError
from pipeline.privacy.release_policy.assess import assess_frame

Row = tuple[str, date, int, str, str]
"""who, day, age, city, rating"""
AGES = (str, lambda age: str(age // 10), lambda age: "*")
CITIES = (lambda city: city, lambda city: "*")
K, L = 11, 2


def release(**changes: Any) -> Release:
    values: dict[str, Any] = {
        "policy": "release",
        "k": K,
        "l": L,
        "sensitive": ("rating",),
        "pseudonyms": "stable",
        "most_suppressed": 0.3,
        "quasi_identifiers": (
            QuasiIdentifier(column="age", levels=("CAST(age AS STRING)", "CAST(age DIV 10 AS STRING)", "'*'")),
            QuasiIdentifier(column="city", levels=("city", "'*'")),
        ),
    }
    return Release(**{**values, **changes})


def frame(spark: SparkSession, rows: list[Row]) -> DataFrame:
    return spark.createDataFrame(rows, "who string, day date, age int, city string, rating string")


def person(name: str, years: range, age: int, cities: str, ratings: str) -> list[Row]:
    """Somebody's rows; city and rating of each year are a letter."""
    told = zip(years, cities, ratings, strict=True)
    return [(name, date(year, 12, 31), age + place, city, rating) for place, (year, city, rating) in enumerate(told)]


def crowd(random: Random) -> list[Row]:
    rows: list[Row] = []
    for number in range(random.randrange(40, 140)):
        years = range(2020 + random.choice([0, 0, 0, 0, 1]), 2022)
        cities = random.choice(["xx", "xx", "yy", "xy"])[: len(years)]
        ratings = "".join(random.choice("pq") for _ in years)
        rows += person(f"e{number}", years, random.choice([25, 26, 38]), cities, ratings)
    return rows


def groups(rows: list[Row], levels: tuple[int, ...]) -> dict[tuple[Any, ...], set[str]]:
    """Persons by their whole published history."""
    histories: dict[str, list[Any]] = defaultdict(list)
    for who, day, age, city, _ in sorted(rows):
        histories[who].append((day, AGES[levels[0]](age), CITIES[levels[1]](city)))
    found: dict[tuple[Any, ...], set[str]] = defaultdict(set)
    for who, history in histories.items():
        found[tuple(history)].add(who)
    return found


def fails(rows: list[Row], persons: set[str]) -> bool:
    """Whether a group is too small, or alike at any of its snapshots."""
    ratings: dict[date, set[str]] = defaultdict(set)
    for who, day, _, _, rating in rows:
        if who in persons:
            ratings[day].add(rating)
    return len(persons) < K or any(len(values) < L for values in ratings.values())


def withheld(rows: list[Row], levels: tuple[int, ...]) -> set[str]:
    return {who for persons in groups(rows, levels).values() if fails(rows, persons) for who in persons}


@pytest.mark.parametrize(("seed", "most"), [(0, 0.3), (2, 0.3), (6, 0.05), (4, 0.05)])
def test_published_histories_against_brute_force(spark: SparkSession, seed: int, most: float) -> None:
    """Who is published shares a whole history with ten others, and at each snapshot they differ in rating."""
    rows = crowd(Random(seed))
    possible = {
        levels: lost
        for levels in product(range(3), range(2))
        if (lost := sum(row[0] in withheld(rows, levels) for row in rows)) <= most * len(rows)
    }
    if not possible:
        with pytest.raises(PrivacyError, match="no level of generalisation"):
            assess_frame(frame(spark, rows), release(most_suppressed=most), "who", "day")
        return
    assessed = assess_frame(frame(spark, rows), release(most_suppressed=most), "who", "day")
    levels, published = assessed.generalisation.levels, {row["who"] for row in assessed.frame.collect()}
    assert levels in possible
    assert published == {row[0] for row in rows} - withheld(rows, levels)
    kept = [persons for persons in groups(rows, levels).values() if persons <= published]
    document = assessed.document()
    assert (document["class_of"], document["k"], document["classes"]) == ("history", min(map(len, kept)), len(kept))
    assert document["withheld_rows"] == possible[levels]
    assert document["rare_histories"] == 0


YEARS = range(2020, 2022)


def test_one_person_more_or_less_decides(spark: SparkSession) -> None:
    """Eleven of one history are published, and with ten the gate refuses: their twenty rows are ten persons."""
    alike = [row for index in range(11) for row in person(f"e{index}", YEARS, 25, "xx", "pq" if index % 2 else "qp")]
    assert assess_frame(frame(spark, alike), release(), "who", "day").document()["k"] == 11
    with pytest.raises(PrivacyError) as refusal:
        assess_frame(frame(spark, alike[2:]), release(), "who", "day")
    assert (refusal.value.given, refusal.value.allowed) == ("10 entities", "at least 11")
    assert "pseudonyms: per_snapshot" in str(refusal.value.hint)


def test_alike_at_one_snapshot_is_refused(spark: SparkSession) -> None:
    """Two ratings over two years are not two ratings at each."""
    alike = [row for index in range(11) for row in person(f"e{index}", YEARS, 25, "xx", "pq")]
    with pytest.raises(PrivacyError, match="no level of generalisation"):
        assess_frame(frame(spark, alike), release(), "who", "day")


def test_snapshots_that_would_do_alone_do_not_together(spark: SparkSession) -> None:
    """Crossed moves leave enough at each snapshot, but nobody's course is shared: it is coarsened, or measured."""
    moves = ["xy", "yx", "xx", "yy"]
    rows = [
        row
        for index in range(24)
        for row in person(f"e{index}", YEARS, 25, moves[index % 4], "pq" if index // 4 % 2 else "qp")
    ]
    apart = assess_frame(frame(spark, rows), release(pseudonyms="per_snapshot"), "who", "day")
    assert (apart.generalisation.levels, apart.document()["k"], apart.rare_histories) == ((0, 0), 12, None)
    together = assess_frame(frame(spark, rows), release(), "who", "day")
    assert (together.generalisation.levels, together.document()["k"]) == ((0, 1), 24)
    inside = assess_frame(frame(spark, rows), release(policy="internal", k=7), "who", "day")
    assert (inside.generalisation.levels, inside.rare_histories) == ((0, 0), 1.0)
