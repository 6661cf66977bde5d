"""Another name at each snapshot: keyed, stable under one epoch, and never the refined pseudonym."""

from datetime import date
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from pipeline.errors import KeySourceError
from pipeline.keys import DevelopmentKeyFile
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.release_policy.snapshot_pseudonyms import pseudonymise_per_snapshot

PEOPLE = ["a" * 32, "b" * 32]
DAYS = [date(2024, 12, 31), date(2025, 12, 31)]
ROWS = [(7, who, day, float(place)) for who in PEOPLE for place, day in enumerate(DAYS)]


@pytest.fixture
def keys(tmp_path: Path) -> DevelopmentKeyFile:
    source = DevelopmentKeyFile(tmp_path / "development.key")
    source.create("staff")
    return source


def named(spark: SparkSession, keys: DevelopmentKeyFile, epoch: str) -> list[tuple[object, ...]]:
    frame = spark.createDataFrame(ROWS, "level int, who string, day date, pay double")
    return [tuple(row) for row in pseudonymise_per_snapshot(frame, "who", "day", keys, "staff", epoch).collect()]


def test_workers_name_each_row_by_its_snapshot(spark: SparkSession, keys: DevelopmentKeyFile) -> None:
    """Only the entity's column changes; four rows of two people have four names, under an older epoch as well."""
    first = keys.data_key("staff")
    found = named(spark, keys, first.epoch)
    assert [(row[0], *row[2:]) for row in found] == [(row[0], *row[2:]) for row in ROWS]
    names = [str(row[1]) for row in found]
    assert len({*names, *PEOPLE}) == 6
    assert {len(name) for name in names} == {32}
    days = [str(day) for _, _, day, _ in ROWS]
    assert names == Pseudonymiser(first.key).snapshot_pseudonyms([row[1] for row in ROWS], days)
    second = keys.rotate("staff")
    assert named(spark, keys, first.epoch) == found
    assert not {row[1] for row in named(spark, keys, second.epoch)} & set(names)


def test_without_its_key_no_row_comes_out(spark: SparkSession, keys: DevelopmentKeyFile) -> None:
    """An epoch that the source does not have fails in the worker."""
    with pytest.raises(Exception, match=KeySourceError.__name__):
        named(spark, keys, "no such epoch")
