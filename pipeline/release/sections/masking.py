"""What was taken out, and where: actions by column, redactions by kind, and the scan of the published bytes."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, NotMeasuredError, need
from pipeline.release.sections.scales import clamp


@dataclass(frozen=True)
class Tile:
    """One column of a source and what happened to it."""

    column: str
    action: str


@dataclass(frozen=True)
class Actions:
    """The tiles of all sources and how many columns each action took."""

    sources: tuple[tuple[str, tuple[Tile, ...]], ...]
    legend: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Cell:
    """Redactions of one kind in one source; `depth` of colour in percent, logarithmic."""

    text: str
    depth: float


@dataclass(frozen=True)
class Redactions:
    """A matrix of sources by kinds, most frequent kind first."""

    kinds: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    total: str


@dataclass(frozen=True)
class LeakScan:
    """What the scan of the staged bytes looked at and what it found."""

    hits: int
    looked_at: tuple[tuple[str, str], ...]


def actions(evidence: Evidence) -> Actions:
    """Each source's columns by privacy action.

    Raises:
        NotMeasuredError: refine left no evidence.
    """
    sources: Mapping[str, Any] = need(evidence, "refine", "sources")
    tiles = tuple(
        (name, tuple(Tile(column, str(what["action"])) for column, what in source["columns"].items()))
        for name, source in sources.items()
    )
    counted = Counter(tile.action for _, row in tiles for tile in row)
    return Actions(tiles, tuple(counted.most_common()))


def redactions(evidence: Evidence) -> Redactions:
    """How many pieces of personal data were redacted from free text.

    Raises:
        NotMeasuredError: refine left no evidence, or redacted nothing.
    """
    sources: Mapping[str, Any] = need(evidence, "refine", "sources")
    masked = {name: source["masked"] for name, source in sources.items() if source.get("masked")}
    totals = Counter[str]()
    for found in masked.values():
        totals.update(found)
    if not totals:
        raise NotMeasuredError("no free text was redacted in this run")
    most = max(count for found in masked.values() for count in found.values())
    kinds = tuple(sorted(totals, key=lambda kind: (-totals[kind], kind)))
    rows = tuple(
        (name, tuple(_cell(int(found.get(kind, 0)), most) for kind in kinds)) for name, found in masked.items()
    )
    return Redactions(kinds, rows, figures.count(sum(totals.values())))


def leak_scan(evidence: Evidence) -> LeakScan:
    """The scan that the staged bytes had to pass.

    Raises:
        NotMeasuredError: publish left no scan.
    """
    scan = need(evidence, "publish", "leak_scan")
    words = (
        ("files", "files read"),
        ("values", "values read"),
        ("fingerprints", "known identities"),
        ("canaries", "canaries watched for"),
    )
    hits = scan["hits"]
    return LeakScan(
        len(hits) if isinstance(hits, list) else int(hits),
        tuple((words_, figures.compact(float(scan[name]))) for name, words_ in words),
    )


def _cell(count: int, most: int) -> Cell:
    return Cell(figures.short(count) if count else "", clamp(100 * math.log1p(count) / math.log1p(most)))
