"""Cuts landed objects into splits, and puts splits together to tasks of about equal weight."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.extract.landing import LandedObject
from pipeline.extract.place import logical_key

Ordinals = NDArray[np.int64]
#: A split has at most so many records, and about so many bytes by the mean of its object.
MOST_RECORDS, MOST_BYTES = 20_000, 32 << 20
#: A split of a compressed object decompresses all that lies before it: `n` splits together cost (n + 1) / 2 times the
#: whole, so there are few.
MOST_COMPRESSED = 4


@dataclass(frozen=True)
class Split:
    """Records `first` to `last` (exclusive) of one landed object; `bytes` of them, about.

    `runs`: only these of them, as ascending pairs of a first and a last (exclusive); empty: all.
    """

    key: str
    format: str
    layout: str
    first: int
    last: int
    bytes: int
    runs: Sequence[Sequence[int]] = ()

    def holds(self, ordinals: Ordinals) -> NDArray[np.bool_]:
        """Which of some ordinals between `first` and `last` are meant."""
        bounds = np.array(self.runs or [(self.first, self.last)], np.int64).ravel()
        return np.asarray(np.searchsorted(bounds, ordinals, side="right") % 2 == 1)


def make_splits(objects: Sequence[LandedObject], tasks: int) -> list[Split]:
    """Cut the objects so that at least `tasks` tasks have work, where there are records enough."""
    total = sum(item.records for item in objects)
    most = max(min(MOST_RECORDS, -(-total // tasks)), 1)
    return [split for item in objects for split in _split(item, most)]


def _split(item: LandedObject, most: int) -> Iterator[Split]:
    size = max(item.bytes, item.unpacked)
    parts = max(-(-item.records // most), min(-(-size // MOST_BYTES), item.records))
    if "compression" in item.layout:
        parts = min(parts, MOST_COMPRESSED)
    layout = json.dumps(item.layout)
    for part in range(parts):
        first, last = part * item.records // parts, (part + 1) * item.records // parts
        yield Split(item.key, item.format, layout, first, last, size // parts)


def only_records(splits: Sequence[Split], wanted: Mapping[str, Ordinals]) -> list[Split]:
    """Splits cut down to some records, so that what lies around them is not parsed.

    Args:
        splits: of the objects.
        wanted: ascending ordinals by the object's first name, as rows have it.
    """
    return [
        part for split in splits for part in _cut_down(split, wanted.get(logical_key(split.key), np.empty(0, np.int64)))
    ]


def _cut_down(split: Split, wanted: Ordinals) -> Iterator[Split]:
    start, end = np.searchsorted(wanted, (split.first, split.last))
    ordinals = wanted[start:end]
    if len(ordinals):
        gaps = np.flatnonzero(np.diff(ordinals) > 1)
        firsts, lasts = ordinals[[0, *(gaps + 1)]].tolist(), (ordinals[[*gaps, -1]] + 1).tolist()
        size = split.bytes * (lasts[-1] - firsts[0]) // (split.last - split.first)
        runs = tuple(zip(firsts, lasts, strict=True))
        yield replace(split, first=firsts[0], last=lasts[-1], bytes=size, runs=runs)


def make_tasks(splits: Sequence[Split]) -> list[list[Split]]:
    """Neighbouring splits that are no more together than one may be, or than the largest is, make one task."""
    most_records = max((split.last - split.first for split in splits), default=0)
    tasks: list[list[Split]] = []
    records = size = 0
    for split in splits:
        records += split.last - split.first
        size += split.bytes
        if not tasks or records > most_records or size > MOST_BYTES:
            tasks.append([])
            records, size = split.last - split.first, split.bytes
        tasks[-1].append(split)
    return tasks
