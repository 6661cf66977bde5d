"""What a feature table and its release come to, counted by other functions than the levels were chosen with."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from pipeline.errors import AccountsError

_BITS = 63
_HISTORY = ("_history", "_history_again")


@dataclass(frozen=True)
class Size:
    """Distinct entities, rows, and the share of positives among rows whose label is known (None: no label)."""

    entities: int
    rows: int
    base_rate: float | None


@dataclass(frozen=True)
class Measured:
    """k, and l of each sensitive column, of the rows as they are."""

    k: int
    l: dict[str, int]  # noqa: E741 - the literature's name


def checked_size(frame: DataFrame, entity: str, snapshot: str, days: Sequence[str], label: str | None) -> Size:
    """The size of a feature table, which has one row for each entity and snapshot.

    Args:
        frame: the table.
        entity: name of its column of entities.
        snapshot: name of its column of snapshots.
        days: every snapshot in it, as text.
        label: name of a boolean or 0/1 column.

    Raises:
        AccountsError: an entity has more rows than one at a snapshot: it would be counted as several.
    """
    bits = [
        F.bit_or(_bit(frame, snapshot, days[start : start + _BITS])).alias(f"_days{start}")
        for start in range(0, max(len(days), 1), _BITS)
    ]
    of_entity = frame.groupBy(entity).agg(*_sums(label), *bits)
    distinct = sum((F.bit_count(name) for name in of_entity.columns if name.startswith("_days")), F.lit(0))
    [row] = of_entity.agg(F.count(F.lit(1)), F.sum("_rows"), F.sum(distinct), *_totals()).collect()
    if row[1] != row[2]:
        raise AccountsError(
            "an entity has more rows than one at a snapshot",
            given=f"{row[1] or 0} rows, {row[2] or 0} pairs of entity and snapshot",
            hint="check the feature table for duplicates, and for rows without a snapshot",
        )
    return _size(row[0], row[1], row[3], row[4])


def sizes_after(frame: DataFrame, entity: str, published: Column, label: str | None) -> tuple[Size, int]:
    """The size of the published rows, and how many entities have none among them."""
    kept = frame.withColumn("_published", published.cast("long"))
    sums = _sums(label, F.col("_published"))
    of_entity = kept.groupBy(entity).agg(*sums)
    there = (F.col("_rows") > 0).cast("long")
    [row] = of_entity.agg(F.sum(there), F.sum("_rows"), F.sum(1 - there), *_totals()).collect()
    return _size(row[0], row[1], row[3], row[4]), int(row[2] or 0)


def measured(published: DataFrame, snapshot: str, quasi: Sequence[str], sensitive: Sequence[str]) -> Measured:
    """K and l over classes of one snapshot; rows are entities, as `checked_size` has shown."""
    diversity = [_diversity(name).alias(f"l{index}") for index, name in enumerate(sensitive)]
    classes = published.groupBy(snapshot, *quasi).agg(F.count(F.lit(1)).alias("k"), *diversity)
    return _least(classes, sensitive)


def measured_histories(
    published: DataFrame, entity: str, snapshot: str, quasi: Sequence[str], sensitive: Sequence[str]
) -> Measured:
    """K and l over classes of one history: all snapshots of an entity, with its quasi-identifiers at each."""
    histories = _histories(published, entity, snapshot, quasi)
    sizes = histories.groupBy(*_HISTORY).agg(F.count(F.lit(1)).alias("k"))
    diversity = [_diversity(name).alias(f"l{index}") for index, name in enumerate(sensitive)]
    if not diversity:
        return _least(sizes, ())
    at_each = published.join(histories, entity, "inner").groupBy(*_HISTORY, snapshot).agg(*diversity)
    return _least(sizes.join(at_each, list(_HISTORY), "inner"), sensitive)


def rare_histories(published: DataFrame, entity: str, snapshot: str, quasi: Sequence[str], k: int) -> float:
    """Share of the entities whose whole history fewer than k have; 0 where there are none."""
    sizes = _histories(published, entity, snapshot, quasi).groupBy(*_HISTORY).agg(F.count(F.lit(1)).alias("k"))
    rare = F.sum(F.when(F.col("k") < k, F.col("k")).otherwise(0))
    [row] = sizes.agg(rare.alias("rare"), F.sum("k").alias("entities")).collect()
    return row["rare"] / row["entities"] if row["entities"] else 0.0


def _histories(frame: DataFrame, entity: str, snapshot: str, quasi: Sequence[str]) -> DataFrame:
    """Two hashes of each entity's rows, whatever their order: 128 bits."""
    told = [part for name in (snapshot, *quasi) for part in (F.col(name).isNull(), F.col(name))]
    hashes = (F.xxhash64(*told), F.xxhash64(F.lit("again"), *told))
    named = [F.bit_xor(item).alias(name) for item, name in zip(hashes, _HISTORY, strict=True)]
    return frame.groupBy(entity).agg(*named)


def _diversity(name: str) -> Column:
    """Distinct values of a group; missing is one."""
    return F.countDistinct(name) + F.max(F.col(name).isNull().cast("int"))


def _least(classes: DataFrame, sensitive: Sequence[str]) -> Measured:
    names = ["k", *(f"l{index}" for index in range(len(sensitive)))]
    [row] = classes.agg(*(F.min(name).alias(name) for name in names)).collect()
    return Measured(int(row["k"] or 0), {name: int(row[f"l{index}"] or 0) for index, name in enumerate(sensitive)})


def _bit(frame: DataFrame, snapshot: str, days: Sequence[str]) -> Column:
    """One bit for the snapshot's place among `days`; null for any other."""
    kind = frame.schema[snapshot].dataType
    found = F.lit(None).cast("long")
    for place, day in enumerate(days):
        found = F.when(F.col(snapshot) == F.lit(day).cast(kind), F.lit(1 << place).cast("long")).otherwise(found)
    return found


def _sums(label: str | None, weight: Column | None = None) -> list[Column]:
    """Of an entity: rows, rows with a known label, and sum of the label."""
    one = F.lit(1).cast("long") if weight is None else weight
    value = F.col(label).cast("double") if label else F.lit(None).cast("double")
    return [
        F.sum(one).alias("_rows"),
        F.sum(F.when(value.isNotNull(), one)).alias("_known"),
        F.sum(value * one).alias("_positive"),
    ]


def _totals() -> list[Column]:
    return [F.sum("_known"), F.sum("_positive")]


def _size(entities: int | None, rows: int | None, known: int | None, positive: float | None) -> Size:
    return Size(int(entities or 0), int(rows or 0), None if not known else float(positive or 0) / known)
