"""Landed records as a Spark frame: every column as text, every record with its locator, in parallel by the index."""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession

from pipeline.extract.landing import LandedObject
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Field, Parsed, Records
from pipeline.storage.objects import ObjectStore

#: Records of one task at most, and of one batch: a batch of long texts still fits into a worker's memory.
_SPLIT, _BATCH = 20_000, 2_000
_LOCATOR = [("_object", pa.string()), ("_ordinal", pa.int64()), ("_digest", pa.binary())]
_FINDINGS = [("_reason", pa.string()), ("_wrong_types", pa.list_(pa.string())), ("_stranger", pa.bool_())]
_COUNTS = ("_counts", pa.map_(pa.string(), pa.int64()))
#: A field's name comes from outside: one that does not look like a name is counted as `other`.
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,40}")


@dataclass(frozen=True)
class Split:
    """Records `first` to `last` (exclusive) of one landed object."""

    key: str
    format: str
    layout: str
    first: int
    last: int


def make_splits(objects: Sequence[LandedObject], tasks: int) -> list[Split]:
    """Cut the objects so that at least `tasks` tasks have work, where there are records enough."""
    total = sum(item.records for item in objects)
    size = max(min(_SPLIT, -(-total // tasks)), 1)
    return [
        Split(item.key, item.format, json.dumps(item.layout), first, min(first + size, item.records))
        for item in objects
        for first in range(0, item.records, size)
    ]


def read_landed(
    spark: SparkSession, store: ObjectStore, splits: Sequence[Split], fields: Sequence[Field]
) -> DataFrame:
    """One row a framed record.

    Args:
        spark: the session.
        store: the landing zone; it must pickle.
        splits: which records.
        fields: the columns to read; others are counted and forgotten.

    Returns:
        `_object`, `_ordinal`, `_digest` (sha256 of the record), every field as text, `_reason` (null where the record
        could be read), `_wrong_types` (fields whose type in the source is wrong), `_stranger` (whether the record has a
        field that was not asked for), `_counts` (`ignored:<field>`).
    """
    schema = pa.schema([*_LOCATOR, *((item.name, pa.string()) for item in fields), *_FINDINGS, _COUNTS])
    rows = [(split.key, split.format, split.layout, split.first, split.last) for split in splits]
    tasks = spark.sparkContext.parallelize(rows, _task_count(splits))
    frame = spark.createDataFrame(tasks, "key string, format string, layout string, first long, last long")
    kernel = partial(_read, store=store, fields=list(fields), schema=schema)
    return frame.mapInArrow(kernel, schema=_spark_schema(fields))


def _task_count(splits: Sequence[Split]) -> int:
    """As few tasks as keep each near the size of the largest split: a thousand small files are no thousand tasks."""
    sizes = [split.last - split.first for split in splits]
    return max(-(-sum(sizes) // max(sizes)), 1) if sizes else 1


def _spark_schema(fields: Sequence[Field]) -> str:
    texts = ", ".join(f"`{item.name}` string" for item in fields)
    return (
        f"_object string, _ordinal long, _digest binary, {texts}, "
        "_reason string, _wrong_types array<string>, _stranger boolean, _counts map<string,bigint>"
    )


def _read(
    batches: Iterator[pa.RecordBatch], store: ObjectStore, fields: list[Field], schema: pa.Schema
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for row in batch.to_pylist():
            yield from _read_split(Split(**row), store, fields, schema)


def _read_split(split: Split, store: ObjectStore, fields: list[Field], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    index = pq.read_table(io.BytesIO(store.read(f"{split.key}.index"))).slice(split.first, split.last - split.first)
    parse, layout = FORMATS[split.format].parse, json.loads(split.layout)
    for part in index.to_batches(max_chunksize=_BATCH):
        offsets, lengths = part["offset"].to_numpy(), part["length"].to_numpy()
        start = int(offsets[0])
        body = store.read(split.key, start, int(offsets[-1] + lengths[-1]) - start)
        rejected = {at: reason for at, reason in enumerate(part["reason"].to_pylist()) if reason}
        parsed = parse(Records(body, offsets - start, lengths, rejected), fields, layout)
        yield pa.RecordBatch.from_arrays(
            [
                pa.repeat(pa.scalar(split.key), len(part)),
                part["ordinal"],
                part["digest"].cast(pa.binary()),
                *(parsed.columns[item.name] for item in fields),
                *_findings(parsed, rejected, len(part)),
            ],
            schema=schema,
        )


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
