"""Sums of doubles without rounding, so that a mean does not depend on how rows are spread over tasks."""

from fractions import Fraction

import numpy as np
import numpy.typing as npt

_MANTISSA, _LOWER = 53, 26  # bits of a double, and how many of them are summed apart
_UNIT = 1126  # every finite double is a whole multiple of 2 ** -1126


def exact_sum(values: npt.NDArray[np.float64]) -> int:
    """The sum of finite doubles in units of 2 ** -1126; up to 2 ** 26 of them at once."""
    if not len(values):
        return 0
    fraction, exponent = np.frexp(values)
    digits = np.ldexp(fraction, _MANTISSA).astype(np.int64)
    least = int(exponent.min())
    upper = np.bincount(exponent - least, weights=digits >> _LOWER)  # whole numbers below 2 ** 53: exact in doubles
    lower = np.bincount(exponent - least, weights=digits & ((1 << _LOWER) - 1))
    total = 0
    for above in np.flatnonzero(upper.astype(bool) | lower.astype(bool)).tolist():
        whole = (int(upper[above]) << _LOWER) + int(lower[above])
        total += whole << (least + above - _MANTISSA + _UNIT)
    return total


def exact_mean(total: int, count: int) -> float | None:
    """The mean of `count` doubles whose `exact_sum` is `total`, rounded once; None of nothing."""
    return float(Fraction(total, count << _UNIT)) if count else None
