"""Readers: each fills the sketch of one column from Arrow batches of a kind of values."""

import hashlib
import hmac
from typing import Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.quality.distinct import mixed
from pipeline.quality.exact import exact_sum
from pipeline.quality.grids import Numbers, bins_of, interval, length_edges, month, number_edges
from pipeline.quality.languages import language_of
from pipeline.quality.sketches import Sketch

_BUCKETS = 64
_REMEMBERED = 50_000  # values of a category whose bucket a task need not compute again


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
        named: values that may be told; None where the contract itself makes all of them.
        key: of this column alone, so that buckets of two columns can't be compared.
    """

    def __init__(self, named: frozenset[str] | None, key: bytes) -> None:
        self._named = named
        self._key = key
        self._known: dict[str, tuple[str, int]] = {}

    def add(self, sketch: Sketch, values: pa.Array) -> None:
        encoded = pc.dictionary_encode(values)
        counts = np.bincount(encoded.indices.to_numpy(zero_copy_only=False)).tolist()
        seen = [self._bucket(value) for value in encoded.dictionary.to_pylist()]
        for (label, _), count in zip(seen, counts, strict=True):
            sketch.bins[label] += count
        sketch.distinct.add(np.array([digest for _, digest in seen], np.uint64))

    def _bucket(self, value: str) -> tuple[str, int]:
        found = self._known.get(value)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            digest = int.from_bytes(hashlib.blake2b(value.encode(), digest_size=8, key=self._key).digest(), "little")
            named = self._named is None or value in self._named
            found = self._known[value] = (value if named else f"#{digest % _BUCKETS:02}", digest)
        return found


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
