"""Privacy actions that a Spark expression can do. Pseudonyms and redaction need a key or a roster: see kernel.py."""

from collections.abc import Callable, Mapping
from itertools import pairwise

from pyspark.sql import Column as Expression
from pyspark.sql import Window
from pyspark.sql import functions as F

from pipeline.contracts.model import Column

#: Quantiles and ratios are published with this many digits: enough for a model, too few to find a salary again.
_DIGITS = 3


def masked(column: Column, only: Expression) -> Expression:
    """The column after its action, under its own name; null where `only` is false.

    Args:
        column: a column whose action is in `SPARK_ACTIONS`.
        only: true for the rows that count; `rank` and `ratio` compare these with each other.
    """
    return F.when(only, SPARK_ACTIONS[column.privacy.action](column, only)).alias(column.name)


def band_labels(column: Column) -> tuple[str, ...]:
    """`<10`, `10-20` and so on, ascending: a value falls into [edge, next edge)."""
    edges = column.privacy.edges
    between = (f"{low:g}-{high:g}" for low, high in pairwise(edges))
    return (f"<{edges[0]:g}", *between, f">={edges[-1]:g}")


def _keep(column: Column, _: Expression) -> Expression:
    return F.col(column.name)


def _band(column: Column, _: Expression) -> Expression:
    value, labels = F.col(column.name), band_labels(column)
    band = F.when(value.isNull(), None)
    for edge, label in zip(column.privacy.edges, labels[:-1], strict=True):
        band = band.when(value < edge, label)
    return band.otherwise(labels[-1])


def _rank(column: Column, only: Expression) -> Expression:
    """Mid-quantile in the group, in (0, 1): half of the ties count as below. Alone in a group: 0.5."""
    counted = only & F.col(column.name).isNotNull()
    group = Window.partitionBy(*(F.expr(part) for part in column.privacy.within), counted)
    ordered = group.orderBy(column.name)
    below = (F.rank().over(ordered) - 1) / F.count("*").over(group)
    middle = (below + F.cume_dist().over(ordered)) / 2
    return F.when(counted, F.round(middle, _DIGITS))


def _ratio(column: Column, only: Expression) -> Expression:
    """Value over the median of the group."""
    counted = F.when(only, F.col(column.name))
    group = Window.partitionBy(*(F.expr(part) for part in column.privacy.within))
    return F.round(F.col(column.name) / F.median(counted).over(group), _DIGITS)


def _truncate(column: Column, _: Expression) -> Expression:
    value, to = F.col(column.name), column.privacy.to
    if column.logical_type == "string":
        return F.substring(value, 1, int(to))
    if column.logical_type == "date":
        return F.trunc(value, to)
    return F.date_trunc(to, value)


def _round(column: Column, _: Expression) -> Expression:
    step = float(column.privacy.to)
    return F.round(F.col(column.name) / step) * step


SPARK_ACTIONS: Mapping[str, Callable[[Column, Expression], Expression]] = {
    "keep": _keep,
    "band": _band,
    "rank": _rank,
    "ratio": _ratio,
    "truncate": _truncate,
    "round": _round,
}
