"""Rules across rows: keys that must differ, values that must stand in another source. On refined rows only."""

from collections.abc import Callable
from functools import reduce

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract

LOCATOR = ("_object", "_ordinal")
Kept = Callable[[str], DataFrame]


def rejections(contract: Contract, kept: Kept) -> DataFrame:
    """Rows of `contract.source` that break a rule across rows.

    Args:
        contract: the source's contract.
        kept: gives the kept rows of any source, by its name.

    Returns:
        `_object`, `_ordinal`, `_reasons` (array of strings, sorted), one row a locator.
    """
    parts = [_duplicate_keys(contract, kept(contract.source))]
    parts += [_broken_reference(contract, column, kept) for column in contract.columns if column.references is not None]
    every = reduce(DataFrame.unionByName, parts)
    return every.groupBy(*LOCATOR).agg(F.sort_array(F.collect_set("reason")).alias("_reasons"))


def _duplicate_keys(contract: Contract, rows: DataFrame) -> DataFrame:
    """Rows that say something else than an earlier row of the same key and version.

    A byte-identical record is a re-delivery and a newer knowledge time a new version: both are merged later, not
    rejected. Of rows that contradict each other the first by locator stays.
    """
    version = [*contract.primary_key, *([contract.knowledge_time] if contract.knowledge_time else [])]
    window = Window.partitionBy(*version).orderBy(*LOCATOR).rowsBetween(Window.unboundedPreceding, Window.currentRow)
    first_digest = F.first("_digest").over(window)
    columns = rows.select(*LOCATOR, "_digest", *version).withColumn("first", first_digest)
    return _named(columns.where(F.col("first") != F.col("_digest")), "record", "primaryKey")


def _broken_reference(contract: Contract, column: Column, kept: Kept) -> DataFrame:
    """Rows whose value stands nowhere in the referenced column, or whose parents all break the condition."""
    reference = column.references
    assert reference is not None
    rows = kept(contract.source).where(F.col(column.name).isNotNull()).alias("row")
    parents = kept(reference.source).alias("parent")
    matches: Expression = F.col(f"row.{column.name}") == F.col(f"parent.{reference.column}")
    lost = _named(rows.join(parents, matches, "left_anti"), column.name, "reference")
    if reference.condition is None:
        return lost
    good = F.max(F.expr(reference.condition))
    judged = (
        rows.join(parents, matches, "inner")
        .groupBy(*(F.col(f"row.{name}") for name in LOCATOR))
        .agg(good.alias("good"))
    )
    return lost.unionByName(_named(judged.where(~F.col("good")), column.name, reference.condition))


def _named(rows: DataFrame, column: str, rule: str) -> DataFrame:
    return rows.select(*(F.col(name) for name in LOCATOR), F.lit(f"{column}:{rule}").alias("reason"))
