"""Two histograms on one coarser grid, chosen by the first, so that their shares can be compared bin by bin."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.quality.grids import order

_INTERVALS, _CATEGORIES = 10, 18
_LEAST_ROWS = 5  # expected in a bin of the smaller sample: below, chi-squared says little of chance
NO_VALUE = "no value"
OTHER = "other"

Histogram = Mapping[str, int]


class Bin(NamedTuple):
    """One bin of the common grid and its rows in both histograms."""

    label: str
    then: int
    now: int


def common_bins(then: Histogram, now: Histogram, ordered: bool) -> list[Bin]:
    """Both histograms over deciles of the first (ordered bins), or over its commonest categories and all others.

    At most 10 intervals or 19 categories, and so few that the smaller sample has five rows for each.
    """
    least = min(sum(then.values()), sum(now.values()))
    fits = max(2, least // _LEAST_ROWS)
    return _intervals(then, now, min(_INTERVALS, fits)) if ordered else _categories(then, now, min(_CATEGORIES, fits))


def _intervals(then: Histogram, now: Histogram, wanted: int) -> list[Bin]:
    """Neighbouring bins are joined until each holds its part of the first histogram's rows; the last takes the rest."""
    each = sum(then.values()) / wanted
    groups: list[list[str]] = [[]]
    filled = 0.0
    for label in sorted({*then, *now}, key=order):
        if filled >= each * len(groups) and len(groups) < wanted:
            groups.append([])
        groups[-1].append(label)
        filled += then.get(label, 0)
    return [Bin(_joined(group), _rows(then, group), _rows(now, group)) for group in groups if group]


def _joined(group: list[str]) -> str:
    """`[1, 4)` of `[1, 2)` to `[3, 4)`; months are told from first to last."""
    first, last = group[0], group[-1]
    if first == last:
        return first
    if first.startswith("["):
        return f"{first.split(', ')[0]}, {last.split(', ')[1]}"
    return f"{first} to {last}"


def _categories(then: Histogram, now: Histogram, wanted: int) -> list[Bin]:
    named = sorted(then, key=lambda label: (-then[label], label))[:wanted]
    bins = [Bin(label, then[label], now.get(label, 0)) for label in named]
    others = {*then, *now}.difference(named)
    return [*bins, Bin(OTHER, _rows(then, others), _rows(now, others))] if others else bins


def _rows(histogram: Histogram, labels: Iterable[str]) -> int:
    return sum(histogram.get(label, 0) for label in labels)
