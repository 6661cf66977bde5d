"""Who brought how much: each source's kind, its records and bytes, and its share of the whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, need
from pipeline.release.sections.scales import share

#: What a kind of source is called by people.
KINDS = {
    "api": "JSON API",
    "sql": "PostgreSQL",
    "xml": "XML exports",
    "csv": "CSV dumps",
    "jsonl": "JSON Lines",
    "parquet": "Parquet files",
    "documents": "documents",
}
#: As many as the style sheet has colours for.
_COLOURS = 10


@dataclass(frozen=True)
class Part:
    """A source's part of one measure; `width` in percent of the whole."""

    text: str
    share: str
    width: float


@dataclass(frozen=True)
class Source:
    """One source; `colour` names its piece of the bars."""

    name: str
    kind: str
    colour: str
    records: Part
    bytes: Part
    objects: str
    seconds: str


@dataclass(frozen=True)
class Sources:
    """All sources in the order of the dataset, and the whole."""

    sources: tuple[Source, ...]
    records: str
    bytes: str


def sources(evidence: Evidence) -> Sources:
    """How much of the landed records and bytes came from each source.

    Raises:
        NotMeasuredError: extract left no evidence.
    """
    found: Mapping[str, Any] = need(evidence, "extract", "sources")
    records = sum(int(source["framed"]) for source in found.values())
    size = sum(int(source["bytes"]) for source in found.values())
    return Sources(
        tuple(
            Source(
                name,
                KINDS.get(source["kind"], source["kind"]),
                f"source-{position % _COLOURS}",
                _part(int(source["framed"]), records, figures.count(source["framed"])),
                _part(int(source["bytes"]), size, figures.size(source["bytes"])),
                figures.count(source["objects"]),
                figures.seconds(source["seconds"]),
            )
            for position, (name, source) in enumerate(found.items())
        ),
        figures.count(records),
        figures.size(size),
    )


def _part(value: int, whole: int, text: str) -> Part:
    return Part(text, figures.percent(value / whole if whole else 0), share(value, whole))
