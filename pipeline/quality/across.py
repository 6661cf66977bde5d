"""Rules across rows: keys that must differ, values that must stand in another source. On refined rows only."""

from collections.abc import Callable
from functools import reduce
from operator import and_

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from pipeline.contracts.model import Contract, Reference

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
    parts += [_broken_reference(contract, reference, kept) for reference in contract.references]
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


def _broken_reference(contract: Contract, reference: Reference, kept: Kept) -> DataFrame:
    """Rows whose values stand nowhere in the referenced columns, or whose parents all break the condition."""
    told = reduce(and_, (F.col(name).isNotNull() for name in reference.columns))
    rows = kept(contract.source).where(told).alias("row")
    parents = kept(reference.source).alias("parent")
    pairs = zip(reference.columns, reference.parents, strict=True)
    matches: Expression = reduce(and_, (F.col(f"row.{own}") == F.col(f"parent.{other}") for own, other in pairs))
    name = ",".join(reference.columns)
    lost = _named(rows.join(parents, matches, "left_anti"), name, "reference")
    if reference.condition is None:
        return lost
    good = F.max(F.expr(reference.condition))
    judged = (
        rows.join(parents, matches, "inner")
        .groupBy(*(F.col(f"row.{name}") for name in LOCATOR))
        .agg(good.alias("good"))
    )
    return lost.unionByName(_named(judged.where(~F.col("good")), name, reference.condition))


def _named(rows: DataFrame, column: str, rule: str) -> DataFrame:
    return rows.select(*(F.col(name) for name in LOCATOR), F.lit(f"{column}:{rule}").alias("reason"))
