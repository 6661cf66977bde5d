"""Fixed grids: a value has its bin without a look at any other, so histograms of parts merge by addition.

A bin is told by its edges, `[low, high)`, and never by a value; a month by its name.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

_STEPS = 8  # bins of an octave: each is 6 to 12 % wide
_SMALLEST, _LARGEST = -30, 60  # powers of two; what lies outside shares the outermost bins
_OWN = 64  # integers up to here have a bin each: levels, ratings, counts
_LONGEST = 40  # powers of the square root of two: a text of a million characters


@cache
def number_edges(whole: bool) -> Numbers:
    """Ascending edges of the log-linear grid for numbers, or for integers; the first is minus infinity."""
    octaves = 2.0 ** np.arange(_SMALLEST, _LARGEST)
    positive = np.outer(octaves, 1 + np.arange(_STEPS) / _STEPS).ravel()
    if whole:
        positive = np.concatenate([np.arange(1.0, _OWN + 2), positive[positive > _OWN + 1]])
    return np.concatenate([[-np.inf], -positive[::-1], [0.0], positive, [np.inf]])


@cache
def length_edges() -> Numbers:
    """Ascending edges for lengths of texts in characters: powers of the square root of two, rounded up."""
    return np.unique(np.concatenate([[0.0], np.ceil(2 ** (np.arange(_LONGEST) / 2)), [np.inf]]))


def bins_of(values: Numbers, edges: Numbers) -> Whole:
    """Position of the lower edge of each value's bin."""
    return np.searchsorted(edges, values, side="right") - 1


def interval(low: float, high: float) -> str:
    """How a bin is told."""
    return f"[{low:.9g}, {high:.9g})"


def month(position: int) -> str:
    """The month that is so many months after January 1970, such as 2019-06."""
    return str(np.datetime64(position, "M"))


def middle(label: str) -> float:
    """A number inside a bin that `interval` told; the inner edge of an outermost one."""
    low, high = (float(part) for part in label[1:-1].split(", "))
    return high if np.isneginf(low) else low if np.isposinf(high) else (low + high) / 2


def order(label: str) -> Any:
    """What sorts the bins of one grid: their lower edges, or the months themselves."""
    return float(label[1 : label.index(",")]) if label.startswith("[") else label
