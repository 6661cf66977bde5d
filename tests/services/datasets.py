"""A small dataset to pull: sources of any kind, all with the same columns, and nothing of what comes after."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.contracts.dataset import Dataset, DatasetSpec
from pipeline.contracts.model import Column, Contract, Privacy


def make_dataset(
    folder: Path, sources: Mapping[str, Mapping[str, Any]], columns: Sequence[Column], changed: str = "updated_at"
) -> Dataset:
    """The dataset named `staff`; the first column is each source's key, `changed` the time that it goes by."""
    moment = [next(iter(sources)), changed]
    spec = DatasetSpec.model_validate(
        {
            "name": "staff",
            "title": "Staff",
            "owner": "tests",
            "entity": "employee",
            "as_of": "2025-12-31",
            "sources": sources,
            "population": {"start": moment, "end": moment},
            "snapshots": {"first": "2024-12-31"},
            "release": {"policy": "internal", "k": 5, "quasi_identifiers": []},
        }
    )
    key = (columns[0].name,)
    contracts = {
        source: Contract(f"staff.{source}", source, "1", tuple(columns), key, None, None, None, (), (), "")
        for source in sources
    }
    return Dataset(folder, spec, contracts)


def strings(*names: str) -> list[Column]:
    """Columns of strings that are kept."""
    return [Column(name, "string", Privacy("keep")) for name in names]


def write_secret(path: Path, text: str) -> None:
    """A credential that only we may read."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
