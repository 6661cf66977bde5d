"""Links: a source without the entity's key names it by something that a keyed source states, such as an address.

An address may pass from one person to another, so a link is a dated statement: it holds from when it was known until
another entity is known to have the address. A row belongs to whom the link named when the row became known; where the
link was stated only later, to the first it named, and then the row is known no earlier than the link.
"""

from collections.abc import Iterable
from functools import reduce

import pyspark.sql.functions as F
from pyspark.sql import Column, DataFrame

_LINK, _HOLDERS = "_link", "_holders"


def statement(value: Column, since: Column, entity: Column) -> list[Column]:
    """Columns that state: from `since` (timestamp) the link `value` names `entity`."""
    return [value.alias(_LINK), since.alias("since"), entity.cast("string").alias("entity")]


def link_holders(statements: Iterable[DataFrame]) -> DataFrame:
    """One row per link: `_link`, `_holders` array<struct<since, entity>>, oldest first.

    Where one moment names two entities, the holder from then on is null: nobody's guess decides whose a row is.

    Args:
        statements: frames of the columns that `statement` makes; nulls in link or time say nothing.
    """
    stated = reduce(DataFrame.unionByName, statements).where("_link IS NOT NULL AND since IS NOT NULL")
    least, greatest = F.min("entity"), F.max("entity")
    agreed = stated.groupBy(_LINK, "since").agg(F.when(least == greatest, least).alias("entity"))
    return agreed.groupBy(_LINK).agg(F.sort_array(F.collect_list(F.struct("since", "entity"))).alias(_HOLDERS))


def with_holder(rows: DataFrame, link: str, known: Column, holders: DataFrame, name: str) -> DataFrame:
    """`rows` with struct<since, entity> `name`: the holder of column `link` for a row known at `known`, or null.

    `holders` has one row per link, so the join can't multiply rows.
    """
    by_then = F.filter(F.col(_HOLDERS), lambda holder: holder["since"] <= known)
    holder = F.coalesce(F.try_element_at(by_then, F.lit(-1)), F.try_element_at(F.col(_HOLDERS), F.lit(1)))
    joined = rows.join(holders, rows[link] == holders[_LINK], "left")
    return joined.withColumn(name, holder).drop(_LINK, _HOLDERS)
