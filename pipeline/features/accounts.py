"""What became of every kept row: kept = used + merged + out of scope, per source.

* merged: the row holds for no instant, since another row of the same key stands for it (a re-delivery of the same
  bytes, or the loser of a conflict; see `resolve.py`).
* used: its entity belongs to the population at a snapshot, and the row lies where a rule can see it. A feature sees a
  row that happened and was known by the last snapshot; the label one that happened after the first snapshot and within
  a finished horizon, known by the as-of date (without horizon, what a feature sees); the population's rule one known by
  the as-of date, or where the dataset states none, any row by the last snapshot that names an entity.
* out of scope: all else: no entity, an entity that is in no snapshot, or too late for every rule.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import reduce
from operator import or_

import pyspark.sql.functions as F
from pyspark.sql import Column, DataFrame

from pipeline.contracts.dataset import Dataset
from pipeline.errors import AccountsError
from pipeline.features.checks import names_entity
from pipeline.features.definitions import FeatureModule
from pipeline.features.population import STAYS
from pipeline.features.reader import AT
from pipeline.features.resolve import SEEN, SOURCE, UNTIL
from pipeline.features.timeline import Timeline, end_of

FATE = "_fate"
USED, MERGED, OUT_OF_SCOPE = "used", "merged", "out_of_scope"


@dataclass(frozen=True)
class SourceAccounts:
    """Counts of one source's rows."""

    kept: int
    used: int
    merged: int
    out_of_scope: int


def with_fate(rows: DataFrame, dataset: Dataset, module: FeatureModule, timeline: Timeline) -> DataFrame:
    """`rows` with `_fate`: used, merged or out_of_scope; never null."""
    visible = {source: _visible(source, dataset, module, timeline) for source in dataset.contracts}
    in_reach = reduce(or_, ((F.col(SOURCE) == source) & seen for source, seen in visible.items()))
    fate = (
        F.when(F.col(UNTIL) <= F.col(SEEN), MERGED).when((F.size(STAYS) > 0) & in_reach, USED).otherwise(OUT_OF_SCOPE)
    )
    return rows.withColumn(FATE, fate)


def count_accounts(rows: DataFrame, kept: Mapping[str, int]) -> dict[str, SourceAccounts]:
    """Accounts of each source in `kept`, in one aggregation over the rows of `with_fate`.

    Args:
        rows: all rows, each with its fate.
        kept: rows that the stage before says it kept, by source.

    Raises:
        AccountsError: a source's rows here are not as many as were kept.
    """
    fates = [F.count(F.when(F.col(FATE) == fate, 1)).alias(fate) for fate in (USED, MERGED, OUT_OF_SCOPE)]
    counted = rows.groupBy(SOURCE).agg(F.count("*").alias("kept"), *fates).collect()
    found = {row[SOURCE]: SourceAccounts(row["kept"], row[USED], row[MERGED], row[OUT_OF_SCOPE]) for row in counted}
    accounts = {source: found.get(source, SourceAccounts(0, 0, 0, 0)) for source in kept}
    for source, account in accounts.items():
        if account.kept != kept[source] or account.kept != account.used + account.merged + account.out_of_scope:
            raise AccountsError(
                f"{source}: accounts differ",
                given=", ".join(f"{name} {count}" for name, count in asdict(account).items()),
                allowed=f"kept {kept[source]} = used + merged + out_of_scope",
                hint="run validate again; if it stays so, a join lost or multiplied rows",
            )
    return accounts


def _visible(source: str, dataset: Dataset, module: FeatureModule, timeline: Timeline) -> Column:
    """Whether a row of `source` lies where a rule can see it."""
    at, seen = F.col(AT), F.col(SEEN)
    known = seen < end_of(F.lit(timeline.as_of))
    by_last = end_of(F.lit(timeline.last))
    windows = [F.lit(False)]
    label, population = module.label, dataset.spec.population
    looks_back = {item.source for item in module.definitions if item is not label or not label.looks_ahead}
    if source in looks_back or (population is None and names_entity(dataset, source)):
        windows.append((at < by_last) & (seen < by_last))
    if label and label.looks_ahead and label.source == source:
        horizons = timeline.finished_horizons
        windows += [(at >= end_of(F.lit(after))) & (at < end_of(F.lit(until))) & known for after, until in horizons]
    if population and source in (population.start[0], population.end[0]):
        windows.append(known)
    return F.coalesce(reduce(or_, windows), F.lit(False))
