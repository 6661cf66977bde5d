"""Rules across rows: keys that must differ, values that must stand in another source. On refined rows only."""

import re
from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from pipeline.contracts.model import Contract, Reference
from pipeline.quality.rules import PRIMARY_KEY, Rule, reference_rules, unique_rule

LOCATOR = ("_object", "_ordinal")
Kept = Callable[[str], DataFrame]
_OF_PARENT = re.compile(r"\bparent\.`?(\w+)")
_FIRST, _GOOD = "_first", "_good"


def rejections(contract: Contract, kept: Kept) -> DataFrame:
    """Rows of `contract.source` that break a rule across rows.

    Args:
        contract: the source's contract.
        kept: gives the kept rows of any source, by its name.

    Returns:
        `_object`, `_ordinal`, `_reasons` (array of strings, sorted), one row a locator.
    """
    rows = kept(contract.source)
    parts = [_contradictions(contract, rows)]
    parts += [_named(repeated(contract, rows, unique.columns), unique_rule(unique)) for unique in contract.uniques]
    parts += [_broken_reference(contract, reference, kept) for reference in contract.references]
    every = reduce(DataFrame.unionByName, parts)
    return every.groupBy(*LOCATOR).agg(F.sort_array(F.collect_set("reason")).alias("_reasons"))


def repeated(contract: Contract, rows: DataFrame, columns: Sequence[str]) -> DataFrame:
    """Rows whose values of `columns` another fact had first, by locator; a null among them repeats nothing.

    Versions and re-deliveries of one fact (equal primary keys) share them rightly.
    """
    told = rows.where(reduce(and_, (F.col(name).isNotNull() for name in columns)))
    fact = F.struct(*contract.primary_key)
    return told.withColumn(_FIRST, F.first(fact).over(_since_first(columns))).where(F.col(_FIRST) != fact)


def _contradictions(contract: Contract, rows: DataFrame) -> DataFrame:
    """Rows that say something else than an earlier row of the same key and version.

    A byte-identical record is a re-delivery and a newer knowledge time a new version: both are merged later, not
    rejected. Of rows that contradict each other the first by locator stays.
    """
    version = [*contract.primary_key, *([contract.knowledge_time] if contract.knowledge_time else [])]
    columns = rows.select(*LOCATOR, "_digest", *dict.fromkeys(version))
    first = columns.withColumn(_FIRST, F.first("_digest").over(_since_first(version)))
    return _named(first.where(F.col(_FIRST) != F.col("_digest")), PRIMARY_KEY)


def _since_first(columns: Sequence[str]) -> WindowSpec:
    """Rows of equal `columns`, from the first by locator to the current one."""
    same = Window.partitionBy(*columns).orderBy(*LOCATOR)
    return same.rowsBetween(Window.unboundedPreceding, Window.currentRow)


def _broken_reference(contract: Contract, reference: Reference, kept: Kept) -> DataFrame:
    """Rows whose values stand nowhere in the referenced columns, or whose parents all break the condition."""
    rows = kept(contract.source).where(reduce(and_, (F.col(name).isNotNull() for name in reference.columns)))
    asked = [*reference.parents, *_OF_PARENT.findall(reference.condition or "")]
    # A struct, so that a bare name in the condition is the row's own.
    parents = kept(reference.source).select(F.struct(*dict.fromkeys(asked)).alias("parent"))
    pairs = zip(reference.columns, reference.parents, strict=True)
    matches: Expression = reduce(and_, (F.col(own) == F.col(f"parent.{other}") for own, other in pairs))
    exists, *conditions = reference_rules(reference)
    lost = _named(rows.join(parents, matches, "left_anti"), exists)
    if reference.condition is None:
        return lost
    good = F.max(F.expr(reference.condition)).alias(_GOOD)
    judged = rows.join(parents, matches, "inner").groupBy(*LOCATOR).agg(good)
    return lost.unionByName(_named(judged.where(~F.col(_GOOD)), *conditions))


def _named(rows: DataFrame, rule: Rule) -> DataFrame:
    return rows.select(*LOCATOR, F.lit(rule.reason).alias("reason"))
