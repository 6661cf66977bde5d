"""A feature table made fit for release: generalised, suppressed, and measured again on what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.release import LEAST, Release
from pipeline.errors import AccountsError, PrivacyError
from pipeline.privacy.release_policy.anonymity import Generalisation, choose_levels
from pipeline.privacy.release_policy.counting import Tally, count_cells, count_histories
from pipeline.privacy.release_policy.hierarchies import Hierarchy, hierarchies
from pipeline.privacy.release_policy.lattice import Policy
from pipeline.privacy.release_policy.measure import (
    Measured,
    Size,
    checked_size,
    measured,
    measured_histories,
    rare_histories,
    sizes_after,
)
from pipeline.privacy.release_policy.numbering import Counted, number_values

_PUBLISHED, _ENTITY = "_published", "_withheld_entity"
#: Sizes of published classes that are told, the smallest first.
_SMALLEST = 5


@dataclass(frozen=True)
class Assessed:
    """What may be published, and the figures that show it.

    Attributes:
        frame: the input's columns, quasi-identifiers at their chosen levels, without the rows withheld.
        release: the policy.
        quasi: the quasi-identifiers' levels.
        generalisation: the levels chosen; its k and l agree with those measured on `frame`.
        before, after: sizes of the input and of `frame`.
        withheld_entities: entities without any row in `frame`.
        spreads: how the quasi-identifiers' values spread before and after.
        rare_histories: share of the published entities that fewer than k share a whole history with; None where rows
            of one entity can't be joined across snapshots.
    """

    frame: DataFrame
    release: Release
    quasi: tuple[Hierarchy, ...]
    generalisation: Generalisation
    before: Size
    after: Size
    withheld_entities: int
    spreads: list[dict[str, Any]]
    rare_histories: float | None

    def document(self) -> dict[str, Any]:
        """Evidence of the stage `assess`, without the recall."""
        chosen, classes = self.generalisation, self.generalisation.classes
        sizes, counts = np.unique(classes.sizes, return_counts=True)
        return {
            "policy": self.release.policy,
            "pseudonyms": self.release.pseudonyms,
            "class_of": "history" if self.release.by_history else "snapshot",
            "k_required": self.release.k,
            "k": chosen.k,
            "l_required": self.release.l,
            "l": chosen.l,
            "sensitive": list(self.release.sensitive),
            "l_by_column": classes.diversity,
            "classes": len(classes.sizes),
            "withheld_classes": classes.withheld,
            "smallest_classes": [
                {"entities": int(size), "classes": int(count)}
                for size, count in zip(sizes[:_SMALLEST], counts[:_SMALLEST], strict=True)
            ],
            "rare_histories": self.rare_histories,
            "quasi_identifiers": [
                {"column": item.column, "level": at, "levels": len(item.levels), "expression": item.levels[at].words}
                for item, at in zip(self.quasi, chosen.levels, strict=True)
            ],
            "spreads": self.spreads,
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
        frame: one row for each entity and snapshot; few of its columns are read several times, so give a table.
        release: the policy; levels are SQL expressions over the frame, and a missing sensitive value is a value.
        entity_column: name of the column that tells entities apart.
        snapshot_column: name of the column with the snapshot's date.
        label_column: a boolean or 0/1 column whose share of positives is measured; null means not known.

    Raises:
        PrivacyError: the policy can't be met, or names what the frame does not have.
        AccountsError: what was measured on the result differs from what was planned; nothing may be published.
    """
    _check(frame, release, (entity_column, snapshot_column, *((label_column,) if label_column else ())))
    quasi = hierarchies(frame, release, entity_column)
    counted = number_values(frame, quasi, release.sensitive, snapshot_column)
    before = checked_size(frame, entity_column, snapshot_column, counted.days.to_pylist(), label_column)
    tally, entities = _tally(frame, release, counted, entity_column)
    policy = Policy(release.k, release.l, release.most_suppressed, LEAST[release.policy].k, release.by_history)
    chosen = choose_levels(tally.histogram, policy)
    flagged = _flagged(
        _generalise(frame, quasi, chosen), release, tally, chosen, (snapshot_column, entity_column), entities
    )
    published = flagged.where(_PUBLISHED).drop(_PUBLISHED)
    after, withheld = sizes_after(flagged, entity_column, F.col(_PUBLISHED), label_column)
    names = [item.column for item in quasi]
    joinable = release.pseudonyms == "stable"
    assessed = Assessed(
        frame=published,
        release=release,
        quasi=quasi,
        generalisation=chosen,
        before=before,
        after=after,
        withheld_entities=withheld,
        spreads=tally.values.spreads(chosen.levels, chosen.cells, release.k),
        rare_histories=rare_histories(published, entity_column, snapshot_column, names, release.k)
        if joinable
        else None,
    )
    found = (
        measured_histories(published, entity_column, snapshot_column, names, release.sensitive)
        if release.by_history
        else measured(published, snapshot_column, names, release.sensitive)
    )
    _check_accounts(assessed, found)
    return assessed


