"""Look at what runs left, without Spark and without keys."""

from typing import Any

from pipeline.contracts.dataset import load_dataset_folder, open_dataset
from pipeline.errors import ContractError, LandingError
from pipeline.evidence.definitions import opened_definition
from pipeline.evidence.record import read_evidence
from pipeline.settings import load_settings
from pipeline.storage.runs import RunManifest, known_runs, read_run
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


def rejections_of(zones: Zones, dataset: str, run: str, source: str | None = None) -> list[dict[str, Any]]:
    """Rejected rows of a run, or of one source of it, by source, column and rule, from its evidence.

    Returns:
        `source`, `column`, `rule`, `rows`, `share` (of the source's framed rows) and `refers_to`: the source that a
        reference looks into, None for other rules.

    Raises:
        LandingError: there is no such run or source.
    """
    manifest = _known_run(zones, dataset, run)
    _check_source(manifest, source)
    evidence = read_evidence(zones.evidence, dataset, run)
    refined = evidence.get("refine", {"sources": {}})["sources"]
    stage = evidence.get("validate") or {"sources": refined}
    parents = _parents(zones, dataset, run)
    return [
        {
            "source": name,
            **reason,
            "share": reason["rows"] / refined[name]["framed"],
            "refers_to": parents.get((name, reason["column"], reason["rule"])),
        }
        for name, found in stage["sources"].items()
        if source in (None, name)
        for reason in found["reasons"]
    ]


def _parents(zones: Zones, dataset: str, run: str) -> dict[tuple[str, str, str], str]:
    """By source, column and rule, the source that a reference looks into, by the contracts that the run had."""
    with opened_definition(zones.evidence, dataset, run) as folder:
        try:
            contracts = load_dataset_folder(folder).contracts.values()
        except ContractError:  # begun by other code, which kept no definition or another kind
            return {}
    return {
        (contract.source, ",".join(reference.columns), rule): reference.source
        for contract in contracts
        for reference in contract.references
        for rule in ("reference", reference.condition or "")
    }


def refined_table(zones: Zones, dataset: str, run: str, source: str) -> TableSnapshot:
    """The refined table of a source as a run knows it.

    Raises:
        LandingError: there is no such run or source; the message lists the known ones.
    """
    manifest = _known_run(zones, dataset, run)
    _check_source(manifest, source)
    if "refine" not in manifest.stages:
        frozen = frozen_in(zones, dataset, run)
        counts = f"clearwell quarantine list {dataset} --run {run} tells the counts"
        raise LandingError(
            f"run {run} has no rows to show: refine {'was stopped by freeze' if frozen else 'is not done'}",
            given="; ".join(frozen) or None,
            allowed="a run whose refine is done",
            hint=counts if frozen else f"clearwell run {dataset} goes on with it",
        )
    return manifest.table(f"refined.{dataset}__{source}")


def frozen_in(zones: Zones, dataset: str, run: str) -> list[str]:
    """What stopped a run in refine, where a contract says freeze, in words; nothing for other runs."""
    return list(read_evidence(zones.evidence, dataset, run).get("refine", {}).get("frozen", []))


def _known_run(zones: Zones, dataset: str, run: str) -> RunManifest:
    manifest = read_run(zones.warehouse, dataset, run)
    if manifest is None:
        raise LandingError(f"no run {run} of {dataset}", given=run, allowed=known_runs(zones.warehouse, dataset))
    return manifest


def _check_source(manifest: RunManifest, source: str | None) -> None:
    if source is not None and source not in manifest.inputs:
        raise LandingError(f"no source {source!r}", given=source, allowed=list(manifest.inputs))
