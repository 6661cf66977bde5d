"""Erasing from a table leaves nothing of the erased below its folder, and everything else as it was."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyiceberg.table import StaticTable
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from pipeline.storage.erasing import ERASED, Forgotten, drop, erase_refined, erase_rows, forget, names_in
from pipeline.storage.scan import read_snapshot
from pipeline.storage.tables import VERDICT, Tables, TableSnapshot

HER, HIS = "ab" * 16, "cd" * 16
SCHEMA = (
    "_object string, _ordinal long, _digest binary, _verdict string, _reasons array<string>, employee string, "
    "manager string, note string, pay double, _counts map<string,bigint>"
)
#: Hers kept; his, who works for her; hers that a rule rejected; a stranger's that mentions her; a stranger's.
ROWS = [
    ("o", 0, b"d0", "kept", [], HER, HIS, "she", 1.0, {"masked:PERSON": 1}),
    ("o", 1, b"d1", "kept", [], HIS, HER, "he", 2.0, {}),
    ("o", 2, b"d2", "rejected", ["pay:type"], None, None, None, None, {}),
    ("p", 0, b"d3", "kept", [], "ef" * 16, HIS, "her neighbour", 3.0, {}),
    ("p", 1, b"d4", "kept", [], "01" * 16, HIS, "it", 4.0, {}),
]
FOUND = [("o", 0, True), ("o", 2, True), ("o", 1, False), ("p", 0, False)]


@pytest.fixture
def tables(spark: SparkSession) -> Tables:
    return Tables(spark)


@pytest.fixture
def refined(spark: SparkSession, tables: Tables, request: pytest.FixtureRequest) -> TableSnapshot:
    """A refined table that an earlier run wrote as well."""
    name = "erased.refined_" + "".join(filter(str.isalnum, request.node.name)).lower()
    rows = spark.createDataFrame(ROWS, SCHEMA)
    tables.replace(name, rows, "old", partition_by=VERDICT)
    return tables.replace(name, rows, "new", partition_by=VERDICT)


def found(spark: SparkSession) -> DataFrame:
    return spark.createDataFrame(FOUND, "_object string, _ordinal long, own boolean")


def rows_of(tables: Tables, snapshot: TableSnapshot) -> dict[tuple[str, int], dict]:
    return {(row["_object"], row["_ordinal"]): row.asDict() for row in tables.at(snapshot).collect()}


def folder_of(snapshot: TableSnapshot) -> Path:
    return Path(snapshot.metadata.removeprefix("file:")).parents[1]


def cells_below(folder: Path) -> Iterator[str]:
    """Every text in any Parquet file of a folder, whether a snapshot reads it or not."""
    for path in folder.rglob("*.parquet"):
        for column in pq.ParquetFile(path).read().columns:
            yield from (str(value) for value in column.to_pylist())


def test_own_rows_keep_locator_and_digest_alone(spark: SparkSession, tables: Tables, refined: TableSnapshot) -> None:
    """Kept or rejected before, an own row is rejected as erased, in the partition of rejected rows."""
    after = rows_of(tables, erase_refined(tables, refined, found(spark), {}, "new"))
    empty = dict.fromkeys(("employee", "manager", "note", "pay", "_counts"))
    for ordinal, digest in ((0, b"d0"), (2, b"d2")):
        assert after["o", ordinal] == {
            "_object": "o",
            "_ordinal": ordinal,
            "_digest": bytearray(digest),
            "_verdict": "rejected",
            "_reasons": [ERASED],
            **empty,
        }
    assert len(after) == len(ROWS)


def test_others_lose_her_pseudonym_and_nothing_else(
    spark: SparkSession, tables: Tables, refined: TableSnapshot
) -> None:
    """A cell that equals her pseudonym becomes null; his row keeps the rest and its verdict."""
    wanted = {"employee": [HER], "manager": [HER]}
    after = tables.kept(erase_refined(tables, refined, found(spark), wanted, "new"))
    assert sorted((row["employee"], row["manager"], row["note"]) for row in after.collect()) == [
        ("01" * 16, HIS, "it"),
        (HIS, None, "he"),
        ("ef" * 16, HIS, "her neighbour"),
    ]


def test_mentions_lose_their_free_text_where_asked(spark: SparkSession, tables: Tables, refined: TableSnapshot) -> None:
    """Of columns named as free text, found records become null and other rows keep theirs."""
    after = rows_of(tables, erase_refined(tables, refined, found(spark), {}, "new", texts=("note",)))
    assert [after[where]["note"] for where in (("o", 1), ("p", 0), ("p", 1))] == [None, None, "it"]


def test_after_forgetting_no_file_holds_the_pseudonym(
    spark: SparkSession, tables: Tables, refined: TableSnapshot
) -> None:
    """Data files, found by walking the folder, hold each row once, below its verdict, and her pseudonym nowhere."""
    folder = folder_of(refined)
    assert HER in set(cells_below(folder))
    after = erase_refined(tables, refined, found(spark), {"employee": [HER], "manager": [HER]}, "new")
    done = forget(tables, after)
    texts = list(cells_below(folder))
    assert HER not in texts
    assert texts.count("it") == 1
    assert (done.refs, done.snapshots) == (1, 2)
    rows = {"_verdict=kept": 0, "_verdict=rejected": 0}
    for path in folder.rglob("*.parquet"):
        rows[path.parent.name] += pq.ParquetFile(path).metadata.num_rows
    assert rows == {"_verdict=kept": 3, "_verdict=rejected": 2}
    assert tables.at(after).count() == len(ROWS)
    assert read_snapshot(after).num_rows == len(ROWS)


def test_no_manifest_holds_a_bound(spark: SparkSession, tables: Tables, refined: TableSnapshot) -> None:
    """Manifests still list the data files that were removed; none says a least or greatest cell."""
    after = erase_refined(tables, refined, found(spark), {"manager": [HER]}, "new")
    forget(tables, after)
    table = StaticTable.from_metadata(after.metadata)
    entries = [
        entry
        for manifest in table.snapshot_by_id(after.snapshot).manifests(table.io)
        for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=False)
    ]
    assert entries
    assert not [entry for entry in entries if entry.data_file.lower_bounds or entry.data_file.upper_bounds]


def test_the_past_can_not_be_read(spark: SparkSession, tables: Tables, refined: TableSnapshot) -> None:
    """Neither Spark nor a reader without it finds the snapshot from before the erasure."""
    forget(tables, erase_refined(tables, refined, found(spark), {}, "new"))
    with pytest.raises(PySparkException):
        tables.at(refined).count()
    with pytest.raises(FileNotFoundError):
        read_snapshot(refined)


def test_forgetting_again_removes_nothing(spark: SparkSession, tables: Tables, refined: TableSnapshot) -> None:
    """What is done is done: the rows stay, and the counts say zero."""
    after = erase_refined(tables, refined, found(spark), {}, "new")
    forget(tables, after)
    again = forget(tables, after)
    assert again == Forgotten(0, 0, 0)
    assert tables.at(after).count() == len(ROWS)


def test_killed_before_the_manifest_moved_it_begins_again(
    spark: SparkSession, tables: Tables, refined: TableSnapshot
) -> None:
    """A try whose snapshot no manifest names is passed over, and forgotten with the rest."""
    erase_refined(tables, refined, found(spark).where("_ordinal = 2"), {}, "new")
    assert rows_of(tables, refined)["o", 0]["employee"] == HER
    after = erase_refined(tables, refined, found(spark), {"manager": [HER]}, "new")
    forget(tables, after)
    assert HER not in set(cells_below(folder_of(refined)))
    assert rows_of(tables, after)["o", 2]["_reasons"] == [ERASED]


def test_nothing_found_changes_no_row(spark: SparkSession, tables: Tables, refined: TableSnapshot) -> None:
    """Without a finding the table reads as before, and its past is forgotten all the same."""
    after = erase_refined(tables, refined, found(spark).where("false"), {"manager": ["77" * 16]}, "new")
    assert forget(tables, after).refs >= 1
    assert sorted(map(str, rows_of(tables, after).values())) == sorted(
        str(row.asDict()) for row in spark.createDataFrame(ROWS, SCHEMA).collect()
    )


def test_rows_are_deleted_by_a_column(spark: SparkSession, tables: Tables) -> None:
    """Her feature rows go at every snapshot date, and where another's text cell says her, it becomes null."""
    rows = [(HER, 2020, None, 1.0), (HER, 2021, HIS, 1.5), (HIS, 2020, HER, 2.0), (HIS, 2021, "lead", 2.5)]
    before = tables.replace(
        "erased.features", spark.createDataFrame(rows, "who string, y int, boss string, f double"), "a"
    )
    after = erase_rows(tables, before, "who", [HER], "a")
    forget(tables, after)
    assert sorted(map(tuple, tables.at(after).collect())) == [(HIS, 2020, None, 2.0), (HIS, 2021, "lead", 2.5)]
    assert HER not in set(cells_below(folder_of(before)))


def test_a_dropped_table_leaves_nothing(spark: SparkSession, tables: Tables, refined: TableSnapshot) -> None:
    """Its name, its folder and strays in it go; its neighbours stay, and dropping it again does nothing."""
    stays = tables.replace("erased.stays", spark.createDataFrame(ROWS, SCHEMA), "a")
    (folder_of(refined) / "data" / "stray.parquet").write_bytes(b"half")
    for _ in range(2):
        drop(tables, refined.table)
        assert not folder_of(refined).exists()
        assert refined.table not in names_in(tables, "erased")
    assert stays.table in names_in(tables, "erased")
    assert tables.at(stays).count() == len(ROWS)
