"""One histogram at every combination of levels: which classes there are, which are too small, what is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import PrivacyError

SNAPSHOT, ENTITIES, ROWS = "snapshot", "entities", "rows"

Node = tuple[int, ...]
"""The level of each quasi-identifier; 0 is the finest."""
_Ints = npt.NDArray[np.int64]
_NONE_LEFT = np.iinfo(np.int64).max
_MOST_CLASSES = 2**62


@dataclass(frozen=True)
class QuasiLevels:
    """A quasi-identifier and the histogram columns that hold its values by level, finest first."""

    column: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """What every published class must have, and the share of rows in [0, 1] that may be withheld for it."""

    k: int
    l: int  # noqa: E741 - the literature's name
    most_suppressed: float


@dataclass(frozen=True)
class Judged:
    """One node of the lattice. Sorts by loss, then by rows withheld, then by levels: no tie is left."""

    loss: float
    withheld: int
    node: Node
    classes: _Ints
    fails: npt.NDArray[np.bool_]
    k: int
    l: int | None  # noqa: E741

    @property
    def order(self) -> tuple[float, int, Node]:
        return self.loss, self.withheld, self.node


class Lattice:
    """All combinations of levels over one histogram."""

    def __init__(
        self, histogram: pa.Table, quasi: Sequence[QuasiLevels], sensitive: Sequence[str], policy: Policy
    ) -> None:
        if histogram.num_rows == 0:
            raise PrivacyError("there are no rows to publish", given="0 rows")
        self.policy = policy
        self.quasi = quasi
        self._table = histogram
        self._names = sensitive
        self._entities = _ints(histogram[ENTITIES])
        self._rows = _ints(histogram[ROWS])
        self.total = int(self._rows.sum())
        self.entities = int(self._entities.sum())
        """Each once a snapshot."""
        self._snapshots = _codes(histogram[SNAPSHOT])
        self._codes = [[_codes(histogram[name]) for name in item.levels] for item in quasi]
        self._losses = [self._entropy_losses(levels) for levels in self._codes]
        self._sensitive = [_pairs(histogram[name]) for name in sensitive]
        self.coarsest: Node = tuple(len(item.levels) - 1 for item in quasi)

    def under(self, policy: Policy) -> "Lattice":
        """The same histogram under another policy."""
        return Lattice(self._table, self.quasi, self._names, policy)

    def over(self, quasi: Sequence[QuasiLevels]) -> "Lattice":
        """The same histogram over other quasi-identifiers."""
        return Lattice(self._table, quasi, self._names, self.policy)

    def most_entities(self) -> int:
        """Entities of the largest snapshot: no class can have more."""
        return int(np.bincount(self._snapshots, weights=self._entities).max())

    def withheld_entities(self, judged: Judged) -> int:
        """Entities in the classes that fail, each once a snapshot."""
        return int(self._entities[judged.fails[judged.classes]].sum())

    def _entropy_losses(self, levels: Sequence[_Ints]) -> list[float]:
        """Share of a column's entropy over the rows that each level loses (after Gionis and Tassa 2009)."""
        bits = [_entropy(np.bincount(codes, weights=self._rows).astype(np.float64)) for codes in levels]
        return [1 - bit / bits[0] if bits[0] > 0 else 0.0 for bit in bits]

    def judge(self, node: Node) -> Judged:
        """Classes of a node, which of them fail, and what is lost."""
        columns = [self._snapshots, *(levels[level] for levels, level in zip(self._codes, node, strict=True))]
        classes = _combined(columns)
        entities = np.bincount(classes, weights=self._entities).astype(np.int64)
        diversity = self._diversity(classes, len(entities))
        fails = entities < self.policy.k
        if diversity is not None:
            fails |= diversity < self.policy.l
        withheld = int(self._rows[fails[classes]].sum())
        lost = [losses[level] for losses, level in zip(self._losses, node, strict=True)]
        share = withheld / self.total
        loss = share + (1 - share) * (sum(lost) / len(lost) if lost else 0.0)
        kept = ~fails
        return Judged(
            loss=round(loss, 12),  # equal losses stay equal whatever the order of the sums
            withheld=withheld,
            node=node,
            classes=classes,
            fails=fails,
            k=int(entities[kept].min(initial=_NONE_LEFT)),
            l=None if diversity is None else int(diversity[kept].min(initial=_NONE_LEFT)),
        )

    def _diversity(self, classes: _Ints, count: int) -> _Ints | None:
        """Fewest distinct sensitive values of each class, over the sensitive columns."""
        fewest: _Ints | None = None
        for rows, values in self._sensitive:
            width = int(values.max(initial=0)) + 1
            distinct = np.unique(classes[rows] * width + values) // width
            found = np.bincount(distinct, minlength=count).astype(np.int64)
            fewest = found if fewest is None else np.minimum(fewest, found)
        return fewest

    def allowed(self, judged: Judged) -> bool:
        """Whether few enough rows are withheld, and any is left."""
        return judged.withheld / self.total <= self.policy.most_suppressed and judged.withheld < self.total

    def best(self) -> Judged | None:
        """The best of all nodes."""
        nodes = product(*(range(top + 1) for top in self.coarsest))
        allowed = (judged for judged in map(self.judge, nodes) if self.allowed(judged))
        return min(allowed, key=lambda judged: judged.order, default=None)

    def greedy(self) -> Judged | None:
        """Up by the step that withholds least until the limit is kept; then down while it stays kept."""
        judged = self.judge(tuple(0 for _ in self.coarsest))
        while not self.allowed(judged):
            steps = [self.judge(node) for node in self._steps(judged.node, 1)]
            if not steps:
                return None
            judged = min(steps, key=lambda step: (step.withheld, step.order))
        while True:
            steps = [step for step in map(self.judge, self._steps(judged.node, -1)) if self.allowed(step)]
            finer = min(steps, key=lambda step: step.order, default=judged)
            if finer.order >= judged.order:
                return judged
            judged = finer

    def _steps(self, node: Node, direction: int) -> Iterator[Node]:
        for index, (level, top) in enumerate(zip(node, self.coarsest, strict=True)):
            if 0 <= level + direction <= top:
                yield (*node[:index], level + direction, *node[index + 1 :])

    def classes(self, judged: Judged) -> frozenset[tuple[str | None, ...]]:
        """Values of the classes that fail."""
        rows = np.flatnonzero(judged.fails[judged.classes])
        names = [item.levels[level] for item, level in zip(self.quasi, judged.node, strict=True)]
        picked = self._table.select([SNAPSHOT, *names]).take(pa.array(rows))
        return frozenset(zip(*(column.to_pylist() for column in picked.columns), strict=True))


