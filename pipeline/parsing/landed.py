"""Landed records as a Spark frame: every column as text, every record with its locator, in parallel by the index."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from pipeline.errors import LandingError
from pipeline.extract.index import in_pieces, read_index
from pipeline.extract.members import FILE_FORMATS, names_of_records
from pipeline.extract.place import logical_key
from pipeline.extract.streams import open_framed
from pipeline.parsing import FORMATS
from pipeline.parsing.erased import Change
from pipeline.parsing.frames import Field, Parsed, Records
from pipeline.parsing.numbered import numbers_of, without_numbers
from pipeline.parsing.splits import Split, make_splits, make_tasks
from pipeline.storage.objects import ObjectStore

__all__ = ["Part", "Split", "make_splits", "read_landed", "read_split", "splits_of", "tasks_frame"]

#: Records of one batch, and their bytes: a batch of long texts still fits into a worker's memory.
_BATCH, _BATCH_BYTES = 2_000, 8 << 20
_LOCATOR = [("_object", pa.string()), ("_ordinal", pa.int64()), ("_digest", pa.binary())]
_FINDINGS = [("_reason", pa.string()), ("_wrong_types", pa.list_(pa.string())), ("_stranger", pa.bool_())]
_COUNTS = ("_counts", pa.map_(pa.string(), pa.int64()))
#: A field's name comes from outside: one that does not look like a name is counted as `other`.
_FIELD_NAME = re.compile(r"@?[A-Za-z_][A-Za-z0-9_]{0,40}([./]@?[A-Za-z_][A-Za-z0-9_]{0,40}){0,8}")


class Part(NamedTuple):
    """Records of one object: their part of its index, their bytes, and what parsing made of them."""

    index: pa.RecordBatch
    records: Records
    parsed: Parsed
    columns: Mapping[str, pa.Array]


def read_landed(
    spark: SparkSession,
    store: ObjectStore,
    splits: Sequence[Split],
    fields: Sequence[Field],
    before: Mapping[str, int] | None = None,
    change: Change | None = None,
) -> DataFrame:
    """One row a framed record.

    Args:
        spark: the session.
        store: the landing zone; it must pickle.
        splits: which records.
        fields: the columns to read; others are counted and forgotten.
        before: how many records of the source lie before each object, by key; needed for record numbers.
        change: what is done to each batch of what is returned before Spark sees it; it must pickle.

    Returns:
        `_object` (by its first name, whichever successor holds it), `_ordinal`, `_digest` (sha256 of the record), every
        field as text, `_reason` (null where the record could be read), `_wrong_types` (fields whose type in the source
        is wrong), `_stranger` (whether the record has a field that was not asked for), `_counts` (`ignored:<field>`).
    """
    schema = pa.schema([*_LOCATOR, *((item.name, pa.string()) for item in fields), *_FINDINGS, _COUNTS])
    frame = tasks_frame(spark, splits)
    kernel = partial(_read, store=store, fields=list(fields), schema=schema, before=before or {}, change=change)
    return frame.mapInArrow(kernel, schema=_spark_schema(fields))


def tasks_frame(spark: SparkSession, splits: Sequence[Split]) -> DataFrame:
    """`splits`: for each task its own, as JSON; one row a task, since Spark can't be told what weighs how much."""
    rows = [(json.dumps([asdict(split) for split in task]),) for task in make_tasks(splits)]
    return spark.createDataFrame(spark.sparkContext.parallelize(rows, max(len(rows), 1)), "splits string")


def splits_of(batches: Iterator[pa.RecordBatch]) -> Iterator[Split]:
    """The splits that `tasks_frame` gave to a worker."""
    for batch in batches:
        for task in batch.to_pydict()["splits"]:
            yield from (Split(**split) for split in json.loads(task))


def _spark_schema(fields: Sequence[Field]) -> str:
    texts = ", ".join(f"`{item.name}` string" for item in fields)
    return (
        f"_object string, _ordinal long, _digest binary, {texts}, "
        "_reason string, _wrong_types array<string>, _stranger boolean, _counts map<string,bigint>"
    )


