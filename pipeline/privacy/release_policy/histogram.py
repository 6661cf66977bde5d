"""What the levels are chosen from: cells of entities that are alike at every level, in numbers rather than texts.

A cell is a combination of values at one snapshot; where a class is of whole histories, it is one entity.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

SNAPSHOT, ENTITIES, ROWS = "snapshot", "entities", "rows"

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.integer]
"""Of few bytes each: there may be as many as rows."""
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class QuasiLevels:
    """A quasi-identifier and the columns of a table that hold its values by level, finest first."""

    column: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Trait:
    """A quasi-identifier over the cells.

    Attributes:
        column: its name.
        members: the number of each cell's value.
        levels: what each number is published as, one array a level, finest first; null is a value.
    """

    column: str
    members: Numbers
    levels: tuple[pa.Array, ...]

    @cached_property
    def codes(self) -> tuple[Ints, ...]:
        """Of each member, by level, a number that members share which are published alike."""
        return tuple(map(codes, self.levels))

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """How many are told apart, by level."""
        return tuple(int(level.max(initial=0)) + 1 for level in self.codes)


@dataclass(frozen=True)
class Sensitive:
    """Which values of a sensitive column are in which cells.

    Attributes:
        column: its name.
        cells, values: cell and number of the value of each pair; a pair may be there twice.
        at: number of the snapshot of each pair, where a cell has several: values are told apart within each.
    """

    column: str
    cells: Numbers
    values: Numbers
    at: Numbers | None = None


@dataclass(frozen=True)
class Histogram:
    """Cells and what is counted in them.

    Attributes:
        snapshots: number of each cell's snapshot, or of the snapshots at which an entity is there.
        days: text of each snapshot's number.
        traits: the quasi-identifiers.
        entities, rows: counts of each cell; no entity is in two cells of one snapshot.
        sensitive: the sensitive columns.
    """

    snapshots: Numbers
    days: pa.Array
    traits: tuple[Trait, ...]
    entities: Ints
    rows: Ints
    sensitive: tuple[Sensitive, ...] = ()

    def __len__(self) -> int:
        return len(self.snapshots)

    @property
    def size(self) -> int:
        """What judging a combination of levels looks at: cells, and pairs of cells and sensitive values."""
        return len(self) + sum(len(item.cells) for item in self.sensitive)

    def over(self, traits: Sequence[Trait]) -> "Histogram":
        """The same cells with other quasi-identifiers."""
        return replace(self, traits=tuple(traits))

    def classes(self, levels: Sequence[int], cells: Flags) -> pa.Table:
        """The distinct classes that some cells fall into, as published: snapshot, then each quasi-identifier."""
        told = [self.days.take(pa.array(self.snapshots[cells]))]
        for trait, level in zip(self.traits, levels, strict=True):
            told.append(trait.levels[level].take(pa.array(trait.members[cells])))
        table = pa.table(told, [f"class_{index}" for index in range(len(told))])
        return table.group_by(table.column_names, use_threads=False).aggregate([])


def histogram_of(table: pa.Table, quasi: Sequence[QuasiLevels], sensitive: Sequence[str] = ()) -> Histogram:
    """A histogram out of texts.

    Args:
        table: one row for each combination of all levels and snapshot: the level columns and `snapshot` (strings, null
            is a value), `entities` and `rows` (counts), and a list of distinct strings for each sensitive column.
        quasi: the quasi-identifiers.
        sensitive: names of the list columns.
    """
    rows = np.arange(table.num_rows)
    snapshots = pc.dictionary_encode(table[SNAPSHOT].combine_chunks(), null_encoding="encode")
    return Histogram(
        snapshots=codes(table[SNAPSHOT].combine_chunks()),
        days=snapshots.dictionary,
        traits=tuple(
            Trait(item.column, rows, tuple(table[name].combine_chunks() for name in item.levels)) for item in quasi
        ),
        entities=_counts(table[ENTITIES]),
        rows=_counts(table[ROWS]),
        sensitive=tuple(_listed(name, table[name].combine_chunks()) for name in sensitive),
    )


def codes(values: pa.Array) -> Ints:
    """A number for each distinct value, null included."""
    encoded = pc.dictionary_encode(values, null_encoding="encode")
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)


def _counts(column: pa.ChunkedArray) -> Ints:
    return np.asarray(column.to_numpy(), dtype=np.int64)


def _listed(name: str, lists: pa.Array) -> Sensitive:
    return Sensitive(name, np.asarray(pc.list_parent_indices(lists), dtype=np.int64), codes(pc.list_flatten(lists)))
