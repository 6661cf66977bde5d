"""`aggregate`: the figure of a row's group stands in the place of its value, where that tells nobody's value.

Minimum counts for figures of a group are the oldest rule of official statistics (Hundepool et al., "Statistical
Disclosure Control", 2012, 4.2.1). A figure of members that are all alike would be the value of each.
"""

from pyspark.sql import Column as Expression
from pyspark.sql import Window, WindowSpec
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Identity

#: Three significant digits: what a group is like, not its sum to the cent, from which one member could be told by
#: taking away the others.
_THREE_DIGITS = "%.2e"


def entity_of(identity: Identity | None) -> Expression | None:
    """Whom a row is of, by its key or else its first link; None: each row counts for itself."""
    if identity is None:
        return None
    return F.col(identity.key or identity.links_by[0])


def group_figure(column: Column, only: Expression, entity: Expression | None) -> Expression:
    """The figure of the row's group; a row without a value has it too, so that nobody sees who has none.

    Args:
        column: a column whose action is `aggregate`.
        only: true for the rows that count.
        entity: whom a row is of; None: each row is of another.

    Returns:
        A double of three significant digits; null where the group has fewer than `least` entities with a value, or
        all their values are one.
    """
    privacy = column.privacy
    group = Window.partitionBy(*(F.expr(part) for part in privacy.within))
    value = F.when(only, _measured(column))
    told = (_members(value, entity, group) >= privacy.least) & (F.min(value).over(group) < F.max(value).over(group))
    return F.when(told, _rounded(_figure(privacy.figure, value, group)))


def _measured(column: Column) -> Expression:
    """The value as a number: of a share 1 or 0."""
    value = F.col(column.name)
    if column.privacy.figure == "share":
        value = (value == column.privacy.of if column.privacy.of else value).cast("int")
    return value.cast("double")


def _members(value: Expression, entity: Expression | None, group: WindowSpec) -> Expression:
    """How many entities of the group have a value: the places of one from either end, without keeping a set."""
    if entity is None:
        return F.count(value).over(group)
    who = F.when(value.isNotNull(), entity)
    from_both_ends = [F.dense_rank().over(group.orderBy(end)) for end in (who.asc(), who.desc())]
    nobody = F.max(who.isNull().cast("int")).over(group)
    return from_both_ends[0] + from_both_ends[1] - 1 - nobody


def _figure(figure: str, value: Expression, group: WindowSpec) -> Expression:
    """A mean adds up in the order of the values: a sum of doubles depends on its order."""
    if figure == "median":
        return F.median(value).over(group)
    everybody = group.orderBy(value).rowsBetween(Window.unboundedPreceding, Window.unboundedFollowing)
    return F.avg(value).over(everybody)


def _rounded(value: Expression) -> Expression:
    return F.format_string(_THREE_DIGITS, value).cast("double")
