"""Who belongs to the population at a snapshot.

An entity belongs to it when its first day lies on or before the snapshot and its last day, if any, after it. Employment
is a fact of its day: unlike features, it is judged by what is known at the as-of date, so that nobody stays in a
snapshot because an exit was entered a week late.
"""

import pyspark.sql.functions as F
from pyspark.sql import DataFrame, Window

from pipeline.features.resolve import END, OWNER, SEEN, START, UNTIL, holds_before
from pipeline.features.timeline import Timeline, end_of

#: The snapshots at which the row's entity belongs to the population; empty for an entity that never does.
STAYS = "_stays"


def with_stays(rows: DataFrame, timeline: Timeline) -> DataFrame:
    """`rows` of `resolve`, each with its entity's snapshots as `_stays`; the rows' own START and END are gone.

    Of several first or last days of one entity the earliest counts.
    """
    entity = Window.partitionBy(OWNER)
    current = holds_before(end_of(F.lit(timeline.as_of)), F.col(SEEN), F.col(UNTIL))
    start, end = (F.min(F.when(current, F.col(name))).over(entity) for name in (START, END))
    snapshots = F.array(*(F.lit(snapshot) for snapshot in timeline.snapshots))
    dated = rows.withColumns({START: start, END: end})
    stays = F.filter(
        snapshots, lambda snapshot: (F.col(START) <= snapshot) & (F.col(END).isNull() | (F.col(END) > snapshot))
    )
    return dated.withColumn(STAYS, stays).drop(START, END)
