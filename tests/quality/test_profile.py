"""Profiles by Spark: what is told of each kind of column, and that it does not depend on how rows are spread."""

import datetime as dt
import json
import time
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from pipeline.contracts.model import Action, Column, Contract, LogicalType, Privacy, Unique
from pipeline.keys import KeySource
from pipeline.keys.development import DevelopmentKeyFile
from pipeline.quality.kinds import plan_of
from pipeline.quality.profile import profile

ROWS = 3_000
SECRET = [f"PlantedValue{at}" for at in range(40)]


def contract(*columns: Column) -> Contract:
    return Contract("x", "hr", "1", columns, ("id",), None, None, None, (), (), "", uniques=(Unique(("badge",)),))


def column(name: str, kind: LogicalType, action: Action = "keep", **more: Any) -> Column:
    made = {word: more.pop(word) for word in ("edges", "to", "within") if word in more}
    return Column(name, kind, Privacy(action, **made), **more)


PEOPLE = contract(
    column("id", "string", "pseudonymise"),
    column("badge", "string"),
    column("team", "string", valid_values=("red", "blue")),
    column("desk", "string"),
    column("level", "integer"),
    column("pay", "number"),
    column("age", "number", "band", edges=(30.0, 40.0)),
    column("born", "date"),
    column("seen", "timestamp"),
    column("starts", "time"),
    column("left", "boolean"),
    column("note", "string", "redact"),
    column("gone", "string", "drop"),
)
SCHEMA = (
    "_digest binary, id string, badge string, team string, desk string, level bigint, pay double, age string, "
    "born date, seen timestamp, starts string, left boolean, note string"
)


def row(at: int) -> tuple[Any, ...]:
    note = (
        None
        if at % 3 == 0
        else "Das ist nicht gut und die Ziele sind weit"
        if at % 3 == 1
        else "That is not what the team wants"
    )
    return (
        at.to_bytes(16, "big"), f"{at % 100:032x}", f"B{at}", ["red", "blue", "green", None][at % 4], SECRET[at % 40],
        at % 5, at / 8 if at % 2 else None, ["<30", "30-40", ">=40"][at % 3], dt.date(2019, 1 + at % 12, 1 + at % 28),
        dt.datetime(2020, 1 + at % 2, 1, tzinfo=dt.UTC), f"{8 + at % 2:02}:30:00", at % 4 == 0, note,
    )  # fmt: skip


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeySource:
    source = DevelopmentKeyFile(tmp_path_factory.mktemp("keys") / "key")
    source.create("attrition")
    return source


