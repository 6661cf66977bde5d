"""Landed objects as Spark frames: every record once, whatever its object is."""

import gzip
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyspark.sql import Row, SparkSession

from pipeline.errors import LandingError
from pipeline.extract.landing import LandedObject, SourceManifest
from pipeline.parsing.frames import Field
from pipeline.parsing.landed import make_splits, read_landed
from pipeline.parsing.splits import MOST_BYTES, MOST_COMPRESSED, MOST_RECORDS, Split, make_tasks, only_records
from tests.services.dumps import HEADER, Dumps

FIELDS = [Field("employee_id", "string"), Field("name", "string")]


def make_object(records: int, size: int, **layout: Any) -> LandedObject:
    return LandedObject("k", size, "", "", None, "", records, "", "csv", layout, unpacked=size)


@pytest.mark.parametrize(
    ("records", "size", "layout", "splits"),
    [
        (0, 0, {}, 0),
        (1, 10, {}, 1),
        (1, 100 * MOST_BYTES, {}, 1),
        (MOST_RECORDS, 1000, {}, 1),
        (MOST_RECORDS + 1, 1000, {}, 2),
        (100, MOST_BYTES, {}, 1),
        (100, MOST_BYTES + 1, {}, 2),
        (100, 1000 * MOST_BYTES, {}, 100),
        (100 * MOST_RECORDS, 1000, {"compression": "gzip"}, MOST_COMPRESSED),
    ],
)
def test_splits_are_bounded_by_records_and_bytes(records: int, size: int, layout: Any, splits: int) -> None:
    """An object is cut as often as its records or bytes ask, a compressed one only a few times."""
    found = make_splits([make_object(records, size, **layout)], 1)
    assert len(found) == splits
    assert [at for split in found for at in range(split.first, split.last)] == list(range(records))


def test_there_is_work_for_all_tasks() -> None:
    """Few records are cut finer where more tasks are wanted."""
    assert [(item.first, item.last) for item in make_splits([make_object(10, 10)], 3)] == [(0, 3), (3, 6), (6, 10)]


@given(st.lists(st.tuples(st.integers(1, MOST_RECORDS), st.integers(0, 2 * MOST_BYTES)), max_size=50))
def test_tasks_hold_every_split_once(sizes: list[tuple[int, int]]) -> None:
    """Tasks hold all splits in order; two that follow each other could not have been one."""
    splits = [Split(str(at), "csv", "{}", 0, records, size) for at, (records, size) in enumerate(sizes)]
    tasks = make_tasks(splits)
    assert [split for task in tasks for split in task] == splits
    most = max((records for records, _ in sizes), default=0)
    for task, following in pairwise(tasks):
        together = [*task, following[0]]
        assert sum(item.last for item in together) > most or sum(item.bytes for item in together) > MOST_BYTES
    assert all(len(task) == 1 or sum(split.bytes for split in task) <= MOST_BYTES for task in tasks)


@given(st.sets(st.integers(0, 199)), st.integers(1, 7))
def test_splits_cut_down_hold_what_is_wanted(wanted: set[int], parts: int) -> None:
    """Each wanted record lies in one split, which begins and ends with a wanted one; splits without any are gone."""
    whole = make_splits([make_object(200, 200_000)], parts)
    found = only_records(whole, {"k": np.array(sorted(wanted), np.int64), "other": np.array([1])})
    held = [split.first + np.flatnonzero(split.holds(np.arange(split.first, split.last))) for split in found]
    assert [at for part in held for at in part.tolist()] == sorted(wanted)
    assert all((part[0], part[-1] + 1) == (split.first, split.last) for part, split in zip(held, found, strict=True))
    assert sum(split.bytes for split in found) <= sum(split.bytes for split in whole)


@pytest.fixture
def dumps(tmp_path: Path) -> Dumps:
    return Dumps(tmp_path)


def read(spark: SparkSession, dumps: Dumps, manifest: SourceManifest, tasks: int = 3) -> list[Row]:
    return read_landed(spark, dumps.landing, make_splits(manifest.objects, tasks), FIELDS).collect()


def test_packs_and_compressed_objects(spark: SparkSession, dumps: Dumps) -> None:
    """Rows come in order with their locators, from files of a pack and from a compressed file alike."""
    dumps.write("staff_1.csv", HEADER + b"1,a,\n2,b\n")
    dumps.write("staff_2.csv", HEADER + b"3,c,")
    rows = b"".join(b"%d,%s,2020\n" % (number, b"y" * (number % 50)) for number in range(4, 10_000))
    dumps.write("staff_3.csv.gz", gzip.compress(HEADER + rows[:100_000]) + gzip.compress(rows[100_000:]))
    manifest = dumps.pull()
    found = read(spark, dumps, manifest)
    assert [int(row.employee_id or 2) for row in found] == list(range(1, 10_000))
    assert [row._reason for row in found[:4]] == [None, "csv.fields", None, None]
    assert found[9_000].name == "y" * (9_001 % 50)
    pack, packed = manifest.objects
    locators = [(pack.key, 1), (pack.key, 2), (packed.key, 0), (packed.key, 1)]
    assert [(row._object, row._ordinal) for row in found[1:5]] == locators
    assert packed.layout["compression"] == "gzip"


