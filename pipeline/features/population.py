"""Who belongs to the population at a snapshot.

Where the dataset states a population, an entity belongs to it when its first day lies on or before the snapshot and its
last day, if any, after it. Employment is a fact of its day: unlike features, it is judged by what is known at the as-of
date, so that nobody stays in a snapshot because an exit was entered a week late. Where it states none, an entity exists
at a snapshot if a row names it that had happened and was known by then.
"""

import pyspark.sql.functions as F
from pyspark.sql import Column, DataFrame, Window

from pipeline.features.reader import AT
from pipeline.features.resolve import END, NAMED, OWNER, SEEN, START, UNTIL, holds_before
from pipeline.features.timeline import Timeline, end_of

#: The snapshots at which the row's entity belongs to the population; empty for an entity that never does.
STAYS = "_stays"


def with_stays(rows: DataFrame, timeline: Timeline, *, stated: bool) -> DataFrame:
    """`rows` of `resolve`, each with its entity's snapshots as `_stays`; the rows' own NAMED, START and END are gone.

    Args:
        rows: one row per kept row of any source.
        timeline: the snapshots.
        stated: the dataset states first and last days; of several of one entity the earliest counts.
    """
    made = _with_stated_stays(rows, timeline) if stated else rows.withColumn(STAYS, _presence(timeline))
    return made.drop(NAMED, START, END)


def _presence(timeline: Timeline) -> Column:
    """Snapshots by which a row of the entity had happened and was known."""
    entity = Window.partitionBy(OWNER)

    def present(now: Column) -> Column:
        seen = F.col(NAMED) & holds_before(now, F.col(SEEN), F.col(UNTIL)) & (F.col(AT) < now)
        return F.bool_or(seen).over(entity)

    snapshots = map(F.lit, timeline.snapshots)
    return F.array_compact(F.array(*(F.when(present(end_of(snapshot)), snapshot) for snapshot in snapshots)))


def _with_stated_stays(rows: DataFrame, timeline: Timeline) -> DataFrame:
    entity = Window.partitionBy(OWNER)
    current = holds_before(end_of(F.lit(timeline.as_of)), F.col(SEEN), F.col(UNTIL))
    start, end = (F.min(F.when(current, F.col(name))).over(entity) for name in (START, END))
    snapshots = F.array(*(F.lit(snapshot) for snapshot in timeline.snapshots))
    dated = rows.withColumns({START: start, END: end})
    stays = F.filter(
        snapshots, lambda snapshot: (F.col(START) <= snapshot) & (F.col(END).isNull() | (F.col(END) > snapshot))
    )
    return dated.withColumn(STAYS, stays)
