"""Slope of the least-squares line through points, as one fold over an array."""

import pyspark.sql.functions as F
from pyspark.sql import Column

_SUMS = ("n", "x", "y", "xx", "xy")


def slope(points: Column) -> Column:
    """(n Σxy − Σx Σy) / (n Σxx − (Σx)²), the textbook form; double, null for fewer than two different x.

    Args:
        points: array of structs of doubles (x, y), none of them null. With whole numbers as x the denominator is
            exact, so equal x give null and not a slope made of rounding.
    """
    return F.aggregate(points, F.struct(*(F.lit(0.0).alias(name) for name in _SUMS)), _add, _finish)


def _add(sums: Column, point: Column) -> Column:
    x, y = point["x"], point["y"]
    terms = (F.lit(1.0), x, y, x * x, x * y)
    return F.struct(*((sums[name] + term).alias(name) for name, term in zip(_SUMS, terms, strict=True)))


def _finish(sums: Column) -> Column:
    n, x, y, xx, xy = (sums[name] for name in _SUMS)
    return F.try_divide(n * xy - x * y, n * xx - x * x)
