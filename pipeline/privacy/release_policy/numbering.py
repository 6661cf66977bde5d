"""The distinct values of a feature table's columns as numbers, and each row as one number that packs them all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from pipeline.errors import PrivacyError
from pipeline.privacy.release_policy.hierarchies import Hierarchy
from pipeline.privacy.release_policy.histogram import Ints, Numbers

_MOST = 2**62
_CODE, _NUMBER = "_code", "_number"


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

    @property
    def texts(self) -> tuple[pa.Array, ...]:
        """The columns of `values`."""
        return tuple(column.combine_chunks() for column in self.values.columns)


@dataclass(frozen=True)
class Counted:
    """What is told apart in a feature table: its snapshots, quasi-identifiers and sensitive columns."""

    snapshot: Numbered
    traits: Mapping[str, Numbered]
    sensitive: Mapping[str, Numbered]

    @property
    def columns(self) -> tuple[Numbered, ...]:
        return self.snapshot, *self.traits.values(), *self.sensitive.values()

    @property
    def days(self) -> pa.Array:
        """Every snapshot, as text."""
        return self.snapshot.texts[0]


def number_values(frame: DataFrame, quasi: Sequence[Hierarchy], sensitive: Sequence[str], snapshot: str) -> Counted:
    """Number the values that stand in the frame; reads it once for each column."""
    return Counted(
        _numbered(frame, [F.col(snapshot).cast("string")]),
        {item.column: _numbered(frame, [F.expr(level.sql).cast("string") for level in item.levels]) for item in quasi},
        {name: _numbered(frame, [_sensitive_value(name)]) for name in sensitive},
    )


def _sensitive_value(name: str) -> Column:
    """The sensitive value as text; missing is a value of its own."""
    return F.coalesce(F.concat(F.lit("="), F.col(name).cast("string")), F.lit(""))


def _numbered(frame: DataFrame, expressions: Sequence[Column]) -> Numbered:
    named = [item.alias(f"level_{index}") for index, item in enumerate(expressions)]
    distinct = frame.select(*named).distinct()
    found = distinct.withColumn(_CODE, _code([F.col(name) for name in distinct.columns])).toArrow()
    hashes = found[_CODE].combine_chunks()
    if len(hashes.unique()) < len(hashes):
        raise PrivacyError("two values of a column have one hash of 64 bits", given=f"{len(hashes)} values")
    return Numbered(tuple(expressions), found.drop_columns([_CODE]), hashes)


def _code(expressions: Iterable[Column]) -> Column:
    """A hash that tells null from every text, and (a, null) from (null, a)."""
    told = [part for item in expressions for part in (item.isNull(), F.coalesce(item, F.lit("")))]
    return F.xxhash64(*told)


def with_keys(frame: DataFrame, counted: Counted) -> tuple[DataFrame, list[str]]:
    """The frame with the columns that pack each row's numbers, and their names: one, unless 62 bits are too few."""
    spark, columns = frame.sparkSession, counted.columns
    for index, item in enumerate(columns):
        numbers = pa.table([item.codes, pa.array(range(len(item.codes)), pa.int64())], [_CODE, f"{_NUMBER}{index}"])
        found = F.broadcast(spark.createDataFrame(numbers))
        frame = frame.withColumn(_CODE, _code(item.expressions)).join(found, _CODE, "inner").drop(_CODE)
    keys = {}
    for place, pack in enumerate(_packs(columns)):
        keys[f"_key{place}"] = reduce(
            lambda key, index: key * len(columns[index]) + F.col(f"{_NUMBER}{index}"), pack, F.lit(0).cast("long")
        )
    return frame.withColumns(keys), list(keys)


def unpacked(keys: Sequence[Ints], counted: Counted) -> list[Numbers]:
    """The numbers of each column, in the columns' order, out of the columns of `with_keys`."""
    columns = counted.columns
    numbers: list[Numbers] = []
    for packed, pack in zip(keys, _packs(columns), strict=True):
        found: list[Numbers] = []
        rest = packed
        for index in reversed(pack):
            rest, number = np.divmod(rest, len(columns[index]))
            found.append(number.astype(np.int32))
        numbers += reversed(found)
    return numbers


def _packs(columns: Sequence[Numbered]) -> list[list[int]]:
    """Columns side by side whose numbers fit into 62 bits together."""
    packs, size = [[0]], len(columns[0])
    for index, item in enumerate(columns[1:], 1):
        if size * len(item) > _MOST:
            packs.append([])
            size = 1
        packs[-1].append(index)
        size *= len(item)
    return packs
