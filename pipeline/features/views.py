"""From facts to one row per entity and snapshot that holds views, and to the check that rules read nothing else."""

import re
from collections.abc import Callable, Sequence

import pyspark.sql.functions as F
from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame
from pyspark.sql.types import ArrayType, BooleanType, DataType, MapType, NumericType, StringType, StructType

from pipeline.errors import FeatureError
from pipeline.features.accounts import FATE, USED
from pipeline.features.checks import SNAPSHOT
from pipeline.features.population import STAYS
from pipeline.features.reader import AT
from pipeline.features.resolve import DIGEST, KEY, KNOWN, OWNER, SEEN, SOURCE, UNTIL, holds_before, quoted
from pipeline.features.rules import Rule, Rules, View
from pipeline.features.timeline import Timeline, end_of

#: Functions whose value depends on the clock, on chance or on how rows are spread, as an analysed plan prints them.
_UNSTEADY = re.compile(
    r"\b(current_date|current_timestamp|current_time|localtimestamp|now|rand|randn|random|uuid|shuffle"
    r"|monotonically_increasing_id|spark_partition_id|input_file_name)\("
)


def gather(rows: DataFrame, rules: Rules) -> DataFrame:
    """One row per entity of the population: `_owner`, `_stays`, and per view an array of all used facts of its source.

    Arrays are in total order (event time, knowledge time, primary key, digest).
    """
    arrays = [
        F.sort_array(F.collect_list(F.when(F.col(SOURCE) == view.source, _event(view)))).alias(name)
        for name, view in rules.views.items()
    ]
    return rows.where(F.col(FATE) == USED).groupBy(OWNER).agg(F.first(STAYS).alias(STAYS), *arrays)


def cut_views(entities: DataFrame, rules: Rules, timeline: Timeline, entity: str) -> DataFrame:
    """One row per entity and snapshot: entity, `snapshot_date` and the views, each cut to what may be seen then."""
    snapshots = entities.select(F.col(OWNER).alias(entity), F.explode(STAYS).alias(SNAPSHOT), *rules.views)
    dated = snapshots.withColumn("_now", end_of(F.col(SNAPSHOT)))
    seen = {True: _lies_ahead(timeline), False: _happened_by_now}
    cut = [F.filter(name, seen[view.ahead]).alias(name) for name, view in rules.views.items()]
    return dated.select(entity, SNAPSHOT, *cut)


def check_rules(views: DataFrame, rules: Rules) -> None:
    """Try the rules of each view on a table without rows that has the snapshot date and that view, and nothing else.

    Raises:
        FeatureError: a rule reaches for something else, depends on clock or chance, or is not one value; a label is
            of a type that no label has.
    """
    types: dict[str, DataType] = {}
    for view in rules.views:
        schema = StructType([views.schema[SNAPSHOT], views.schema[view]])
        table = views.sparkSession.createDataFrame([], schema)
        tried = _try([rule for rule in rules.all if rule.view == view], view, table)
        types |= {field.name: field.dataType for field in tried}
    for name, data_type in types.items():
        if isinstance(data_type, ArrayType | MapType | StructType):
            raise FeatureError(f"{name} is not one value", given=data_type.simpleString(), allowed="a plain type")
    if rules.label:
        _check_label(rules.label, types[rules.label.name], looks_ahead=rules.views[rules.label.view].ahead)


def _check_label(label: Rule, data_type: DataType, *, looks_ahead: bool) -> None:
    allowed = (BooleanType,) if looks_ahead else (BooleanType, NumericType, StringType)
    if not isinstance(data_type, allowed):
        raise FeatureError(
            f"label {label.name} is not true or false{'' if looks_ahead else ', a number or a word'}",
            given=data_type.simpleString(),
            allowed="boolean" if looks_ahead else "boolean, number or string",
            hint="return events.any()" if looks_ahead else None,
        )


def _try(rules: Sequence[Rule], view: str, table: DataFrame) -> StructType:
    """Types of the rules' values. All are tried at once, and one by one only to find which of them is refused."""
    try:
        tried = table.select(*(rule.column for rule in rules))
    except AnalysisException as error:
        _try_each(rules, view, table)
        raise FeatureError(
            f"{rules[0].name} can't be computed from its events up to the snapshot",
            given=error.getCondition(),
            allowed=f"the events of {view} and {SNAPSHOT}",
        ) from error
    # The expressions by themselves: a printed plan leaves out all but the first 25 of them.
    unsteady = _UNSTEADY.search(str(tried._jdf.queryExecution().analyzed().expressions()))
    if unsteady:
        _try_each(rules, view, table)
        raise FeatureError(
            f"{rules[0].name} depends on clock or chance",
            given=f"{unsteady[1]}()",
            hint="use the snapshot: events.snapshot",
        )
    return tried.schema


def _try_each(rules: Sequence[Rule], view: str, table: DataFrame) -> None:
    if len(rules) > 1:
        for rule in rules:
            _try([rule], view, table)


def _event(view: View) -> Column:
    """One expression, however many columns: each Column made by itself is a few calls into the JVM."""
    own = (AT, KNOWN, KEY, DIGEST, SEEN, UNTIL)
    values = (f"{quoted(view.source)}.{quoted(name)} AS {quoted(name)}" for name in sorted(view.columns))
    return F.expr(f"struct({', '.join([*own, *values])})")


def _happened_by_now(event: Column) -> Column:
    return holds_before(F.col("_now"), event[SEEN], event[UNTIL]) & (event[AT] < F.col("_now"))


def _lies_ahead(timeline: Timeline) -> Callable[[Column], Column]:
    end = end_of(F.add_months(F.col(SNAPSHOT), timeline.horizon_months))
    known = end_of(F.lit(timeline.as_of))
    return lambda event: (
        holds_before(known, event[SEEN], event[UNTIL]) & (event[AT] >= F.col("_now")) & (event[AT] < end)
    )
