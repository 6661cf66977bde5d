"""Equal rows give equal bytes, and the bytes say what the rows say."""

import csv
import hashlib
import math
import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline.errors import PublishError
from pipeline.release.writers import ROW_GROUP_ROWS, arrange, write_csv, write_parquet

WRITERS = [write_csv, write_parquet]


def digest(table: pa.Table, writer: Callable[[pa.Table, Path], None], path: Path) -> str:
    writer(table, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shuffled(table: pa.Table, seed: int) -> pa.Table:
    order = list(range(table.num_rows))
    random.Random(seed).shuffle(order)
    return table.take(order)


def rechunked(table: pa.Table, size: int) -> pa.Table:
    return pa.Table.from_batches(table.to_batches(max_chunksize=size))


def as_dictionary(table: pa.Table) -> pa.Table:
    return table.set_column(2, "country", pc.dictionary_encode(table["country"]))


def as_large_string(table: pa.Table) -> pa.Table:
    return table.set_column(2, "country", table["country"].cast(pa.large_string()))


def with_metadata(table: pa.Table) -> pa.Table:
    return table.replace_schema_metadata({"written": "today", "by": "somebody"})


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize(
    "change",
    [
        lambda table: shuffled(table, 1),
        lambda table: shuffled(table, 2),
        lambda table: rechunked(table, 7),
        lambda table: rechunked(shuffled(table, 3), 1),
        as_dictionary,
        as_large_string,
        with_metadata,
    ],
)
def test_equal_rows_give_equal_bytes(table, writer, change, tmp_path: Path) -> None:
    """Order, chunks, string flavours and metadata of the input leave no trace in the file."""
    rows = table(500)
    keys = ["person", "snapshot_date"]
    one = digest(arrange(rows, keys), writer, tmp_path / "one")
    assert digest(arrange(change(rows), keys), writer, tmp_path / "two") == one


@pytest.mark.parametrize("writer", WRITERS)
def test_another_value_gives_other_bytes(table, writer, tmp_path: Path) -> None:
    """One changed value changes the file."""
    assert digest(table(50), writer, tmp_path / "one") != digest(table(50, 1), writer, tmp_path / "two")


def test_ties_of_the_keys_are_broken_by_the_other_columns() -> None:
    """Rows with equal sort keys come in the order of what else they hold, nulls last."""
    rows = pa.table({"b": [None, 2.0, 1.0, 1.0], "key": ["x", "x", "x", "a"], "c": [1, 2, 4, 3]})
    assert arrange(rows, ["key"]).to_pylist() == [
        {"b": 1.0, "key": "a", "c": 3},
        {"b": 1.0, "key": "x", "c": 4},
        {"b": 2.0, "key": "x", "c": 2},
        {"b": None, "key": "x", "c": 1},
    ]


def test_values_that_compare_equal_are_made_equal(tmp_path: Path) -> None:
    """Negative zero and NaN, which would leave an order to chance, become zero and null."""
    first = arrange(pa.table({"a": [-0.0, 0.0, math.nan, None], "b": [1, 1, 1, 1]}), ["a"])
    second = arrange(pa.table({"a": [None, math.nan, 0.0, -0.0], "b": [1, 1, 1, 1]}), ["a"])
    assert digest(first, write_csv, tmp_path / "one") == digest(second, write_csv, tmp_path / "two")
    assert first["a"].to_pylist() == [0.0, 0.0, None, None]
    assert math.copysign(1, first["a"][1].as_py()) == 1


@pytest.mark.parametrize(
    ("values", "kind", "written"),
    [
        (["plain"], pa.string(), "plain"),
        (["a,b"], pa.string(), '"a,b"'),
        (['say "no"'], pa.string(), '"say ""no"""'),
        (["two\nlines"], pa.string(), '"two\nlines"'),
        (["नमस्ते"], pa.string(), "नमस्ते"),
        ([""], pa.string(), '""'),
        ([None], pa.string(), ""),
        ([0.1], pa.float64(), "0.1"),
        ([1.0], pa.float64(), "1.0"),
        ([1 / 3], pa.float64(), "0.3333333333333333"),
        ([2**53], pa.int64(), "9007199254740992"),
        ([True], pa.bool_(), "true"),
        ([date(2024, 2, 29)], pa.date32(), "2024-02-29"),
        ([datetime(2024, 2, 29, 23, 59, 1, tzinfo=UTC)], pa.timestamp("us", "UTC"), "2024-02-29T23:59:01Z"),
        ([datetime(2024, 2, 29, 23, 59, 1, 5, tzinfo=UTC)], pa.timestamp("us", "UTC"), "2024-02-29T23:59:01.000005Z"),
    ],
)
def test_csv_says_values_in_one_way(values, kind, written: str, tmp_path: Path) -> None:
    """Each kind of value has one text, quoted only where it must be."""
    rows = pa.table({"v": pa.array(values, kind), "end": pa.array([7], pa.int64())})
    write_csv(arrange(rows, ["end"]), tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == f"v,end\n{written},7\n"


def test_doubles_read_back_from_csv_are_the_same(tmp_path: Path) -> None:
    """The shortest text of a double is enough to get every bit of it back."""
    source = random.Random(5)
    doubles = sorted(source.uniform(-1, 1) * 10.0 ** source.randint(-300, 300) for _ in range(2_000))
    write_csv(arrange(pa.table({"v": doubles}), ["v"]), tmp_path / "x.csv")
    with (tmp_path / "x.csv").open(newline="") as file:
        assert [float(row["v"]) for row in csv.DictReader(file)] == doubles


def test_parquet_has_fixed_row_groups_and_no_notes(tmp_path: Path) -> None:
    """Row groups hold 65,536 rows, compressed by zstd, and the schema carries no metadata of its writer."""
    rows = pa.table({"v": pa.array(range(ROW_GROUP_ROWS + 1), pa.int64())}).replace_schema_metadata({"a": "b"})
    write_parquet(rows, tmp_path / "x.parquet")
    found = pq.ParquetFile(tmp_path / "x.parquet")
    assert [found.metadata.row_group(n).num_rows for n in range(found.num_row_groups)] == [ROW_GROUP_ROWS, 1]
    assert found.metadata.row_group(0).column(0).compression == "ZSTD"
    assert found.schema_arrow.metadata is None


@pytest.mark.parametrize(
    ("rows", "keys", "word"),
    [
        (pa.table({"a": [1]}), ["b"], "sort keys"),
        (pa.table({"a": [[1]]}), ["a"], "column a"),
        (pa.table({"a": [b"x"]}), ["a"], "column a"),
        (pa.table({"a": [{"b": 1}]}), ["a"], "column a"),
    ],
)
def test_what_cannot_be_published_is_refused(rows: pa.Table, keys: list[str], word: str) -> None:
    """Unknown keys, nested columns and bytes are refused by name."""
    with pytest.raises(PublishError, match=word):
        arrange(rows, keys)