def _read(
    batches: Iterator[pa.RecordBatch],
    store: ObjectStore,
    fields: list[Field],
    schema: pa.Schema,
    before: Mapping[str, int],
    change: Change | None,
) -> Iterator[pa.RecordBatch]:
    for split in splits_of(batches):
        for read in _read_split(split, store, fields, schema, before):
            yield read if change is None else change(read)


def _read_split(
    split: Split, store: ObjectStore, fields: list[Field], schema: pa.Schema, before: Mapping[str, int]
) -> Iterator[pa.RecordBatch]:
    for part in read_split(split, store, fields, before):
        yield pa.RecordBatch.from_arrays(
            [
                pa.repeat(pa.scalar(logical_key(split.key)), len(part.index)),
                part.index["ordinal"],
                part.index["digest"].cast(pa.binary()),
                *(part.columns[item.name] for item in fields),
                *_findings(part.parsed, part.records.rejected, len(part.index)),
            ],
            schema=schema,
        )


def read_split(split: Split, store: ObjectStore, fields: Sequence[Field], before: Mapping[str, int]) -> Iterator[Part]:
    """The records of a split, a batch at a time; `fields` and `before` as `read_landed` has them."""
    layout, wanted = json.loads(split.layout), without_numbers(fields)
    names = names_of_records(store, split.key) if split.format in FILE_FORMATS else None
    with open_framed(store, split.key) as stream:
        for index in read_index(store, split.key, split.first, split.last):
            held = index.filter(pa.array(split.holds(index["ordinal"].to_numpy())))
            for part in in_pieces(held, _BATCH, _BATCH_BYTES):
                files = [] if names is None else names[part["ordinal"].to_numpy()].tolist()
                records = _records(stream, split.key, part, files)
                parsed = FORMATS[split.format].parse(records, wanted, layout)
                columns = {**parsed.columns, **numbers_of(fields, before.get(split.key, 0), part["ordinal"])}
                yield Part(part, records, parsed, columns)


def _records(stream: BinaryIO, key: str, part: pa.RecordBatch, files: list[str]) -> Records:
    """The records of a part of an index; one that framing rejected is not read where it would not fit a batch.

    Raises:
        LandingError: the object ends before they do.
    """
    offsets, lengths = part["offset"].to_numpy(), part["length"].to_numpy()
    rejected = {at: reason for at, reason in enumerate(part["reason"].to_pylist()) if reason}
    if rejected and len(part) == 1 and lengths[0] > _BATCH_BYTES:
        return Records(b"", np.zeros(1, np.int64), np.zeros(1, np.int64), rejected, files)
    start, end = int(offsets[0]), int(offsets[-1] + lengths[-1])
    stream.seek(start)
    body = stream.read(end - start)
    if len(body) < end - start and len(rejected) < len(part):
        raise LandingError(f"{key} is not as it landed: it ends too early", hint="clearwell job extract --fresh")
    return Records(body, offsets - start, lengths, rejected, files)


def _findings(parsed: Parsed, rejected: Mapping[int, str], rows: int) -> list[pa.Array]:
    reasons = {**parsed.reasons, **rejected}
    strangers = np.zeros(rows, bool)
    strangers[list(parsed.strangers)] = True
    return [
        pa.array([reasons.get(at) for at in range(rows)], pa.string()),
        pa.array([parsed.wrong_types.get(at, ()) for at in range(rows)], pa.list_(pa.string())),
        pa.array(strangers),
        pa.array([_ignored(parsed.ignored), *([()] * (rows - 1))], _COUNTS[1]),
    ]


def _ignored(names: Mapping[str, int]) -> list[tuple[str, int]]:
    """Counts of a batch, carried by its first row: a sum over rows is then right, whatever is retried."""
    named: dict[str, int] = {}
    for field, rows in names.items():
        name = field if _FIELD_NAME.fullmatch(field) else "other"
        named[f"ignored:{name}"] = named.get(f"ignored:{name}", 0) + rows
    return sorted(named.items())
