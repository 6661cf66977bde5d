"""A feature table counted in Spark by the numbers of its values: what comes to the driver is sixteen bytes a cell.

Where a class is of whole histories it is eight bytes a row, and an entity's name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.privacy.release_policy.histogram import ROWS, Histogram, Ints, Numbers, Sensitive, Trait, codes
from pipeline.privacy.release_policy.numbering import Counted, unpacked, with_keys
from pipeline.privacy.release_policy.spread import Values


@dataclass(frozen=True)
class Tally:
    """What the levels are chosen from, and the values that were counted for it."""

    histogram: Histogram
    values: Values


def count_cells(frame: DataFrame, counted: Counted) -> Tally:
    """One cell for each combination of values at one snapshot, sensitive values included.

    Args:
        frame: one row for each entity and snapshot, so that rows are entities.
        counted: its values.
    """
    keyed, keys = with_keys(frame, counted)
    table = keyed.groupBy(*keys).agg(F.count(F.lit(1)).alias(ROWS)).toArrow()
    numbers = unpacked([table[key].to_numpy() for key in keys], counted)
    rows = table[ROWS].to_numpy()
    cells = np.arange(len(rows), dtype=np.int32)
    values = Values(cells, rows, numbers[0], _traits(counted, numbers))
    sensitive = _pairs(counted, numbers, cells)
    return Tally(Histogram(values.snapshots, counted.days, values.traits, rows, rows, sensitive), values)


def count_histories(frame: DataFrame, counted: Counted, entity: str) -> tuple[Tally, pa.Array]:
    """One cell for each entity: its snapshots, and its whole history of each quasi-identifier at each level.

    A history's number is the sum of random numbers of its snapshots' values (Zobrist 1970): equal histories have equal
    sums, and two of 10^6 others have one with a chance of 10^-7.

    Returns:
        What was counted, and the entity of each cell.
    """
    keyed, keys = with_keys(frame, counted)
    table = keyed.groupBy(entity).agg(F.flatten(F.collect_list(F.array(*keys))).alias("_history")).toArrow()
    lists = table["_history"].combine_chunks()
    packed = np.asarray(lists.flatten()).reshape(-1, len(keys))
    lengths = np.asarray(lists.value_lengths(), dtype=np.int64) // len(keys)
    cells = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    numbers = unpacked(list(packed.T), counted)
    values = Values(cells, np.ones(len(cells), dtype=np.int64), numbers[0], _traits(counted, numbers))
    return Tally(_by_history(values, lengths, _pairs(counted, numbers, cells, numbers[0])), values), table[entity]


def _by_history(values: Values, lengths: Ints, sensitive: tuple[Sensitive, ...]) -> Histogram:
    starts = np.cumsum(lengths) - lengths
    random = np.random.default_rng(0)
    snapshots = values.snapshots.astype(np.int64)
    at = int(snapshots.max(initial=0)) + 1

    def histories(codes_of_rows: Ints, width: int) -> pa.Array:
        tokens = random.integers(0, 2**64, size=at * width, dtype=np.uint64)
        return pa.array(np.add.reduceat(tokens[snapshots * width + codes_of_rows], starts))

    members = np.arange(len(lengths), dtype=np.int32)
    traits = tuple(
        Trait(
            item.column,
            members,
            tuple(histories(of[item.members], width) for of, width in zip(item.codes, item.widths, strict=True)),
        )
        for item in values.traits
    )
    present = codes(histories(np.zeros(len(snapshots), dtype=np.int64), 1))
    return Histogram(present, pa.nulls(0), traits, np.ones(len(lengths), dtype=np.int64), lengths, sensitive)


def _traits(counted: Counted, numbers: Sequence[Numbers]) -> tuple[Trait, ...]:
    of_traits = numbers[1 : 1 + len(counted.traits)]
    pairs = zip(counted.traits.items(), of_traits, strict=True)
    return tuple(Trait(name, members, item.texts) for (name, item), members in pairs)


def _pairs(
    counted: Counted, numbers: Sequence[Numbers], cells: Numbers, at: Numbers | None = None
) -> tuple[Sensitive, ...]:
    of_sensitive = zip(counted.sensitive, numbers[1 + len(counted.traits) :], strict=True)
    return tuple(Sensitive(name, cells, values, at) for name, values in of_sensitive)
