"""Privacy actions that a Spark expression can do. Pseudonyms and redaction need a key or a roster: see kernel.py."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from pyspark.sql import Column as Expression
from pyspark.sql import Window
from pyspark.sql import functions as F

from pipeline.contracts.model import Column
from pipeline.contracts.privacy_words import edge_text
from pipeline.privacy.group_figures import group_figure

#: Quantiles and ratios are published with this many digits: enough for a model, too few to find a salary again.
_DIGITS = 3
#: Digits of a quotient that a double holds for certain: 0.15 / 0.1 is 1.4999999999999998, and meant as 1.5.
_CERTAIN = 9


class _Rows(NamedTuple):
    """The rows that are compared with each other."""

    only: Expression
    """True for those that count."""
    entity: Expression | None
    """Whom a row is of."""


def masked(column: Column, only: Expression, entity: Expression | None = None) -> Expression:
    """The column after its action, under its own name; null where `only` is false.

    Args:
        column: a column whose action is in `SPARK_ACTIONS`.
        only: true for the rows that count; `rank`, `ratio` and `aggregate` compare these with each other.
        entity: whom a row is of, for `aggregate`; None: each row is of another.
    """
    return F.when(only, SPARK_ACTIONS[column.privacy.action](column, _Rows(only, entity))).alias(column.name)


def band_labels(column: Column) -> tuple[str, ...]:
    """`<10`, `10-20` and so on, ascending: a value falls into [edge, next edge)."""
    edges = column.privacy.edges
    between = (f"{edge_text(low)}-{edge_text(high)}" for low, high in pairwise(edges))
    return (f"<{edge_text(edges[0])}", *between, f">={edge_text(edges[-1])}")


def _keep(column: Column, _: _Rows) -> Expression:
    return F.col(column.name)


def _band(column: Column, _: _Rows) -> Expression:
    value, labels = F.col(column.name), band_labels(column)
    band = F.when(value.isNull(), None)
    for edge, label in zip(column.privacy.edges, labels[:-1], strict=True):
        band = band.when(value < edge, label)
    return band.otherwise(labels[-1])


def _rank(column: Column, rows: _Rows) -> Expression:
    """Mid-quantile in the group, in (0, 1): half of the ties count as below. Alone in a group: 0.5."""
    counted = rows.only & F.col(column.name).isNotNull()
    group = Window.partitionBy(*(F.expr(part) for part in column.privacy.within), counted)
    ordered = group.orderBy(column.name)
    below = (F.rank().over(ordered) - 1) / F.count("*").over(group)
    middle = (below + F.cume_dist().over(ordered)) / 2
    return F.when(counted, F.round(middle, _DIGITS))


def _ratio(column: Column, rows: _Rows) -> Expression:
    """Value over the median of the group; null where that is 0. Under a negative median greater values have less."""
    counted = F.when(rows.only, F.col(column.name))
    group = Window.partitionBy(*(F.expr(part) for part in column.privacy.within))
    return F.round(F.try_divide(F.col(column.name).cast("double"), F.median(counted).over(group)), _DIGITS)


def _truncate(column: Column, _: _Rows) -> Expression:
    value, to = F.col(column.name), column.privacy.to
    if column.logical_type == "string":
        return F.substring(value, 1, int(to))
    if column.logical_type == "date":
        return F.trunc(value, to)
    return F.date_trunc(to, value)


def _round(column: Column, _: _Rows) -> Expression:
    """The nearest multiple of the step, halves away from 0, with no more digits than the step has."""
    step = Decimal(column.privacy.to)
    steps = F.round(F.round(F.col(column.name) / float(step), _CERTAIN))
    digits = int(step.normalize().as_tuple().exponent)
    return F.round(steps * float(step), max(0, -digits))


def _aggregate(column: Column, rows: _Rows) -> Expression:
    return group_figure(column, rows.only, rows.entity)


SPARK_ACTIONS: Mapping[str, Callable[[Column, _Rows], Expression]] = {
    "keep": _keep,
    "band": _band,
    "rank": _rank,
    "ratio": _ratio,
    "truncate": _truncate,
    "round": _round,
    "aggregate": _aggregate,
}
