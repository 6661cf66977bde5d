"""A feature table made fit for release: generalised, suppressed, and measured again on what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType, StructField, StructType

from pipeline.contracts.dataset import Release
from pipeline.errors import AccountsError, PrivacyError
from pipeline.privacy.anonymity import Generalisation, choose_levels
from pipeline.privacy.lattice import ENTITIES, ROWS, SNAPSHOT, Policy, QuasiLevels


@dataclass(frozen=True)
class Size:
    """Distinct entities, rows, and the share of positives among rows whose label is known (None: no label)."""

    entities: int
    rows: int
    base_rate: float | None


@dataclass(frozen=True)
class Assessed:
    """What may be published, and the figures that show it.

    Attributes:
        frame: the input's columns, quasi-identifiers at their chosen levels, without the rows withheld.
        generalisation: the levels chosen; its k and l agree with those measured on `frame`.
        before, after: sizes of the input and of `frame`.
        withheld_entities: entities without any row in `frame`.
    """

    frame: DataFrame
    release: Release
    generalisation: Generalisation
    before: Size
    after: Size
    withheld_entities: int

    def document(self) -> dict[str, Any]:
        """Evidence of the stage `assess`, without the recall."""
        chosen = zip(self.release.quasi_identifiers, self.generalisation.levels, strict=True)
        return {
            "policy": self.release.policy,
            "k_required": self.release.k,
            "k": self.generalisation.k,
            "l_required": self.release.l,
            "l": self.generalisation.l,
            "sensitive": list(self.release.sensitive),
            "quasi_identifiers": [
                {"column": item.column, "level": level, "levels": len(item.levels), "expression": item.levels[level]}
                for item, level in chosen
            ],
            "entities": self.before.entities,
            "published_entities": self.after.entities,
            "withheld_entities": self.withheld_entities,
            "rows": self.before.rows,
            "published_rows": self.after.rows,
            "withheld_rows": self.before.rows - self.after.rows,
            "base_rate_before": self.before.base_rate,
            "base_rate_after": self.after.base_rate,
        }


def assess_frame(
    frame: DataFrame, release: Release, entity_column: str, snapshot_column: str, label_column: str | None = None
) -> Assessed:
    """Choose levels, apply them, withhold what is too small, and measure k, l and all counts anew on the result.

    Args:
        frame: one row for each entity and snapshot; few of its columns are read five times, so give a table.
        release: the policy; levels are SQL expressions over the frame, and a missing sensitive value is a value.
        entity_column: name of the column that tells entities apart.
        snapshot_column: name of the column with the snapshot's date.
        label_column: a boolean or 0/1 column whose share of positives is measured; null means not known.

    Raises:
        PrivacyError: the policy can't be met, or names what the frame does not have.
        AccountsError: what was measured on the result differs from what was planned; nothing may be published.
    """
    _check(frame, release, (entity_column, snapshot_column, *((label_column,) if label_column else ())))
    policy = Policy(release.k, release.l, release.most_suppressed)
    quasi = [
        QuasiLevels(item.column, tuple(f"{item.column} level {level}" for level in range(len(item.levels))))
        for item in release.quasi_identifiers
    ]
    sensitive = [f"distinct {name}" for name in release.sensitive]
    histogram = _finest_histogram(frame, release, entity_column, snapshot_column).toArrow()
    chosen = choose_levels(histogram, quasi, sensitive, policy)
    published = _withhold(_generalise(frame, release, chosen), release, chosen, snapshot_column)
    assessed = Assessed(
        frame=published,
        release=release,
        generalisation=chosen,
        before=_size(frame, entity_column, label_column),
        after=_size(published, entity_column, label_column),
        withheld_entities=_entities(frame, entity_column)
        .join(_entities(published, entity_column), entity_column, "left_anti")
        .count(),
    )
    _check_accounts(assessed, _measure(published, release, entity_column, snapshot_column))
    return assessed


def _check(frame: DataFrame, release: Release, keys: Sequence[str]) -> None:
    columns = [*keys, *release.sensitive, *(item.column for item in release.quasi_identifiers)]
    missing = sorted(set(columns) - set(frame.columns))
    if missing:
        raise PrivacyError("the release names columns that are not there", given=missing, allowed=frame.columns)
    if release.l > 1 and not release.sensitive:
        raise PrivacyError(
            "l-diversity needs a sensitive column", given=f"l {release.l}", hint="release: sensitive: []"
        )
    for item in release.quasi_identifiers:
        for level in item.levels:
            try:
                frame.select(F.expr(level))
            except AnalysisException:
                raise PrivacyError(
                    f"a level of {item.column} is no expression over the table", given=level, allowed=frame.columns
                ) from None


def _finest_histogram(frame: DataFrame, release: Release, entity: str, snapshot: str) -> DataFrame:
    """One row for each combination of all levels at once: levels need not nest for counts to add up."""
    levels = [
        F.expr(level).cast("string").alias(f"{item.column} level {index}")
        for item in release.quasi_identifiers
        for index, level in enumerate(item.levels)
    ]
    return frame.groupBy(F.col(snapshot).cast("string").alias(SNAPSHOT), *levels).agg(
        F.countDistinct(entity).alias(ENTITIES),
        F.count(F.lit(1)).alias(ROWS),
        *(F.collect_set(_value(name)).alias(f"distinct {name}") for name in release.sensitive),
    )


def _value(name: str) -> Column:
    """The sensitive value as text; missing is a value of its own."""
    return F.coalesce(F.concat(F.lit("="), F.col(name).cast("string")), F.lit(""))


def _generalise(frame: DataFrame, release: Release, chosen: Generalisation) -> DataFrame:
    """All quasi-identifiers at once: an expression sees the input, never another's result."""
    pairs = zip(release.quasi_identifiers, chosen.levels, strict=True)
    return frame.withColumns({item.column: F.expr(item.levels[level]) for item, level in pairs})


