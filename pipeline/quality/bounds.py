"""Between what bounds the next figure of a series should lie: robust to a bad run, and calm where a series is quiet.

The middle is the median of the series, or a Theil-Sen line (Sen 1968) where it has eight figures and a Mann-Kendall
test (Mann 1945) sees a trend. The half-width is the standard deviation of the residuals times a factor that allows for
how little a short series, and a line drawn on, tell; from eight figures on, residuals beyond ten MADs are left out: of
fewer nobody can tell which one is odd. It is never less than a floor, and what the series reached twice, as in a
season, is within. Counts are compared by their logarithms, since they grow and waver in proportion to themselves.
The constants were set by simulation, see tests/quality/test_bounds.py.
"""

from collections.abc import Callable, Sequence
from math import expm1, sqrt

import numpy as np
import numpy.typing as npt

_WIDTH, _SHORT, _FREE = 3.6, 4, 3  # factor = 3.6 (1 + 4 / (n - 3)): 10.8 for five figures, 4.4 for twenty
_TREND = 2.58  # standard normal: one in a hundred, both sides
_ODD = 10 * 1.4826  # 1.4826 MADs are a standard deviation
_ENOUGH = 8  # figures before one of them can be called odd, or all of them a trend
_SEASON = 2.0  # standard deviations around what was reached twice

Series = npt.NDArray[np.float64]
LEAST = 4  # figures: below, there is no factor


def bounds(
    when: Sequence[float], series: Sequence[float], now: float, floor: Callable[[float], float], counts: bool
) -> tuple[float, float]:
    """The least and greatest figure that would be usual.

    Args:
        when: times of the series, ascending, all different; in any unit.
        series: at least `LEAST` figures.
        now: time of the figure to judge.
        floor: the least half-width around a figure.
        counts: the figures are counts.
    """
    times, figures = np.asarray(when, np.float64) - now, np.asarray(series, np.float64)
    if counts:
        figures = np.log1p(figures)
    slope = _slope(times, figures)
    middle = float(np.median(figures - slope * times))
    residuals = figures - slope * times - middle
    spread = _spread(residuals)
    half = _factor(len(figures), slope != 0) * spread
    seen = middle + np.sort(residuals)
    reached = [(middle, half), (float(seen[1]), _SEASON * spread), (float(seen[-2]), _SEASON * spread)]
    back = expm1 if counts else float
    edges = [_around(*item, floor, back) for item in reached]
    return min(low for low, _ in edges), max(high for _, high in edges)


def _around(
    figure: float, half: float, floor: Callable[[float], float], back: Callable[[float], float]
) -> tuple[float, float]:
    """So much around a figure, and at least its floor; `back` undoes a logarithm."""
    plain = back(figure)
    least = floor(plain)
    return min(back(figure - half), plain - least), max(back(figure + half), plain + least)


def _slope(times: Series, figures: Series) -> float:
    """Median of the slopes between all pairs where there is a trend, else 0."""
    count = len(figures)
    first, second = np.triu_indices(count, 1)
    steps = figures[second] - figures[first]
    score = abs(float(np.sign(steps).sum())) - 1
    if count < _ENOUGH or score <= _TREND * np.sqrt(count * (count - 1) * (2 * count + 5) / 18):
        return 0.0
    return float(np.median(steps / (times[second] - times[first])))


def _spread(residuals: Series) -> float:
    """Standard deviation of those that are not odd."""
    limit = _ODD * float(np.median(np.abs(residuals)))
    usual = residuals if len(residuals) < _ENOUGH or not limit else residuals[np.abs(residuals) <= limit]
    return float(np.sqrt(np.square(usual).sum() / max(1, len(usual) - 1)))


def _factor(count: int, drawn_on: bool) -> float:
    """A line's next value is uncertain by 4 / n of the variance more, a median's is allowed for."""
    return _WIDTH * (1 + _SHORT / (count - _FREE)) * sqrt(1 + drawn_on * 4 / count)
