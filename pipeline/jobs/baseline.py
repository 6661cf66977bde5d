"""The baseline of a dataset: pinned from a run's profiles, read when a run is begun."""

from pipeline.errors import LandingError
from pipeline.evidence.baselines import pin
from pipeline.evidence.record import Document, read_evidence
from pipeline.storage.runs import RunManifest, known_runs, read_run
from pipeline.storage.zones import Zones


def pin_run(zones: Zones, dataset: str, run: str | None) -> tuple[Document, str]:
    """Pin the profiles of a run, by default of the one published last.

    Returns:
        The baseline and its digest.

    Raises:
        LandingError: there is no such run, it was not published, or it has no profile.
    """
    manifest = _published(zones, dataset, run) if run else _newest(zones, dataset)
    refined = read_evidence(zones.evidence, dataset, manifest.run).get("refine", {"sources": {}})["sources"]
    lacking = sorted(source for source, found in refined.items() if "profile" not in found)
    if lacking or not refined:
        raise LandingError(
            f"run {manifest.run} of {dataset} has no profile of {', '.join(lacking) or 'any source'}",
            hint=f"clearwell run {dataset}, then clearwell baseline pin {dataset}",
        )
    baseline = {
        "run": manifest.run,
        "as_of": manifest.as_of,
        "key_epoch": manifest.key_epoch,
        "sources": {name: {"kept": found["kept"], "profile": found["profile"]} for name, found in refined.items()},
    }
    return baseline, pin(zones.evidence, dataset, baseline)


def _published(zones: Zones, dataset: str, run: str) -> RunManifest:
    manifest = read_run(zones.warehouse, dataset, run)
    if manifest is None:
        known = known_runs(zones.warehouse, dataset)
        raise LandingError(f"no run {run} of {dataset}", given=run, allowed=known[-5:] or "none yet")
    if "publish" not in manifest.stages:
        raise LandingError(
            f"run {run} of {dataset} was not published; a baseline is what was found good",
            given=", ".join(manifest.stages) or "no stage done",
            hint=f"clearwell run {dataset}",
        )
    return manifest


def _newest(zones: Zones, dataset: str) -> RunManifest:
    manifests = (read_run(zones.warehouse, dataset, run) for run in known_runs(zones.warehouse, dataset))
    published = [item for item in manifests if item is not None and "publish" in item.stages]
    if not published:
        raise LandingError(f"{dataset} has no published run yet", hint=f"clearwell run {dataset}")
    return max(published, key=lambda item: _begun(zones, dataset, item.run))


def _begun(zones: Zones, dataset: str, run: str) -> str:
    return str(read_evidence(zones.evidence, dataset, run)["run"]["created"])
