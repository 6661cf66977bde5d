"""Two histograms on one coarser grid, chosen by the first, so that their shares can be compared bin by bin."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.quality.grids import order

_INTERVALS, _CATEGORIES = 10, 18
_ALWAYS = 2
_LEAST_ROWS = 5  # expected in a bin of the smaller sample: below, chi-squared says little of chance
NO_VALUE = "no value"
OTHER = "other"

Histogram = Mapping[str, int]


class Bin(NamedTuple):
    """One bin of the common grid and its rows in both histograms."""

    label: str
    then: int
    now: int


def interval_bins(then: Histogram, now: Histogram, open_ended: bool) -> list[Bin]:
    """Both histograms over about deciles of the first; a bin that holds more than a tenth stays alone.

    Args:
        then: rows by bin of one grid.
        now: the same of others.
        open_ended: bins after the first histogram's last belong to its last, since time goes on; else they stay alone.
    """
    each = sum(then.values()) / min(_INTERVALS, _fitting(then, now))
    last = max(map(order, then), default=None) if open_ended else None
    groups: list[list[str]] = [[]]
    for label in sorted({*then, *now}, key=order):
        filled, rows = _rows(then, groups[-1]), then.get(label, 0)
        beyond = last is not None and order(label) > last
        if groups[-1] and not beyond and (filled >= each or rows >= each):
            groups.append([])
        groups[-1].append(label)
    return [Bin(_joined(group), _rows(then, group), _rows(now, group)) for group in groups if group]


def category_bins(then: Histogram, now: Histogram) -> list[Bin]:
    """Both histograms over the first one's commonest categories, and all others together.

    Those of which the smaller sample can't be expected to have five rows are among the others, except the first two.
    """
    common = sorted(then, key=lambda label: (-then[label], label))[:_CATEGORIES]
    least = sum(then.values()) / _fitting(then, now)
    named = [label for at, label in enumerate(common) if at < _ALWAYS or then[label] >= least]
    bins = [Bin(label, then[label], now.get(label, 0)) for label in named]
    others = {*then, *now}.difference(named)
    return [*bins, Bin(OTHER, _rows(then, others), _rows(now, others))] if others else bins


def _fitting(then: Histogram, now: Histogram) -> int:
    """How many bins there may be for the smaller sample to have five rows in each."""
    return max(2, min(sum(then.values()), sum(now.values())) // _LEAST_ROWS)


def _joined(group: list[str]) -> str:
    """`[1, 4)` of `[1, 2)` to `[3, 4)`; months are told from first to last."""
    first, last = group[0], group[-1]
    if first == last:
        return first
    if first.startswith("["):
        return f"{first.split(', ')[0]}, {last.split(', ')[1]}"
    return f"{first} to {last}"


def _rows(histogram: Histogram, labels: Iterable[str]) -> int:
    return sum(histogram.get(label, 0) for label in labels)
