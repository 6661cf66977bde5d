"""Look at what runs left, without Spark and without keys."""

from typing import Any

from pipeline.contracts.dataset import open_dataset
from pipeline.errors import LandingError
from pipeline.evidence.record import read_evidence
from pipeline.settings import load_settings
from pipeline.storage.runs import known_runs, read_run
from pipeline.storage.tables import TableSnapshot
from pipeline.storage.zones import Zones, open_zones


def look_at(dataset: str) -> tuple[Zones, str]:
    """The zones, and the dataset's name if there is such a dataset."""
    settings = load_settings()
    return open_zones(settings.root), open_dataset(settings.dataset_roots, dataset).name


def newest_run(zones: Zones, dataset: str) -> str:
    """The run that was begun last.

    Raises:
        LandingError: there is none.
    """
    runs = known_runs(zones.warehouse, dataset)
    if not runs:
        raise LandingError(f"{dataset} was never run here", hint=f"clearwell run {dataset}")
    return max(runs, key=lambda run: read_evidence(zones.evidence, dataset, run)["run"]["created"])


def rejections_of(zones: Zones, dataset: str, run: str) -> list[dict[str, Any]]:
    """Rejected rows of a run by source, column and rule, from its evidence."""
    evidence = read_evidence(zones.evidence, dataset, run)
    stage = evidence.get("validate") or evidence.get("refine") or {"sources": {}}
    return [{"source": source, **reason} for source, found in stage["sources"].items() for reason in found["reasons"]]


def refined_table(zones: Zones, dataset: str, run: str, source: str) -> TableSnapshot:
    """The refined table of a source as a run knows it.

    Raises:
        LandingError: there is no such run or source; the message lists the known ones.
    """
    manifest = read_run(zones.warehouse, dataset, run)
    if manifest is None:
        raise LandingError(f"no run {run} of {dataset}", given=run, allowed=known_runs(zones.warehouse, dataset))
    if source not in manifest.inputs:
        raise LandingError(f"no source {source!r}", given=source, allowed=list(manifest.inputs))
    return manifest.table(f"refined.{dataset}__{source}")
