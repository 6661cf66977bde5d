"""Iceberg tables: every read names a snapshot, and a verdict moves in one commit."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.storage.scan import read_snapshot
from pipeline.storage.tables import VERDICT, Tables, TableSnapshot

SCHEMA = (
    "_object string, _ordinal long, _digest binary, _verdict string, _reasons array<string>, name string, pay double, "
    "_counts map<string,bigint>"
)


def frame(spark: SparkSession, rows: int) -> DataFrame:
    values = [("o", n, b"d", "kept", [], f"n{n}", float(n), {"masked:PERSON": 1}) for n in range(rows)]
    return spark.createDataFrame([*values, ("o", rows, b"d", "rejected", ["x:type"], None, None, {})], SCHEMA)


def test_sources_commit_side_by_side(spark: SparkSession, tables: Tables) -> None:
    """Two tables of a namespace that is not there yet, written at once, are both committed."""
    with ThreadPoolExecutor(2) as pool:
        names = ("abreast.one", "abreast.two")
        made = list(pool.map(lambda name: tables.replace(name, frame(spark, 2), "a"), names))
    assert [tables.kept(snapshot).count() for snapshot in made] == [2, 2]


@pytest.fixture
def tables(spark: SparkSession) -> Tables:
    return Tables(spark)


def test_an_older_snapshot_reads_as_it_was(spark: SparkSession, tables: Tables) -> None:
    """Replacing a table leaves what earlier runs see as it was."""
    first = tables.replace("refined.again", frame(spark, 3), "a", partition_by=VERDICT)
    second = tables.replace("refined.again", frame(spark, 5), "b", partition_by=VERDICT)
    assert (tables.kept(first).count(), tables.kept(second).count()) == (3, 5)


def test_rejecting_blanks_all_but_locator_and_reasons(spark: SparkSession, tables: Tables) -> None:
    """A rejected row holds no value; the snapshot before it still has the row."""
    before = tables.replace("refined.moved", frame(spark, 3), "a", partition_by=VERDICT)
    reasons = spark.createDataFrame(
        [("o", 1, ["pay:reference"])], "_object string, _ordinal long, _reasons array<string>"
    )
    after = tables.reject(before, reasons, "a")
    assert tables.kept(before).count() == 3
    assert sorted(row["name"] for row in tables.kept(after).collect()) == ["n0", "n2"]
    moved = tables.at(after).where("_ordinal = 1").collect()[0]
    assert (moved["_verdict"], moved["_reasons"], moved["name"], moved["pay"], moved["_counts"]) == (
        "rejected",
        ["pay:reference"],
        None,
        None,
        None,
    )


def test_a_killed_rejection_starts_again_from_its_snapshot(spark: SparkSession, tables: Tables) -> None:
    """A MERGE whose commit no manifest names is rolled back before it is done again, with the same result."""
    before = tables.replace("refined.killed", frame(spark, 4), "a", partition_by=VERDICT)
    reasons = spark.createDataFrame(
        [("o", 0, ["record:primaryKey"])], "_object string, _ordinal long, _reasons array<string>"
    )
    tables.reject(before, reasons, "a")
    tables.rollback(before)
    again = tables.reject(before, reasons, "a")
    assert tables.kept(again).count() == 3
    assert tables.at(again).where("_verdict = 'rejected'").count() == 2


def test_a_snapshot_reads_without_spark(spark: SparkSession, tables: Tables) -> None:
    """Small jobs read the same rows from the metadata that the run manifest names."""
    snapshot = tables.replace("refined.small", frame(spark, 3), "a", partition_by=VERDICT)
    tables.replace("refined.small", frame(spark, 9), "b", partition_by=VERDICT)
    read = read_snapshot(snapshot, ("_ordinal", "_reasons"), "_verdict = 'rejected'")
    assert read.to_pylist() == [{"_ordinal": 3, "_reasons": ["x:type"]}]


def test_readmitting_replaces_rejected_rows_alone(spark: SparkSession, tables: Tables) -> None:
    """One commit puts other rows in place of the rejected ones; files of kept rows stay, also after another run."""
    base = tables.replace("refined.mended", frame(spark, 3), "a", partition_by=VERDICT)
    tables.replace("refined.mended", frame(spark, 9).drop("pay"), "b", partition_by=VERDICT)
    tables.replace("refined.mended", frame(spark, 9), "c", partition_by=VERDICT)
    redone = spark.createDataFrame(
        [("o", 3, b"d", "kept", [], "n3", 3.0, {}), ("p", 0, b"d", "rejected", ["y:type"], None, None, {})], SCHEMA
    )
    after = tables.readmit(base, redone, "d")
    assert sorted((row["name"], row["pay"]) for row in tables.kept(after).collect()) == [
        (f"n{n}", float(n)) for n in range(4)
    ]
    assert [row["_reasons"] for row in tables.at(after).where("_verdict = 'rejected'").collect()] == [["y:type"]]
    assert tables.kept(base).count() == 3
    files = [set(read_files(tables, snapshot)) for snapshot in (base, after)]
    assert len(files[0] & files[1]) == 1
    assert tables.readmit(base, redone, "d").snapshot != after.snapshot
    assert tables.kept(tables.readmit(base, redone, "d")).count() == 4


def read_files(tables: Tables, snapshot: TableSnapshot) -> list[str]:
    """Data files that a snapshot reads."""
    return [row["file"] for row in tables.at(snapshot).select(F.input_file_name().alias("file")).distinct().collect()]


def test_a_snapshot_taken_over_reads_the_same_rows(spark: SparkSession, tables: Tables) -> None:
    """Another run's tag on a snapshot that is not the head moves nothing."""
    base = tables.replace("refined.taken", frame(spark, 3), "a", partition_by=VERDICT)
    tables.replace("refined.taken", frame(spark, 9), "b", partition_by=VERDICT)
    taken = tables.take_over(base, "c")
    assert taken.snapshot == base.snapshot
    assert tables.kept(taken).count() == 3
    assert read_snapshot(taken, ("_ordinal",), "_verdict = 'rejected'").to_pylist() == [{"_ordinal": 3}]