def test_a_cut_file(spark: SparkSession, dumps: Dumps) -> None:
    """What came before a cut is read, and its last frame counts with its reason."""
    body = gzip.compress(HEADER + b"".join(b"%d,x,\n" % number for number in range(5_000)))
    dumps.write("staff_1.csv.gz", body[: len(body) // 2])
    *kept, last = read(spark, dumps, dumps.pull())
    assert [row.employee_id for row in kept] == [str(number) for number in range(len(kept))]
    assert (last._reason, last.employee_id, len(kept) > 1_000) == ("gzip.truncated", None, True)


def test_a_damaged_file(spark: SparkSession, dumps: Dumps) -> None:
    """No record of a member with a wrong checksum is read, and none of the file is missing from the count."""
    body = bytearray(gzip.compress(HEADER + b"1,a,\n2,b,\n"))
    body[-8] ^= 1
    dumps.write("staff_1.csv.gz", bytes(body))
    found = read(spark, dumps, dumps.pull())
    assert {row._reason for row in found} == {"gzip.damaged"}


def test_a_frame_too_long_to_read(spark: SparkSession, dumps: Dumps) -> None:
    """A rejected frame that would not fit a worker's memory is not read; its neighbours are."""
    dumps.write("staff_1.csv", HEADER + b"1,a,\n" + b"x" * (9 << 20) + b"\n2,b,\n")
    found = read(spark, dumps, dumps.pull())
    assert [(row.employee_id, row._reason) for row in found] == [("1", None), (None, "csv.too_long"), ("2", None)]


def test_an_object_that_ends_too_early(spark: SparkSession, dumps: Dumps) -> None:
    """Bytes that are not there any more stop the run: they are not read as shorter records."""
    dumps.write("staff_1.csv", HEADER + b"1,a,\n2,b,\n")
    manifest = dumps.pull()
    dumps.landing.write(manifest.objects[0].key, HEADER + b"1,a,\n2")
    with pytest.raises(Exception, match=LandingError.__name__):
        read(spark, dumps, manifest)


def test_documents_know_their_file(spark: SparkSession, dumps: Dumps) -> None:
    """A packed document is one record, read with the name of its own file; links to its bytes stay exact."""
    dumps.settings |= {"kind": "documents", "files": "**/*"}
    for number in range(5):
        dumps.write(f"201{number}/letter_{number}.txt", b"Employee number: E%d\n" % number)
    manifest = dumps.pull()
    fields = [Field("file", "string", "file:name"), Field("employee", "string", "fact:employee number")]
    splits = make_splits(manifest.objects, 2)
    found = read_landed(spark, dumps.landing, splits, fields).collect()
    assert len(manifest.objects) == 1
    assert [(Path(row.file).name, row.employee) for row in found] == [(f"letter_{at}.txt", f"E{at}") for at in range(5)]


def test_xml_files_are_packed_and_decompressed(spark: SparkSession, dumps: Dumps) -> None:
    """Exports in one pack, and one that is compressed, are read by the same fields."""
    dumps.settings |= {"kind": "xml", "record": "Review"}
    for number in range(3):
        body = b"<Export><Review id='R%d'><Name>n</Name></Review></Export>" % number
        dumps.write(f"staff_{number}.xml", body)
        dumps.write(f"staff_9{number}.xml.gz", gzip.compress(body))
    manifest = dumps.pull()
    fields = [Field("id", "string", "@id"), Field("name", "string", "Name")]
    found = read_landed(spark, dumps.landing, make_splits(manifest.objects, 2), fields).collect()
    assert [landed.records for landed in manifest.objects] == [3, 1, 1, 1]
    assert [(row.id, row.name) for row in found] == [(f"R{at}", "n") for at in (0, 1, 2, 0, 1, 2)]


def test_wanted_records_are_read_as_if_all_were(spark: SparkSession, dumps: Dumps) -> None:
    """Records far apart in packs and in a compressed file are the same rows as in a whole reading."""
    rows = b"".join(b'%d,"%s",2020\n' % (number, b"y\n" * (number % 5)) for number in range(1, 3_000))
    dumps.write("staff_1.csv", HEADER + rows[:20_000])
    dumps.write("staff_2.csv", HEADER + b"x,1\n" + rows[20_000:40_000])
    dumps.write("staff_3.csv.gz", gzip.compress(HEADER + rows))
    manifest = dumps.pull()
    every = read(spark, dumps, manifest)
    wanted = {item.key: np.arange(3, item.records, 97) for item in manifest.objects}
    splits = only_records(make_splits(manifest.objects, 3), wanted)
    found = read_landed(spark, dumps.landing, splits, FIELDS).drop("_counts").collect()
    whole = read_landed(spark, dumps.landing, make_splits(manifest.objects, 3), FIELDS).drop("_counts").collect()
    assert len(every) == len(whole)
    assert sorted(found) == sorted(row for row in whole if row["_ordinal"] in wanted[row["_object"]])