def _ints(column: pa.ChunkedArray) -> _Ints:
    return np.asarray(column.to_numpy(), dtype=np.int64)


def _codes(column: pa.ChunkedArray) -> _Ints:
    """A number for each distinct value, null included."""
    encoded = pc.dictionary_encode(column.combine_chunks(), null_encoding="encode")
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _pairs(column: pa.ChunkedArray) -> tuple[_Ints, _Ints]:
    """Row and value code of each element of a list column."""
    lists = column.combine_chunks()
    parents = np.asarray(pc.list_parent_indices(lists).to_numpy(), dtype=np.int64)
    return parents, _codes(pa.chunked_array([pc.list_flatten(lists)]))


def _combined(columns: Sequence[_Ints]) -> _Ints:
    """One dense class number for each distinct combination; renumbered on the way only where it would overflow."""
    classes, size = columns[0], int(columns[0].max()) + 1
    for codes in columns[1:]:
        width = int(codes.max()) + 1
        if size * width > _MOST_CLASSES:
            _, classes = np.unique(classes, return_inverse=True)
            size = int(classes.max()) + 1
        classes, size = classes * width + codes, size * width
    _, dense = np.unique(classes, return_inverse=True)
    return dense.astype(np.int64)


def _entropy(counts: npt.NDArray[np.float64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())
