"""A feature table counted in Spark: each row becomes one number, which says its snapshot and all its values.

First the distinct values of each column are numbered, then the rows are counted by those numbers alone. So what comes
to the driver is sixteen bytes a cell, however long the values and however many the levels.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from pipeline.errors import PrivacyError
from pipeline.privacy.release_policy.hierarchies import Hierarchy
from pipeline.privacy.release_policy.histogram import Histogram, Ints, Numbers, Sensitive, Trait, codes
from pipeline.privacy.release_policy.spread import Values

_MOST = 2**62
_CODE = "_code"
_NUMBER = "_number"
_KEY = "_key"


@dataclass(frozen=True)
class Numbered:
    """The distinct values of one column.

    Attributes:
        expressions: SQL of the value, or of all its levels.
        values: a row for each: what each expression makes of it, as text.
        codes: Spark's hash of each, by which a row finds its number.
    """

    expressions: tuple[Column, ...]
    values: pa.Table
    codes: pa.Array

    def __len__(self) -> int:
        return max(len(self.codes), 1)


@dataclass(frozen=True)
class Counted:
    """What is told apart in a feature table: its snapshots, quasi-identifiers and sensitive columns."""

    snapshot: Numbered
    traits: Mapping[str, Numbered]
    sensitive: Mapping[str, Numbered]

    @property
    def columns(self) -> tuple[Numbered, ...]:
        return self.snapshot, *self.traits.values(), *self.sensitive.values()


@dataclass(frozen=True)
class Tally:
    """What the levels are chosen from, and the values that were counted for it."""

    histogram: Histogram
    values: Values


def number_values(frame: DataFrame, quasi: Sequence[Hierarchy], sensitive: Sequence[str], snapshot: str) -> Counted:
    """Number the values that stand in the frame; reads it once for each column."""
    return Counted(
        _numbered(frame, [F.col(snapshot).cast("string")]),
        {item.column: _numbered(frame, [F.expr(level.sql).cast("string") for level in item.levels]) for item in quasi},
        {name: _numbered(frame, [sensitive_value(name)]) for name in sensitive},
    )


def sensitive_value(name: str) -> Column:
    """The sensitive value as text; missing is a value of its own."""
    return F.coalesce(F.concat(F.lit("="), F.col(name).cast("string")), F.lit(""))


def _numbered(frame: DataFrame, expressions: Sequence[Column]) -> Numbered:
    named = [item.alias(f"level_{index}") for index, item in enumerate(expressions)]
    distinct = frame.select(*named).distinct()
    found = distinct.withColumn(_CODE, _code([F.col(name) for name in distinct.columns])).toArrow()
    codes = found[_CODE].combine_chunks()
    if len(codes.unique()) < len(codes):
        raise PrivacyError("two values of a column have one hash of 64 bits", given=f"{len(codes)} values")
    return Numbered(tuple(expressions), found.drop_columns([_CODE]), codes)


def _code(expressions: Iterable[Column]) -> Column:
    """A hash that tells null from every text, and (a, null) from (null, a)."""
    told = [part for item in expressions for part in (item.isNull(), F.coalesce(item, F.lit("")))]
    return F.xxhash64(*told)


def count_cells(frame: DataFrame, counted: Counted) -> Tally:
    """One cell for each combination of values at one snapshot, sensitive values included.

    Args:
        frame: one row for each entity and snapshot, so that rows are entities.
        counted: its values.
    """
    groups = _packs(counted.columns)
    keys = [f"{_KEY}{index}" for index in range(len(groups))]
    table = _with_keys(frame, counted.columns, groups).groupBy(*keys).agg(F.count(F.lit(1)).alias(_NUMBER)).toArrow()
    numbers = _unpacked([table[key].to_numpy() for key in keys], counted.columns, groups)
    rows = table[_NUMBER].to_numpy()
    cells = np.arange(len(rows), dtype=np.int32)
    values = Values(cells, rows, numbers[0], _traits(counted, numbers))
    return Tally(
        Histogram(
            values.snapshots, _texts(counted.snapshot)[0], values.traits, rows, rows, _pairs(counted, numbers, cells)
        ),
        values,
    )


def count_histories(frame: DataFrame, counted: Counted, entity: str) -> tuple[Tally, pa.Array]:
    """One cell for each entity: its snapshots, and its whole history of each quasi-identifier at each level.

    A history's number is the sum of random numbers of its snapshots' values (Zobrist 1970): equal histories have equal
    sums, and two of 10^6 others have one with a chance of 10^-7.

    Returns:
        What was counted, and the entity of each cell.
    """
    groups = _packs(counted.columns)
    keys = [f"{_KEY}{index}" for index in range(len(groups))]
    listed = F.flatten(F.collect_list(F.array(*keys))).alias(_KEY)
    table = _with_keys(frame, counted.columns, groups).groupBy(entity).agg(listed).toArrow()
    lists = table[_KEY].combine_chunks()
    packed = np.asarray(lists.flatten()).reshape(-1, len(keys))
    lengths = np.asarray(lists.value_lengths(), dtype=np.int64) // len(keys)
    cells = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    numbers = _unpacked(list(packed.T), counted.columns, groups)
    values = Values(cells, np.ones(len(cells), dtype=np.int64), numbers[0], _traits(counted, numbers))
    return Tally(_by_history(values, lengths, _pairs(counted, numbers, cells, numbers[0])), values), table[entity]


def _by_history(values: Values, lengths: Ints, sensitive: tuple[Sensitive, ...]) -> Histogram:
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
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
    return tuple(Trait(name, members, _texts(item)) for (name, item), members in pairs)


def _pairs(
    counted: Counted, numbers: Sequence[Numbers], cells: Numbers, at: Numbers | None = None
) -> tuple[Sensitive, ...]:
    of_sensitive = zip(counted.sensitive, numbers[1 + len(counted.traits) :], strict=True)
    return tuple(Sensitive(name, cells, values, at) for name, values in of_sensitive)


def _with_keys(frame: DataFrame, columns: Sequence[Numbered], groups: Sequence[Sequence[int]]) -> DataFrame:
    """The frame with its key columns: each packs the numbers of a group of columns."""
    spark = frame.sparkSession
    for index, item in enumerate(columns):
        numbers = pa.table([item.codes, pa.array(range(len(item.codes)), pa.int64())], [_CODE, f"{_NUMBER}{index}"])
        found = F.broadcast(spark.createDataFrame(numbers))
        frame = frame.withColumn(_CODE, _code(item.expressions)).join(found, _CODE, "inner").drop(_CODE)
    for place, group in enumerate(groups):
        packed = reduce(
            lambda key, index: key * len(columns[index]) + F.col(f"{_NUMBER}{index}"), group, F.lit(0).cast("long")
        )
        frame = frame.withColumn(f"{_KEY}{place}", packed)
    return frame


def _packs(columns: Sequence[Numbered]) -> list[list[int]]:
    """Columns side by side whose numbers fit into one of 62 bits together."""
    groups, size = [[0]], len(columns[0])
    for index, item in enumerate(columns[1:], 1):
        if size * len(item) > _MOST:
            groups.append([])
            size = 1
        groups[-1].append(index)
        size *= len(item)
    return groups


def _unpacked(keys: Sequence[Ints], columns: Sequence[Numbered], groups: Sequence[Sequence[int]]) -> list[Numbers]:
    """The numbers of each column, in the columns' order."""
    numbers: list[Numbers] = []
    for packed, group in zip(keys, groups, strict=True):
        found: list[Numbers] = []
        rest = packed
        for index in reversed(group):
            rest, number = np.divmod(rest, len(columns[index]))
            found.append(number.astype(np.int32))
        numbers += reversed(found)
    return numbers


def _texts(item: Numbered) -> tuple[pa.Array, ...]:
    return tuple(column.combine_chunks() for column in item.values.columns)
