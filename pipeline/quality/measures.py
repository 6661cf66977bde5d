"""What of a run is held against earlier runs: rows of a source; nulls, mean and distinct values of each column.

Each measure has a floor, the least change that is worth a word, whatever the history: a share of the figure, and what
chance alone does to a count of so many rows.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import sqrt
from typing import Literal

from pipeline.evidence.record import Document
from pipeline.quality.grids import middle

Name = Literal["rows", "nulls", "mean", "distinct"]
Key = tuple[str, str | None, Name]
"""Source, column (none: the source itself), measure."""
Floor = Callable[[float], float]

_CHANCE = 4.0  # standard errors of a count
_ROWS, _NULLS, _MEAN, _DISTINCT = 0.05, 0.05, 0.02, 0.10  # least relative changes
_NULL_POINTS = 0.01  # least absolute change of a share
_FEW = 2.0  # distinct values that may come or go


@dataclass(frozen=True)
class Measure:
    """One figure and the least half-width of its bounds."""

    value: float
    floor: Floor


def measures(sources: Mapping[str, Document]) -> Iterator[tuple[Key, Measure]]:
    """Every figure of a run, from refine's evidence by source (`kept`, `profile`)."""
    for source, found in sources.items():
        rows = int(found["kept"])
        yield (source, None, "rows"), Measure(rows, _rows_floor)
        for column, profile in found.get("profile", {}).items():
            if rows:
                yield (source, column, "nulls"), Measure(profile["nulls"] / rows, partial(_nulls_floor, rows))
                yield (source, column, "distinct"), Measure(profile["distinct"], _distinct_floor)
            if profile["mean"] is not None:
                error = _CHANCE * _deviation(profile) / sqrt(rows - profile["nulls"])
                yield (source, column, "mean"), Measure(profile["mean"], partial(_mean_floor, error))


def _rows_floor(rows: float) -> float:
    return max(_ROWS * abs(rows), _CHANCE * sqrt(abs(rows)))


def _nulls_floor(rows: int, share: float) -> float:
    likely = (min(1.0, max(0.0, share)) * rows + 1) / (rows + 2)  # Laplace: none among so many is not never
    return max(_NULL_POINTS, _NULLS * abs(share), _CHANCE * sqrt(likely * (1 - likely) / rows))


def _mean_floor(error: float, mean: float) -> float:
    return max(_MEAN * abs(mean), error)


def _distinct_floor(distinct: float) -> float:
    return max(_DISTINCT * abs(distinct), _FEW)


def _deviation(profile: Document) -> float:
    """Standard deviation of a column's values as its histogram tells it; of a boolean that of its share."""
    if profile["kind"] == "boolean":
        return sqrt(profile["mean"] * (1 - profile["mean"]))
    total = sum(rows for _, rows in profile["bins"])
    squares = sum(rows * (middle(label) - profile["mean"]) ** 2 for label, rows in profile["bins"])
    return sqrt(squares / total)