@pytest.fixture(scope="module")
def people(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame([row(at) for at in range(ROWS)], SCHEMA)


@pytest.fixture(scope="module")
def found(people: DataFrame, keys: KeySource) -> dict[str, Any]:
    return profile(people, PEOPLE, ROWS, keys, "staff")


def test_each_column_is_profiled_by_its_kind(found: dict[str, Any]) -> None:
    """Identifiers have no bins, accepted categories names, numbers and dates their grids; dropped columns nothing."""
    assert {name: item["kind"] for name, item in found.items()} == {
        "id": "identifier", "badge": "identifier", "team": "category", "desk": "category", "level": "number",
        "pay": "number", "age": "category", "born": "date", "seen": "date", "starts": "category", "left": "boolean",
        "note": "text",
    }  # fmt: skip
    assert (found["id"]["bins"], found["id"]["distinct"]) == ([], 100)
    assert found["level"]["bins"] == [[f"[{low}, {low + 1})", 600] for low in range(5)]
    assert found["level"]["mean"] == 2.0
    assert found["pay"]["nulls"] == 1500
    assert found["pay"]["mean"] == sum(at / 8 for at in range(1, ROWS, 2)) / 1500
    assert found["age"]["bins"] == [["30-40", 1000], ["<30", 1000], [">=40", 1000]]
    assert found["born"]["bins"] == [[f"2019-{month:02}", 250] for month in range(1, 13)]
    assert found["seen"]["bins"] == [["2020-01", 1500], ["2020-02", 1500]]
    assert found["starts"]["bins"] == [["08:00", 1500], ["09:00", 1500]]
    assert (found["left"]["bins"], found["left"]["mean"]) == ([["false", 2250], ["true", 750]], 0.25)
    assert found["note"]["bins"] == [["[23, 32)", 1000], ["[32, 46)", 1000]]
    assert found["note"]["languages"] == [["de", 1000], ["en", 1000]]
    assert found["note"]["nulls"] == 1000


def test_a_category_that_the_contract_does_not_accept_is_a_bucket(found: dict[str, Any]) -> None:
    """Its name is nowhere; equal values share a bucket."""
    assert found["team"]["nulls"] == 750
    labels = dict(found["team"]["bins"])
    assert (labels.pop("red"), labels.pop("blue")) == (750, 750)
    [(bucket, rows)] = labels.items()
    assert (bucket[0], rows) == ("#", 750)
    assert found["desk"]["distinct"] == 40
    assert all(label.startswith("#") for label, _ in found["desk"]["bins"])
    text = json.dumps(found)
    assert not any(value in text for value in [*SECRET, "green", "B17"])


def test_a_profile_does_not_depend_on_how_rows_are_spread(
    people: DataFrame, keys: KeySource, found: dict[str, Any]
) -> None:
    """One task or nine, in any order."""
    for spread in (people.coalesce(1), people.repartition(9).sortWithinPartitions("pay")):
        assert profile(spread, PEOPLE, ROWS, keys, "staff") == found


def test_buckets_are_keyed_by_dataset_and_column(people: DataFrame, keys: KeySource, found: dict[str, Any]) -> None:
    """Another dataset's buckets, and another column's with the same values, are others."""
    assert profile(people, PEOPLE, ROWS, keys, "other")["desk"]["bins"] != found["desk"]["bins"]
    twin = contract(column("desk", "string"), column("twin", "string"))
    both = profile(people.withColumn("twin", people["desk"]), twin, ROWS, keys, "staff")
    assert both["desk"] == found["desk"]
    assert both["twin"]["bins"] != both["desk"]["bins"]


def test_nothing_has_an_empty_profile(people: DataFrame, keys: KeySource) -> None:
    """A source without kept rows has columns all the same; few values have no mean, which might be one of them."""
    empty = profile(people.limit(0), PEOPLE, 0, keys, "staff")
    assert empty["pay"] == {"kind": "number", "nulls": 0, "distinct": 0, "mean": None, "bins": []}
    few = profile(people.where("pay is not null").limit(4), PEOPLE, 4, keys, "staff")["pay"]
    assert (few["mean"], sum(rows for _, rows in few["bins"])) == (None, 4)
    nulls = profile(people.where("pay is null"), PEOPLE, 1500, keys, "staff")["pay"]
    assert nulls == {"kind": "number", "nulls": 1500, "distinct": 0, "mean": None, "bins": []}


def test_only_some_texts_of_many_are_asked_for_their_language(people: DataFrame, keys: KeySource) -> None:
    """Told that there are 160,000 rows, it looks at one in eight."""
    asked = sum(rows for _, rows in profile(people, PEOPLE, 160_000, keys, "staff")["note"]["languages"])
    assert 150 < asked < 350


def test_five_hundred_columns_are_one_job(spark: SparkSession, keys: KeySource) -> None:
    """Wide tables take seconds."""
    names = [f"c{at}" for at in range(500)]
    wide = spark.range(2_000).selectExpr("cast(cast(id as string) as binary) as _digest", *(
        f"id % {at + 2} as c{at}" if at % 2 else f"cast(id % {at + 2} as string) as c{at}" for at in range(500)
    ))  # fmt: skip
    kinds: list[LogicalType] = ["string", "integer"]
    columns = [column(name, kinds[at % 2]) for at, name in enumerate(names)]
    started = time.monotonic()
    found = profile(wide, contract(*columns), 2_000, keys, "staff")
    assert time.monotonic() - started < 60
    assert [found[name]["distinct"] for name in names] == [at + 2 for at in range(500)]


@pytest.mark.parametrize(
    ("made", "form"),
    [
        (column("n", "number", "rank", within=("true",)), "number"),
        (column("n", "integer", "ratio", within=("true",)), "number"),
        (column("n", "number", "round", to="5"), "number"),
        (column("n", "string", "aggregate", valid_values=("a", "b")), "number"),
        (column("n", "date", "truncate", to="year"), "day"),
        (column("n", "string", "truncate", to="2"), "category"),
        (column("id", "string"), "identifier"),
        (column("id", "integer"), "integer"),
        (column("born", "date", "pseudonymise"), "identifier"),
    ],
)
def test_a_column_is_read_as_what_its_action_makes_of_it(made: Column, form: str) -> None:
    """A rank is a number, a kept key of text an identifier."""
    assert plan_of(made, contract(made)).form == form
