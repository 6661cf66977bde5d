"""What a feature table holds, counted on the table as it was written."""

from dataclasses import dataclass
from datetime import date

import pyspark.sql.functions as F
from pyspark.sql import DataFrame

from pipeline.errors import AccountsError
from pipeline.features.checks import SNAPSHOT


@dataclass(frozen=True)
class SnapshotCount:
    """Rows of one snapshot: `rows` = positives + negatives + censored."""

    date: date
    rows: int
    positives: int
    negatives: int
    censored: int


@dataclass(frozen=True)
class Summary:
    """Counts of a feature table."""

    entities: int
    rows: int
    snapshots: tuple[SnapshotCount, ...]
    """Ascending; a snapshot without rows is not in it."""

    @property
    def positives(self) -> int:
        return sum(snapshot.positives for snapshot in self.snapshots)

    @property
    def negatives(self) -> int:
        return sum(snapshot.negatives for snapshot in self.snapshots)

    @property
    def censored(self) -> int:
        return sum(snapshot.censored for snapshot in self.snapshots)


def summarise(table: DataFrame, entity: str, label: str) -> Summary:
    """Count a feature table and check its key.

    Args:
        table: the feature table.
        entity: its key column beside `snapshot_date`.
        label: its boolean label column.

    Raises:
        AccountsError: an entity has more than one row at a snapshot, so a join multiplied rows.
    """
    counts = (
        table.groupBy(SNAPSHOT)
        .agg(
            F.count("*").alias("rows"),
            F.count_distinct(entity).alias("entities"),
            F.count_if(F.col(label)).alias("positives"),
            F.count_if(~F.col(label)).alias("negatives"),
            F.count_if(F.col(label).isNull()).alias("censored"),
        )
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
    names = ("rows", "positives", "negatives", "censored")
    snapshots = tuple(SnapshotCount(row[SNAPSHOT], *(row[name] for name in names)) for row in counts)
    return Summary(table.select(entity).distinct().count(), rows, snapshots)
