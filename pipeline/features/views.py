"""From facts to one row per entity and snapshot that holds views, and to the check that rules read nothing else."""

import re

import pyspark.sql.functions as F
from pyspark.errors import AnalysisException
from pyspark.sql import Column, DataFrame
from pyspark.sql.types import ArrayType, BooleanType, DataType, MapType, StructType

from pipeline.errors import FeatureError
from pipeline.features.accounts import FATE, USED
from pipeline.features.checks import SNAPSHOT
from pipeline.features.population import STAYS
from pipeline.features.reader import AT
from pipeline.features.resolve import DIGEST, KEY, KNOWN, OWNER, SEEN, SOURCE, UNTIL, holds_before
from pipeline.features.rules import Rule, Rules
from pipeline.features.timeline import Timeline, end_of

#: Functions whose value depends on the clock, on chance or on how rows are spread, as an analysed plan prints them.
_UNSTEADY = re.compile(
    r"\b(current_date|current_timestamp|current_time|localtimestamp|now|rand|randn|random|uuid|shuffle"
    r"|monotonically_increasing_id|spark_partition_id|input_file_name)\("
)


def gather(rows: DataFrame, rules: Rules) -> DataFrame:
    """One row per entity of the population: `_owner`, `_stays`, and an array of all its used facts per source.

    Arrays are in total order (event time, knowledge time, primary key, digest).
    """
    arrays = [
        F.sort_array(F.collect_list(F.when(F.col(SOURCE) == source, _event(source, sorted(columns))))).alias(source)
        for source, columns in rules.reads.items()
    ]
    return rows.where(F.col(FATE) == USED).groupBy(OWNER).agg(F.first(STAYS).alias(STAYS), *arrays)


def cut_views(entities: DataFrame, rules: Rules, timeline: Timeline, entity: str) -> DataFrame:
    """One row per entity and snapshot: entity, `snapshot_date` and the view of each rule; whole arrays are gone."""
    snapshots = entities.select(F.col(OWNER).alias(entity), F.explode(STAYS).alias(SNAPSHOT), *rules.reads)
    dated = snapshots.withColumn("_now", end_of(F.col(SNAPSHOT)))
    sources = {rule.source: rule.view for rule in rules.features}
    past = [F.filter(source, _happened_by_now).alias(view) for source, view in sources.items()]
    return dated.select(entity, SNAPSHOT, *past, _ahead(rules.label, timeline))


def check_rules(views: DataFrame, rules: Rules) -> None:
    """Try every rule on a table without rows that has the snapshot date and the rule's own view, and nothing else.

    Raises:
        FeatureError: a rule reaches for something else, depends on clock or chance, or is not one value; a label is
            not true or false.
    """
    tables = {view: _table_without_rows(views, view) for view in {rule.view for rule in rules.all}}
    for rule in rules.all:
        data_type = _try(rule, tables[rule.view])
        if isinstance(data_type, ArrayType | MapType | StructType):
            raise FeatureError(f"{rule.name} is not one value", given=data_type.simpleString(), allowed="a plain type")
        if rule is rules.label and not isinstance(data_type, BooleanType):
            raise FeatureError(
                f"label {rule.name} is not true or false",
                given=data_type.simpleString(),
                allowed="boolean",
                hint="return events.any()",
            )


def _table_without_rows(views: DataFrame, view: str) -> DataFrame:
    schema = StructType([views.schema[SNAPSHOT], views.schema[view]])
    return views.sparkSession.createDataFrame([], schema)


def _try(rule: Rule, table: DataFrame) -> DataType:
    try:
        tried = table.select(rule.column.alias(rule.name))
    except AnalysisException as error:
        raise FeatureError(
            f"{rule.name} can't be computed from its events up to the snapshot",
            given=error.getCondition(),
            allowed=f"the events of {rule.source} and {SNAPSHOT}",
        ) from error
    unsteady = _UNSTEADY.search(str(tried._jdf.queryExecution().analyzed()))
    if unsteady:
        raise FeatureError(
            f"{rule.name} depends on clock or chance",
            given=f"{unsteady[1]}()",
            hint="use the snapshot: events.snapshot",
        )
    return tried.schema[rule.name].dataType


def _event(source: str, columns: list[str]) -> Column:
    return F.struct(AT, KNOWN, KEY, DIGEST, SEEN, UNTIL, *(F.col(source)[name].alias(name) for name in columns))


def _happened_by_now(event: Column) -> Column:
    return holds_before(F.col("_now"), event[SEEN], event[UNTIL]) & (event[AT] < F.col("_now"))


def _ahead(label: Rule, timeline: Timeline) -> Column:
    end = end_of(F.add_months(F.col(SNAPSHOT), timeline.horizon_months))
    known = end_of(F.lit(timeline.as_of))

    def lies_ahead(event: Column) -> Column:
        return holds_before(known, event[SEEN], event[UNTIL]) & (event[AT] >= F.col("_now")) & (event[AT] < end)

    return F.filter(label.source, lies_ahead).alias(label.view)