def _check(frame: DataFrame, release: Release, keys: Sequence[str]) -> None:
    columns = [*keys, *release.sensitive, *(item.column for item in release.quasi_identifiers)]
    missing = sorted(set(columns) - set(frame.columns))
    if missing:
        raise PrivacyError("the release names columns that are not there", given=missing, allowed=frame.columns)


def _tally(frame: DataFrame, release: Release, counted: Counted, entity: str) -> tuple[Tally, pa.Array | None]:
    """What the levels are chosen from; the entity of each cell where a class is of histories."""
    return count_histories(frame, counted, entity) if release.by_history else (count_cells(frame, counted), None)


def _generalise(frame: DataFrame, quasi: Sequence[Hierarchy], chosen: Generalisation) -> DataFrame:
    """All quasi-identifiers at once: an expression sees the input, never another's result."""
    pairs = zip(quasi, chosen.levels, strict=True)
    return frame.withColumns({item.column: F.expr(item.levels[level].sql) for item, level in pairs})


def _flagged(
    frame: DataFrame,
    release: Release,
    tally: Tally,
    chosen: Generalisation,
    keys: tuple[str, str],
    entities: pa.Array | None,
) -> DataFrame:
    """The generalised frame, with a flag for the rows that may leave."""
    if not chosen.cells.any():
        return frame.withColumn(_PUBLISHED, F.lit(True))
    snapshot, entity = keys
    if entities is not None:
        withheld = pa.table([entities.filter(pa.array(chosen.cells))], [_ENTITY])
        columns = [entity]
    else:
        withheld = tally.histogram.classes(chosen.levels, chosen.cells)
        columns = [snapshot, *(item.column for item in release.quasi_identifiers)]
    pairs = zip(columns, withheld.column_names, strict=True)
    same = [F.col(column).cast("string").eqNullSafe(F.col(name)) for column, name in pairs]
    marked = frame.sparkSession.createDataFrame(withheld).withColumn(_PUBLISHED, F.lit(False))
    joined = frame.join(F.broadcast(marked), reduce(and_, same), "left").drop(*withheld.column_names)
    return joined.withColumn(_PUBLISHED, F.col(_PUBLISHED).isNull())


def _check_accounts(assessed: Assessed, found: Measured) -> None:
    """Plan against result; each pair has two writers."""
    plan, before, after = assessed.generalisation, assessed.before, assessed.after
    pairs = {
        "k": (plan.k, found.k),
        **{f"l of {name}": (least, found.l[name]) for name, least in plan.classes.diversity.items()},
        "rows": (plan.rows, before.rows),
        "published rows": (plan.published_rows, after.rows),
        "entities": (before.entities, after.entities + assessed.withheld_entities),
    }
    differing = {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
    if differing:
        raise AccountsError(
            "the assessed table differs from its plan",
            given=", ".join(f"{name}: planned {plan}, measured {found}" for name, (plan, found) in differing.items()),
            hint="nothing was published; this is a fault of clearwell's, or the table changed meanwhile",
        )
