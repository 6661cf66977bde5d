"""What a feature table holds, counted on the table as it was written."""

from dataclasses import dataclass
from datetime import date

import pyspark.sql.functions as F
from pyspark.sql import Column, DataFrame
from pyspark.sql.types import BooleanType, StringType

from pipeline.errors import AccountsError
from pipeline.features.checks import SNAPSHOT


@dataclass(frozen=True)
class SnapshotCount:
    """Rows of one snapshot: `rows` = positives + negatives + censored, where the label is true or false.

    `censored` rows have no label, since its horizon is not over or its value is missing. A label that is a number or a
    word has neither positives nor negatives; without a label there is nothing to count.
    """

    date: date
    rows: int
    positives: int | None
    negatives: int | None
    censored: int | None


@dataclass(frozen=True)
class Summary:
    """Counts of a feature table."""

    entities: int
    rows: int
    snapshots: tuple[SnapshotCount, ...]
    """Ascending; a snapshot without rows is not in it."""
    kind: str | None
    """What the label is: boolean, number or string; None without a label."""

    @property
    def positives(self) -> int | None:
        return _total([snapshot.positives for snapshot in self.snapshots]) if self.kind == "boolean" else None

    @property
    def negatives(self) -> int | None:
        return _total([snapshot.negatives for snapshot in self.snapshots]) if self.kind == "boolean" else None

    @property
    def censored(self) -> int | None:
        return _total([snapshot.censored for snapshot in self.snapshots]) if self.kind else None


def summarise(table: DataFrame, entity: str, label: str | None) -> Summary:
    """Count a feature table and check its key.

    Args:
        table: the feature table.
        entity: its key column beside `snapshot_date`.
        label: its label column, if there is one.

    Raises:
        AccountsError: an entity has more than one row at a snapshot, so a join multiplied rows.
    """
    kind = label_kind(table, label)
    names = ("rows", "positives", "negatives", "censored")
    counts = (
        table.groupBy(SNAPSHOT)
        .agg(F.count("*").alias("rows"), F.count_distinct(entity).alias("entities"), *_label_counts(label, kind))
        .orderBy(SNAPSHOT)
        .collect()
    )
    rows, keys = (sum(row[name] for row in counts) for name in ("rows", "entities"))
    if rows != keys:
        raise AccountsError(
            "the feature table has more than one row per entity and snapshot",
            given=f"{rows} rows",
            allowed=f"{keys} rows, one per {entity} and {SNAPSHOT}",
            hint="a join multiplied rows",
        )
    snapshots = tuple(SnapshotCount(row[SNAPSHOT], *(row[name] for name in names)) for row in counts)
    return Summary(table.select(entity).distinct().count(), rows, snapshots, kind)


def label_kind(table: DataFrame, label: str | None) -> str | None:
    """What the label column is: boolean, number or string; None without a label."""
    if label is None:
        return None
    data_type = table.schema[label].dataType
    if isinstance(data_type, BooleanType):
        return "boolean"
    return "string" if isinstance(data_type, StringType) else "number"


def _label_counts(label: str | None, kind: str | None) -> list[Column]:
    nothing = F.lit(None).cast("long")
    true = F.count_if(F.col(label)) if label and kind == "boolean" else nothing
    false = F.count_if(~F.col(label)) if label and kind == "boolean" else nothing
    missing = F.count_if(F.col(label).isNull()) if label else nothing
    return [true.alias("positives"), false.alias("negatives"), missing.alias("censored")]


def _total(counts: list[int | None]) -> int:
    return sum(count or 0 for count in counts)
