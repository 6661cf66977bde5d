"""Profiles: histogram, nulls, mean and distinct values of every column of a refined table, in one job.

Spark turns each column into what its histogram needs (a hash of an identifier, a length of a text); workers count Arrow
batches and open the key of the buckets themselves; one task adds up the parts. The grids are fixed, sums are exact and
all else is counts, so a profile does not depend on how rows are spread.

A sample of texts by their records' digests (all of up to 20,000 rows, about as many of more) is asked for its language.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Contract
from pipeline.evidence.record import Document
from pipeline.keys import KeySource
from pipeline.quality.exact import exact_mean
from pipeline.quality.grids import order
from pipeline.quality.kinds import Plan, plan_of
from pipeline.quality.sketches import PARTS, Sketch, merged, packed, unpacked

_SAMPLED = 20_000
_WITH_MEAN = ("number", "boolean", "text")
_LEAST = 5  # values: the mean of one would be the value
_BY_ROWS = ("category", "boolean")


def profile(
    kept: DataFrame, contract: Contract, rows: int, keys: KeySource, dataset: str, epoch: str | None = None
) -> Document:
    """The profile of each column of a refined table, by its name.

    Args:
        kept: the kept rows of the refined table.
        contract: the source's contract.
        rows: how many there are, by another count; sets the sample of texts.
        keys: opens the dataset's key in the workers, for the buckets of categories.
        dataset: the dataset's name.
        epoch: of the key; by default the current one.

    Returns:
        By column: kind, nulls, distinct (see quality/distinct.py), mean (of five values or more: numbers, booleans as 0
        and 1, lengths of texts), bins in order, and of texts the languages of the sampled rows.
    """
    plans = [plan_of(column, contract) for column in contract.kept_columns]
    sketches: dict[int, Sketch] = {}
    if plans and rows:
        sampled = F.pmod(F.xxhash64("_digest"), F.lit(max(1, rows // _SAMPLED))) == 0
        shown = kept.select(*(plan.shown(sampled).alias(f"c{at}") for at, plan in enumerate(plans)))
        counted = shown.mapInArrow(partial(_count, plans=plans, keys=keys, dataset=dataset, epoch=epoch), PARTS)
        whole = counted.repartition(1).mapInArrow(_merge, PARTS).collect()
        sketches = dict(unpacked(*row) for row in whole)
    return {plan.name: _document(plan, sketches.get(at, Sketch())) for at, plan in enumerate(plans)}


def _count(
    batches: Iterable[pa.RecordBatch], plans: Sequence[Plan], keys: KeySource, dataset: str, epoch: str | None
) -> Iterator[pa.RecordBatch]:
    key = keys.data_key(dataset, epoch).key
    readers = [plan.reader(key) for plan in plans]
    sketches = [Sketch() for _ in plans]
    for batch in batches:
        for reader, sketch, column in zip(readers, sketches, batch.columns, strict=True):
            values = column.drop_null() if column.null_count else column
            sketch.rows += len(column)
            sketch.nulls += column.null_count
            if len(values):
                reader.add(sketch, values)
    yield packed(enumerate(sketches))


def _merge(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    parts = (unpacked(*row) for batch in batches for row in zip(*map(_values, batch.columns), strict=True))
    yield packed(merged(parts).items())


def _values(column: pa.Array) -> list[Any]:
    return list(column.to_pylist())


def _document(plan: Plan, sketch: Sketch) -> Document:
    values = sketch.rows - sketch.nulls
    mean = exact_mean(sketch.total, values) if plan.kind in _WITH_MEAN and values >= _LEAST else None
    bins = sorted(sketch.bins.items(), key=_most_first if plan.kind in _BY_ROWS else _ascending)
    document = {
        "kind": plan.kind,
        "nulls": sketch.nulls,
        "distinct": sketch.distinct.estimate(),
        "mean": mean,
        "bins": [list(item) for item in bins],
    }
    if plan.kind == "text":
        document["languages"] = [list(item) for item in sorted(sketch.languages.items(), key=_most_first)]
    return document


def _most_first(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _ascending(item: tuple[str, int]) -> Any:
    return order(item[0])
