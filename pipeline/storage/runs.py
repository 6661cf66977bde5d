"""The run manifest: the only commit point of a run. A table's rows count only through the snapshot that it names."""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pipeline.errors import LandingError
from pipeline.storage.objects import ObjectStore
from pipeline.storage.tables import TableSnapshot


@dataclass(frozen=True)
class RunManifest:
    """What a run is made of and how far it has come."""

    dataset: str
    run: str
    as_of: str
    code: str
    """sha256 over all that computes the output."""
    key_epoch: str
    inputs: dict[str, dict[str, Any]]
    """By source: `records`, `records_digest`."""
    stages: dict[str, dict[str, TableSnapshot]] = field(default_factory=dict)
    """Stages that are done, each with the tables that it committed."""
    base: str | None = None
    """The run whose refined rows this one takes over where nothing of them can have changed (a replay)."""
    baseline: str | None = None
    """Digest of the baseline that was pinned when the run was begun."""
    finders: str | None = None
    """Digest of what searches free text beside the roster; None where there is none to search."""
    suppressed: str | None = None
    """Digest of the suppression list when the run was begun; None where nobody was erased before."""
    erased: tuple[str, ...] = ()
    """Ids of the erasures that took rows out of the run's tables afterwards; it can't be rebuilt then."""

    def table(self, name: str) -> TableSnapshot:
        """The newest snapshot of a table that any finished stage committed."""
        found = [tables[name] for tables in self.stages.values() if name in tables]
        if not found:
            raise LandingError(f"run {self.run} has no table {name} yet", hint="run its earlier stages")
        return found[-1]

    def with_stage(self, stage: str, tables: dict[str, TableSnapshot]) -> "RunManifest":
        return replace(self, stages={**self.stages, stage: tables})


def _key(dataset: str, run: str) -> str:
    return f"_runs/{dataset}/{run}.json"


def read_run(warehouse: ObjectStore, dataset: str, run: str) -> RunManifest | None:
    """The manifest of a run, or None where the run was never begun."""
    if not warehouse.exists(_key(dataset, run)):
        return None
    document = json.loads(warehouse.read(_key(dataset, run)))
    document["stages"] = {
        stage: {name: TableSnapshot(**table) for name, table in tables.items()}
        for stage, tables in document["stages"].items()
    }
    return RunManifest(**{**document, "erased": tuple(document.get("erased", ()))})


def write_run(warehouse: ObjectStore, manifest: RunManifest, before: RunManifest | None) -> None:
    """Commit a manifest, provided that nobody else moved it since `before` was read.

    Raises:
        StaleObjectError: another job of the same run was quicker.
    """
    key = _key(manifest.dataset, manifest.run)
    expected = warehouse.etag(key)
    current = read_run(warehouse, manifest.dataset, manifest.run)
    warehouse.write_if(key, _bytes(manifest), expected if current == before else "moved")


def known_runs(warehouse: ObjectStore, dataset: str) -> list[str]:
    """Ids of the runs that were begun."""
    return [key.rpartition("/")[2].removesuffix(".json") for key in warehouse.keys(f"_runs/{dataset}")]


def _bytes(manifest: RunManifest) -> bytes:
    return (json.dumps(asdict(manifest), sort_keys=False, indent=1) + "\n").encode()
