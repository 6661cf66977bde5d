"""The data dictionary of a version: what each column means and how its values spread, from the version's own folder."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.release.distributions import describe
from pipeline.release.manifest import read_manifest


@dataclass(frozen=True)
class DictionaryEntry:
    """One published column.

    Attributes:
        column: its name.
        role: `entity`, `snapshot`, `label` or `feature`.
        type: logical type of ODCS.
        unit: what it is measured in.
        meaning: one sentence.
        source: the source it was made from.
        privacy: what was done to the source's column that it shows; empty where it is computed, or not known.
        rows: of the version.
        missing: rows without a value.
        bins: `{label, count}` each, none of fewer than five entities (`distributions.py`); empty for the entity.
        low, high, mean: of numbers; `low` and `high` leave out at least the outermost percent.
    """

    column: str
    role: str
    type: str
    unit: str
    meaning: str
    source: str
    privacy: str
    rows: int
    missing: int
    bins: list[dict[str, Any]]
    low: float | None
    high: float | None
    mean: float | None

    @property
    def missing_share(self) -> float:
        """Between 0 and 1."""
        return self.missing / self.rows if self.rows else 0.0

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {**asdict(self), "missing_share": round(self.missing_share, 4)}

    @property
    def spread(self) -> str:
        """How the values spread, in words: a range and a mean, or the most frequent values."""
        if self.low is not None:
            return f"{self.low:.6g} to {self.high:.6g}, mean {self.mean:.4g}"
        frequent = sorted(self.bins, key=lambda item: -item["count"])[:3]
        present = self.rows - self.missing
        return ", ".join(f"{item['label']} {100 * item['count'] / present:.0f} %" for item in frequent)


def describe_columns(folder: Path) -> list[DictionaryEntry]:
    """The dictionary of the version in `folder`, in the order of its columns.

    Raises:
        PublishError: the folder has no manifest that can be read.
    """
    manifest = read_manifest(folder)
    table = pq.read_table(folder / f"{manifest.dataset}.parquet")
    entity = manifest.entity or manifest.columns[0].name
    spread = {item["column"]: item for item in describe(table, entity, manifest.entities_within)}
    roles = {entity: "entity", manifest.snapshot: "snapshot", manifest.label: "label"}
    entries = []
    for column in manifest.columns:
        found = spread.get(column.name, {})
        entries.append(
            DictionaryEntry(
                column=column.name,
                role=roles.get(column.name, "feature"),
                type=column.type,
                unit=column.unit,
                meaning=column.description,
                source=column.source,
                privacy=column.privacy,
                rows=table.num_rows,
                missing=table[column.name].null_count,
                bins=found.get("bins", []),
                low=found.get("min"),
                high=found.get("max"),
                mean=found.get("mean"),
            )
        )
    return entries