def _withhold(frame: DataFrame, release: Release, chosen: Generalisation, snapshot: str) -> DataFrame:
    if not chosen.suppressed:
        return frame
    columns = [snapshot, *(item.column for item in release.quasi_identifiers)]
    names = [f"_withheld_{index}" for index in range(len(columns))]
    schema = StructType([StructField(name, StringType()) for name in names])
    rows = sorted(chosen.suppressed, key=lambda row: [(item is not None, item or "") for item in row])
    withheld = frame.sparkSession.createDataFrame(rows, schema)
    pairs = zip(columns, names, strict=True)
    same = [F.col(column).cast("string").eqNullSafe(F.col(name)) for column, name in pairs]
    return frame.join(F.broadcast(withheld), reduce(and_, same), "left_anti")


def _measure(published: DataFrame, release: Release, entity: str, snapshot: str) -> tuple[int, int | None]:
    """The k and l of the frame as it is, by other functions than the plan used."""
    diversity = [F.countDistinct(name) + F.max(F.col(name).isNull().cast("int")) for name in release.sensitive]
    fewest = F.least(*diversity, diversity[0]) if diversity else F.lit(None).cast("long")
    classes = published.groupBy(snapshot, *(item.column for item in release.quasi_identifiers)).agg(
        F.countDistinct(entity).alias("k"), fewest.alias("l")
    )
    [row] = classes.agg(F.min("k").alias("k"), F.min("l").alias("l")).collect()
    return int(row["k"] or 0), None if row["l"] is None else int(row["l"])


def _entities(frame: DataFrame, entity: str) -> DataFrame:
    return frame.select(entity).distinct()


def _size(frame: DataFrame, entity: str, label: str | None) -> Size:
    rate = F.avg(F.col(label).cast("double")) if label else F.lit(None).cast("double")
    [row] = frame.agg(F.countDistinct(entity).alias("e"), F.count(F.lit(1)).alias("r"), rate.alias("b")).collect()
    return Size(int(row["e"]), int(row["r"]), None if row["b"] is None else float(row["b"]))


def _check_accounts(assessed: Assessed, measured: tuple[int, int | None]) -> None:
    """Plan against result; each pair has two writers."""
    plan, before, after = assessed.generalisation, assessed.before, assessed.after
    pairs = {
        "k": (plan.k, measured[0]),
        "l": (plan.l, measured[1]),
        "rows": (plan.rows, before.rows),
        "published rows": (plan.published_rows, after.rows),
        "entities": (before.entities, after.entities + assessed.withheld_entities),
    }
    differing = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if differing:
        raise AccountsError(
            "the assessed table differs from its plan",
            given=", ".join(f"{name}: planned {plan}, measured {found}" for name, (plan, found) in differing.items()),
            hint="an entity may have one row a snapshot; check the feature table for duplicates",
        )
