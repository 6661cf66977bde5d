"""How far two histograms lie apart, and how far chance alone brings samples of one population."""

from collections.abc import Sequence
from math import log, log2, sqrt
from statistics import NormalDist

_SMOOTHING = 0.5  # rows added to each bin of both (Jeffreys' prior), so that an empty bin is rare, not impossible
_SURE = 0.999  # quantile of what chance gives
_BITS = 8 * log(2)  # near equality a PSI of x comes with a Jensen-Shannon divergence of x / (8 ln 2) bits


def shares(rows: Sequence[int]) -> list[float]:
    """Smoothed shares of bins; they add up to one."""
    total = sum(rows) + _SMOOTHING * len(rows)
    return [(count + _SMOOTHING) / total for count in rows]


def psi(then: Sequence[float], now: Sequence[float]) -> float:
    """Population stability index: the sum of (q - p) ln(q / p) over bins, for smoothed shares."""
    return sum((q - p) * log(q / p) for p, q in zip(then, now, strict=True))


def jensen_shannon(then: Sequence[float], now: Sequence[float]) -> float:
    """Jensen-Shannon divergence in bits, from 0 to 1, for smoothed shares (Lin 1991)."""
    middle = [(p + q) / 2 for p, q in zip(then, now, strict=True)]
    return max(0.0, (_divergence(then, middle) + _divergence(now, middle)) / 2)


def chance_psi(bins: int, then: int, now: int) -> float:
    """The PSI that two samples of one population exceed in one of a thousand cases.

    PSI * n * m / (n + m) is about chi-squared with bins - 1 degrees of freedom (Yurdakul, "Statistical properties of
    population stability index", 2018); the quantile is Wilson and Hilferty's.
    """
    free = bins - 1
    if free < 1:
        return 0.0
    spread = 2 / (9 * free)
    quantile = free * (1 - spread + NormalDist().inv_cdf(_SURE) * sqrt(spread)) ** 3
    return quantile * (1 / then + 1 / now)


def chance_js(bins: int, then: int, now: int) -> float:
    """The same for the Jensen-Shannon divergence, in bits."""
    return chance_psi(bins, then, now) / _BITS


def _divergence(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(p * log2(p / q) for p, q in zip(one, other, strict=True))
