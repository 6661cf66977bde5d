"""What is known of one column after reading some of its rows; sketches of parts add up to the sketch of the whole."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import orjson
import pyarrow as pa

from pipeline.quality.distinct import Smallest

PARTS = "part int, counts binary, hashes binary"


@dataclass
class Sketch:
    """Counts of one column, and what its mean and distinct values are computed from."""

    rows: int = 0
    nulls: int = 0
    bins: Counter[str] = field(default_factory=Counter)
    total: int = 0
    """`exact_sum` of its numbers, or of its texts' lengths."""
    distinct: Smallest = field(default_factory=Smallest)
    languages: Counter[str] = field(default_factory=Counter)

    def merge(self, other: "Sketch") -> None:
        """Add what was seen of other rows."""
        self.rows += other.rows
        self.nulls += other.nulls
        self.total += other.total
        self.bins.update(other.bins)
        self.languages.update(other.languages)
        self.distinct.add(other.distinct.hashes)


def packed(sketches: Iterable[tuple[int, Sketch]]) -> pa.RecordBatch:
    """Sketches with the numbers of their columns, as a batch of the schema `PARTS`."""
    parts, counts, hashes = [], [], []
    for part, sketch in sketches:
        fields = (sketch.rows, sketch.nulls, str(sketch.total), sketch.bins, sketch.languages)  # a total has 1,200 bits
        parts.append(part)
        counts.append(orjson.dumps(fields))
        hashes.append(sketch.distinct.hashes.tobytes())
    arrays = [pa.array(parts, pa.int32()), pa.array(counts, pa.binary()), pa.array(hashes, pa.binary())]
    return pa.RecordBatch.from_arrays(arrays, names=["part", "counts", "hashes"])


def unpacked(part: int, counts: bytes, hashes: bytes) -> tuple[int, Sketch]:
    """One row of `packed`."""
    rows, nulls, total, bins, languages = orjson.loads(counts)
    distinct = Smallest(np.frombuffer(hashes, np.uint64))
    return part, Sketch(rows, nulls, Counter(bins), int(total), distinct, Counter(languages))


def merged(parts: Iterable[tuple[int, Sketch]]) -> dict[int, Sketch]:
    """The sketch of each column from those of its parts, in any order."""
    whole: dict[int, Sketch] = {}
    for part, sketch in parts:
        whole.setdefault(part, Sketch()).merge(sketch)
    return whole
