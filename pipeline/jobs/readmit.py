"""Rejected records read again under a contract that lets more in; kept rows are neither read nor written."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
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
    table = read_snapshot(rows, _LOCATOR, f"{VERDICT} = '{REJECTED}'")
    found = {}
    for key in pc.unique(table["_object"]).to_pylist():
        ordinals = table.filter(pc.equal(table["_object"], pa.scalar(key)))["_ordinal"].to_numpy()
        found[key] = np.sort(ordinals)
    return found


def with_counts_of(again: DataFrame, before: DataFrame) -> DataFrame:
    """Rows that were made again, with what their old selves count of fields that no contract names.

    A batch's first row counts for all of the batch; of these fewer were read now.

    Args:
        again: refined rows.
        before: the rejected rows that they take the place of.
    """
    carried = before.where(F.size(_entries(COUNTS, ignored=True)) > 0)
    carried = carried.select(*_LOCATOR, _entries(COUNTS, ignored=True).alias("_carried"))
    own, old = _entries(COUNTS, ignored=False), F.coalesce(F.col("_carried"), _entries(F.create_map(), ignored=True))
    joined = again.join(F.broadcast(carried), list(_LOCATOR), "left")
    return joined.withColumn(COUNTS, F.map_concat(old, own)).drop("_carried").select(*again.columns)


def _entries(counts: str | Column, *, ignored: bool) -> Column:
    """The counts of ignored fields, or all others; none where there is no map."""
    return F.map_filter(
        F.coalesce(counts, F.create_map().cast("map<string,bigint>")),
        lambda name, _: name.startswith("ignored:") if ignored else ~name.startswith("ignored:"),
    )
