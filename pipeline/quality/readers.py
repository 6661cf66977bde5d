"""Readers: each fills the sketch of one column from Arrow batches of a kind of values."""

import hmac
from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.quality.distinct import mixed
from pipeline.quality.exact import exact_sum
from pipeline.quality.grids import Numbers, bins_of, interval, length_edges, month, number_edges
from pipeline.quality.languages import language_of
from pipeline.quality.sketches import Sketch

_BUCKET_BITS = 6


class Reader(Protocol):
    """Fills a sketch from batches of one column."""

    def add(self, sketch: Sketch, values: pa.Array) -> None:
        """Take a batch without nulls, in the form that `kinds.form` gives this kind."""


class _Grid:
    """Numbers on a fixed grid."""

    def __init__(self, edges: Numbers) -> None:
        self._edges = edges
        self._labels: dict[int, str] = {}

    def count(self, sketch: Sketch, values: Numbers) -> None:
        counts = np.bincount(bins_of(values, self._edges))
        for position in np.flatnonzero(counts).tolist():
            sketch.bins[self._label(position)] += int(counts[position])
        sketch.total += exact_sum(values)

    def _label(self, position: int) -> str:
        if position not in self._labels:
            self._labels[position] = interval(self._edges[position], self._edges[position + 1])
        return self._labels[position]


class NumberReader:
    """Doubles."""

    def __init__(self, whole: bool) -> None:
        self._grid = _Grid(number_edges(whole))

    def add(self, sketch: Sketch, values: pa.Array) -> None:
        numbers = values.to_numpy(zero_copy_only=False) + 0.0  # of two zeros, the one
        self._grid.count(sketch, numbers)
        sketch.distinct.add(mixed(numbers))


class DateReader:
    """Days or microseconds since 1970, by month."""

    def __init__(self, unit: str) -> None:
        self._type = f"datetime64[{unit}]"

    def add(self, sketch: Sketch, values: pa.Array) -> None:
        moments = values.to_numpy(zero_copy_only=False)
        months = moments.view(self._type).astype("datetime64[M]").astype(np.int64)
        found, counts = np.unique(months, return_counts=True)
        sketch.bins.update(dict(zip(map(month, found.tolist()), counts.tolist(), strict=True)))
        sketch.distinct.add(mixed(moments))


class CategoryReader:
    """Strings: those that the contract names by name, others in keyed buckets, so that no value is told.

    Args:
        names: values that may be told.
        key: of this column alone, so that buckets of two columns can't be compared.
    """

    def __init__(self, names: Sequence[str], key: bytes) -> None:
        self._labels = [*names, *(f"#{bucket:02}" for bucket in range(1 << _BUCKET_BITS))]
        self._names = len(names)
        self._first, self._second = np.frombuffer(key[:16], np.uint64)

    def add(self, sketch: Sketch, values: pa.Array) -> None:
        hashes = values.field("hash").to_numpy(zero_copy_only=False).view(np.uint64)
        named = values.field("name").to_numpy(zero_copy_only=False).astype(np.int64)
        keyed = mixed(mixed(hashes ^ self._first) ^ self._second)
        buckets = (keyed >> np.uint64(64 - _BUCKET_BITS)).astype(np.int64)
        counts = np.bincount(np.where(named > 0, named - 1, self._names + buckets))
        for at in np.flatnonzero(counts).tolist():
            sketch.bins[self._labels[at]] += int(counts[at])
        sketch.distinct.add(hashes)


class BooleanReader:
    """true and false; the mean is the share of true."""

    def add(self, sketch: Sketch, values: pa.Array) -> None:
        yes = int(pc.sum(values).as_py() or 0)
        for label, rows in (("false", len(values) - yes), ("true", yes)):
            if rows:
                sketch.bins[label] += rows
                sketch.distinct.add(np.array([len(label)], np.uint64))
        sketch.total += exact_sum(np.ones(yes))


class IdentifierReader:
    """Hashes of values that name somebody: nulls and distinct ones only."""

    def add(self, sketch: Sketch, values: pa.Array) -> None:
        sketch.distinct.add(values.to_numpy(zero_copy_only=False).view(np.uint64))


class TextReader:
    """Lengths and hashes of texts, and of a sample the text itself, of which the language is kept."""

    def __init__(self) -> None:
        self._grid = _Grid(length_edges())

    def add(self, sketch: Sketch, values: pa.Array) -> None:
        self._grid.count(sketch, values.field("length").to_numpy(zero_copy_only=False).astype(np.float64))
        sketch.distinct.add(values.field("hash").to_numpy(zero_copy_only=False).view(np.uint64))
        sketch.languages.update(map(language_of, values.field("sample").drop_null().to_pylist()))


def column_key(key: bytes, column: str) -> bytes:
    """The key of one column's buckets, from which the dataset's own can't be had."""
    return hmac.digest(key, f"profile:{column}".encode(), "sha256")
