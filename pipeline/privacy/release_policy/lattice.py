"""One histogram at every combination of levels: which classes there are, which are too small, what is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.errors import PrivacyError
from pipeline.privacy.release_policy.histogram import Flags, Histogram, Ints, Sensitive

Node = tuple[int, ...]
"""The level of each quasi-identifier; 0 is the finest."""
_NONE_LEFT = np.iinfo(np.int64).max
_MOST_CLASSES = 2**62
#: Classes and pairs up to so many are counted in place, without sorting: 128 MB of flags, or four times that of counts.
_IN_PLACE = 2**27
#: Combinations of levels times cells up to which every combination is compared: some ten seconds.
WHOLE_LATTICE = 100_000_000


@dataclass(frozen=True)
class Policy:
    """What every published class must have, and the share of rows in [0, 1] that may be withheld for it.

    Attributes:
        least_k: the smallest k that could be declared instead.
        by_history: a class is of entities with one whole history.
    """

    k: int
    l: int  # noqa: E741 - the literature's name
    most_suppressed: float
    least_k: int = 2
    by_history: bool = False


@dataclass(frozen=True)
class Judged:
    """One node of the lattice, and which cells it withholds. Ordered by loss, rows withheld, levels: no tie is left."""

    loss: float
    withheld: int
    node: Node
    cells: Flags

    @property
    def order(self) -> tuple[float, int, Node]:
        return self.loss, self.withheld, self.node


@dataclass(frozen=True)
class Classes:
    """The published classes of a node.

    Attributes:
        sizes: entities of each, ascending.
        withheld: how many were withheld.
        diversity: fewest distinct values in any class, by sensitive column.
    """

    sizes: Ints
    withheld: int
    diversity: dict[str, int]


class Lattice:
    """All combinations of levels over one histogram."""

    def __init__(self, histogram: Histogram, policy: Policy) -> None:
        if len(histogram) == 0:
            raise PrivacyError("there are no rows to publish", given="0 rows")
        self.policy = policy
        self.histogram = histogram
        self.traits = histogram.traits
        self.total = int(histogram.rows.sum())
        self.entities = int(histogram.entities.sum())
        """Each once a snapshot."""
        self.coarsest: Node = tuple(len(item.levels) - 1 for item in self.traits)
        self._losses = [
            _entropy_losses(item.codes, np.bincount(item.members, weights=histogram.rows)) for item in self.traits
        ]

    def most_entities(self) -> int:
        """Entities of the largest snapshot: no class can have more."""
        return int(np.bincount(self.histogram.snapshots, weights=self.histogram.entities).max())

    def withheld_entities(self, judged: Judged) -> int:
        """Entities in the cells that are withheld, each once a snapshot."""
        return int(self.histogram.entities[judged.cells].sum())

    def judge(self, node: Node) -> Judged:
        """What a node withholds and loses."""
        classes, count = self._classes(node)
        fails = self._sizes(classes, count) < self.policy.k
        if self.policy.l > 1:
            for item in self.histogram.sensitive:
                fails |= _diversity(item, classes, count) < self.policy.l
        cells = fails[classes]
        withheld = int(self.histogram.rows[cells].sum())
        lost = [losses[level] for losses, level in zip(self._losses, node, strict=True)]
        share = withheld / self.total
        loss = share + (1 - share) * (sum(lost) / len(lost) if lost else 0.0)
        return Judged(round(loss, 12), withheld, node, cells)  # equal losses stay equal whatever the order of the sums

    def published(self, judged: Judged) -> Classes:
        """What the classes that a node publishes are like."""
        classes, count = self._classes(judged.node)
        sizes, kept = self._sizes(classes, count), np.zeros(count, dtype=np.bool_)
        kept[classes[~judged.cells]] = True
        diversity = {
            item.column: int(_diversity(item, classes, count)[kept].min(initial=_NONE_LEFT))
            for item in self.histogram.sensitive
        }
        return Classes(np.sort(sizes[kept]), int(((sizes > 0) & ~kept).sum()), diversity)

    def allowed(self, judged: Judged) -> bool:
        """Whether few enough rows are withheld, and any is left."""
        return judged.withheld / self.total <= self.policy.most_suppressed and judged.withheld < self.total

    def is_small(self, limit: int) -> bool:
        """Whether every combination of levels can be compared: `limit` is of combinations times cells."""
        return prod(len(item.levels) for item in self.traits) * self.histogram.size <= limit

    def best(self) -> Judged | None:
        """The best of all nodes."""
        nodes = product(*(range(top + 1) for top in self.coarsest))
        allowed = (judged for judged in map(self.judge, nodes) if self.allowed(judged))
        return min(allowed, key=lambda judged: judged.order, default=None)

    def greedy(self) -> Judged | None:
        """Up by the step that withholds least until the limit is kept; then down while it stays kept."""
        judged = self.judge(tuple(0 for _ in self.coarsest))
        while not self.allowed(judged):
            coarser = map(self.judge, self._steps(judged.node, 1))
            best = min(coarser, key=lambda step: (step.withheld, step.order), default=None)
            if best is None:
                return None
            judged = best
        while True:
            steps = (step for step in map(self.judge, self._steps(judged.node, -1)) if self.allowed(step))
            finer = min(steps, key=lambda step: step.order, default=judged)
            if finer.order >= judged.order:
                return judged
            judged = finer

    def _steps(self, node: Node, direction: int) -> Iterator[Node]:
        for index, (level, top) in enumerate(zip(node, self.coarsest, strict=True)):
            if 0 <= level + direction <= top:
                yield (*node[:index], level + direction, *node[index + 1 :])

    def _classes(self, node: Node) -> tuple[Ints, int]:
        """The class of each cell, and a number that all of these are below; some numbers may be no class."""
        classes: Ints = self.histogram.snapshots.astype(np.int64)
        size, most = int(classes.max()) + 1, max(len(classes), 1)
        for item, level in zip(self.traits, node, strict=True):
            width = item.widths[level]
            if width == 1:
                continue
            if size * width > _MOST_CLASSES:
                classes, size = _dense(classes)
            classes = classes * width + item.codes[level][item.members]
            size *= width
        return (classes, size) if size <= min(2 * most, _IN_PLACE) else _dense(classes)

    def _sizes(self, classes: Ints, count: int) -> Ints:
        return np.bincount(classes, weights=self.histogram.entities, minlength=count).astype(np.int64)


def _diversity(item: Sensitive, classes: Ints, count: int) -> Ints:
    """Distinct values in each class; where cells have several snapshots, of the snapshot that has fewest."""
    groups, size = classes[item.cells], count
    if item.at is not None:
        snapshots = int(item.at.max(initial=0)) + 1
        groups, size = groups * snapshots + item.at, count * snapshots
    width = int(item.values.max(initial=0)) + 1
    group, values = np.unique(_distinct(groups * width + item.values, size * width) // width, return_counts=True)
    if item.at is None:
        found = np.zeros(count, dtype=np.int64)
        found[group] = values
        return found
    fewest = np.full(count, _NONE_LEFT)
    np.minimum.at(fewest, group // snapshots, values)
    return fewest


def _distinct(numbers: Ints, size: int) -> Ints:
    """The distinct numbers, all below `size`, ascending."""
    if size > _IN_PLACE:
        return np.unique(numbers)
    there = np.zeros(size, dtype=np.bool_)
    there[numbers] = True
    return np.flatnonzero(there)


def _dense(classes: Ints) -> tuple[Ints, int]:
    known, dense = np.unique(classes, return_inverse=True)
    return dense, len(known)


def _entropy_losses(levels: Sequence[Ints], rows: npt.NDArray[Any]) -> list[float]:
    """Share of a column's entropy over the rows that each level loses (after Gionis and Tassa 2009)."""
    bits = [_entropy(np.bincount(codes, weights=rows)) for codes in levels]
    return [1 - bit / bits[0] if bits[0] > 0 else 0.0 for bit in bits]


def _entropy(counts: npt.NDArray[Any]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())
