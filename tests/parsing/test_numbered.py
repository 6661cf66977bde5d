"""The place `record:number`: one number a record, the same for the same files however they are read."""

import gzip
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from pipeline.contracts.dataset import DatasetSpec
from pipeline.contracts.model import Column, Contract, Privacy
from pipeline.contracts.numbering import check_numbers
from pipeline.contracts.sources import RECORD_NUMBER
from pipeline.errors import ContractError
from pipeline.parsing.frames import Field
from pipeline.parsing.landed import make_splits, read_landed
from pipeline.parsing.numbered import numbers_before
from pipeline.quality.evolution import lacking
from tests.services.datasets import make_dataset
from tests.services.dumps import HEADER, Dumps

NUMBER = Field("n", "string", RECORD_NUMBER)


def numbers(spark: SparkSession, dumps: Dumps, name: str, tasks: int) -> list[tuple[Any, ...]]:
    """Number and id of each record, in order."""
    objects = dumps.pull(fresh=True).objects
    splits = make_splits(objects, tasks)
    fields = [Field("id", "string", name), NUMBER]
    rows = read_landed(spark, dumps.landing, splits, fields, numbers_before(objects)).collect()
    return [(row.n, row.id, row._reason, row._stranger) for row in rows]


@pytest.mark.parametrize("tasks", [1, 7])
def test_numbers_depend_on_the_files_alone(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tasks: int
) -> None:
    """Records count from 1 over files in order of name, packed or apart, compressed or not, however they are cut."""
    dumps = Dumps(tmp_path)
    dumps.write("staff_1.csv", HEADER + b"a,,\n" * 3)
    dumps.write("staff_2.csv.gz", gzip.compress(HEADER + b"b,,\n" * 40))
    dumps.write("staff_3.csv", HEADER + b"c,,\nbroken\nc,,\n")
    dumps.write("staff_4.csv", HEADER + b"d,,\n" * 2)
    ids = ["a"] * 3 + ["b"] * 40 + ["c", None, "c"] + ["d"] * 2
    expected = [(str(at), name) for at, name in enumerate(ids, 1)]
    assert [row[:2] for row in numbers(spark, dumps, "employee_id", tasks)] == expected
    monkeypatch.setattr("pipeline.extract.files.PACK_BYTES", 1)
    assert [row[:2] for row in numbers(spark, dumps, "employee_id", tasks)] == expected


TABLE = io.BytesIO()
pq.write_table(pa.table({"id": ["a", "b"]}), TABLE)


@pytest.mark.parametrize(
    ("settings", "body", "place"),
    [
        ({"kind": "csv"}, b"employee_id\na\nb\n", "employee_id"),
        ({"kind": "jsonl"}, b'{"id":"a"}\n{"id":"b"}\n', "id"),
        ({"kind": "parquet"}, TABLE.getvalue(), "id"),
        ({"kind": "xml", "record": "R"}, b"<X><R id='a'/><R id='b'/></X>", "@id"),
    ],
)
def test_every_format_numbers_its_records(
    spark: SparkSession, tmp_path: Path, settings: dict[str, str], body: bytes, place: str
) -> None:
    """No format's parser sees the place, and no record has it as a stranger."""
    dumps = Dumps(tmp_path, settings)
    dumps.write("staff_1", body)
    assert numbers(spark, dumps, place, 2) == [("1", "a", None, False), ("2", "b", None, False)]


def test_documents_are_numbered_by_file(spark: SparkSession, tmp_path: Path) -> None:
    """A document is one record: its number is its file's among all."""
    dumps = Dumps(tmp_path, {"kind": "documents"})
    for name in ("staff_b.txt", "staff_a.txt"):
        dumps.write(name, name.encode())
    assert [row[:2] for row in numbers(spark, dumps, "file:name", 2)] == [("1", "staff_a.txt"), ("2", "staff_b.txt")]


def numbered(kind: str, **settings: str) -> tuple[DatasetSpec, Contract]:
    columns = [Column("n", "string", Privacy("keep"), place=RECORD_NUMBER, on_mismatch="freeze")]
    dataset = make_dataset(Path(), {"dumps": {"kind": kind, "connection": "c", **settings}}, columns, "n")
    return dataset.spec, dataset.contracts["dumps"]


def test_only_files_number_their_records() -> None:
    """A source that is read in parts over time has no record numbers; the refusal names the column."""
    spec, contract = numbered("sql", table="t", key="id")
    with pytest.raises(ContractError) as raised:
        check_numbers(spec.sources, [contract])
    assert str(raised.value) == (
        "dumps.n: only records of files have a record:number\n"
        "  given:   a source of kind sql\n"
        "  allowed: csv, xml, jsonl, parquet, documents\n"
        "  hint:    take the key that the system gives its records"
    )


def test_a_header_need_not_have_it() -> None:
    """No file lacks the number of its records, even where the column is frozen."""
    spec, contract = numbered("csv", files="*")
    check_numbers(spec.sources, [contract])
    assert lacking(contract, [{"header": ["id"]}]) == []
