"""Rejected records read again under a contract that lets more in; kept rows are neither read nor written."""

from dataclasses import replace

import numpy as np
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from pipeline.jobs.reading import Reading
from pipeline.parsing.splits import Ordinals
from pipeline.quality.checks import COUNTS
from pipeline.storage.scan import read_snapshot
from pipeline.storage.tables import REJECTED, VERDICT, TableSnapshot

_LOCATOR = ("_object", "_ordinal")


def rejected_alone(reading: Reading, base: TableSnapshot) -> Reading:
    """The records of a reading that a base rejected."""
    return replace(reading, wanted=rejected_ordinals(base))


def rejected_ordinals(rows: TableSnapshot) -> dict[str, Ordinals]:
    """Ascending ordinals of the rejected rows of a refined table, by the object's key."""
    found = read_snapshot(rows, _LOCATOR, f"{VERDICT} = '{REJECTED}'").sort_by(
        [(name, "ascending") for name in _LOCATOR]
    )
    keys = found["_object"].combine_chunks().dictionary_encode()
    begins = np.flatnonzero(np.diff(keys.indices.to_numpy(), prepend=-1))
    parts = np.split(found["_ordinal"].to_numpy(), begins[1:])
    return dict(zip(keys.dictionary.to_pylist(), parts, strict=True)) if len(found) else {}


def with_counts_of(again: DataFrame, before: DataFrame) -> DataFrame:
    """Rows that were made again, with what their old selves count of fields that no contract names.

    A batch's first row counts for all of the batch; of these fewer were read now.

    Args:
        again: refined rows.
        before: the rejected rows that they take the place of.
    """
    carried = before.where(F.size(_entries(COUNTS, ignored=True)) > 0)
    carried = carried.select(*_LOCATOR, _entries(COUNTS, ignored=True).alias("_carried"))
    joined = again.join(F.broadcast(carried), list(_LOCATOR), "left")
    counts = F.map_concat(_entries("_carried", ignored=True), _entries(COUNTS, ignored=False))
    return joined.withColumn(COUNTS, counts).select(*again.columns)


def _entries(counts: str, *, ignored: bool) -> Column:
    """The counts of ignored fields, or all others; none where there is no map."""
    told = F.coalesce(counts, F.expr("cast(map() AS map<string,bigint>)"))
    return F.map_filter(told, lambda name, _: name.startswith("ignored:") == F.lit(ignored))
