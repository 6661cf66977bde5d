"""From figures to places on a picture. All places are percent of a picture's width or height, 0 to 100."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    text: str


@dataclass(frozen=True)
class LogScale:
    """Powers of ten at even distances, from the decade below the smallest figure to the one above the largest."""

    low: int
    high: int

    @classmethod
    def over(cls, figures: Iterable[float]) -> "LogScale":
        positive = [figure for figure in figures if figure > 0] or [1.0]
        low = max(0, math.floor(math.log10(min(positive))) - 1)
        return cls(low, max(low + 1, math.ceil(math.log10(max(positive)))))

    def at(self, figure: float) -> float:
        if figure <= 0:
            return 0.0
        return clamp(100 * (math.log10(figure) - self.low) / (self.high - self.low))

    @property
    def decades(self) -> list[int]:
        return list(range(self.low, self.high + 1))


def clamp(place: float) -> float:
    """Within the picture, in steps of a thousandth."""
    return round(min(100.0, max(0.0, place)), 3)


def share(part: float, whole: float) -> float:
    """`part` of `whole` in percent; nothing of nothing is 0."""
    return clamp(100 * part / whole) if whole else 0.0


def nice_ceiling(figure: float) -> float:
    """The next round number at or above a figure, for the end of an axis."""
    if figure <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(figure))
    return next(step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if step * power >= figure * (1 - 1e-12))
