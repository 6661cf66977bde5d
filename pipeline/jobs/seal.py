"""Seal a landing and begin the run that it determines."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

from pipeline.contracts.dataset import definition_files
from pipeline.evidence.baselines import pinned
from pipeline.evidence.definitions import keep_definition
from pipeline.evidence.record import canonical, write_evidence
from pipeline.extract.landing import read_manifest, seal
from pipeline.jobs.context import RunContext, Workplace
from pipeline.jobs.version import code_digest, commit
from pipeline.privacy.erasure.suppression import read_suppressed
from pipeline.storage.runs import RunManifest, known_runs, read_run, write_run


def begin_run(workplace: Workplace, as_of: date, fresh: bool = False, base: str | None = None) -> RunContext:
    """Seal the pull of `as_of` and open its run; a known run goes on where it stopped, `fresh` starts it over.

    Args:
        workplace: of the dataset.
        as_of: of the pull.
        fresh: whether a known run is forgotten.
        base: the run whose refined rows this one may take over, as long as its own are not made.

    Raises:
        LandingError: a source is not in yet.
        KeySourceError: there is no key, so there can be no run.
    """
    manifest = next_run(workplace, as_of, base)
    known = read_run(workplace.zones.warehouse, manifest.dataset, manifest.run)
    if known is not None and not fresh:
        if base in (None, known.base) or "refine" in known.stages:
            return RunContext(workplace, known)
        manifest = replace(known, base=base)
    _record(workplace, manifest)
    write_run(workplace.zones.warehouse, manifest, known)
    return RunContext(workplace, manifest)


def next_run(workplace: Workplace, as_of: date, base: str | None = None) -> RunManifest:
    """What the run would be made of that begins now; seals the pull, and begins nothing.

    Raises:
        LandingError, KeySourceError: as `begin_run`.
    """
    dataset = workplace.dataset
    sealed = seal(workplace.zones.landing, dataset.name, as_of, tuple(dataset.spec.sources))
    inputs = {
        name: {"records": source.records, "records_digest": source.records_digest}
        for name, source in sealed.sources.items()
    }
    if not known_runs(workplace.zones.warehouse, dataset.name):  # later, a lost key must be told, not replaced
        workplace.keys.create(dataset.name)
    epoch = workplace.keys.data_key(dataset.name).epoch
    parts = {
        "as_of": as_of.isoformat(),
        "code": code_digest(),
        "dataset": dataset.digest,
        "inputs": inputs,
        "key_epoch": epoch,
    }
    baseline = (pinned(workplace.zones.evidence, dataset.name) or {}).get("digest")
    if baseline:
        parts["baseline"] = baseline
    finders = workplace.finders.digest() if dataset.redacts else None
    if finders:
        parts["finders"] = finders
    suppressed = read_suppressed(workplace.zones.warehouse, dataset.name).digest()
    if suppressed:
        parts["suppressed"] = suppressed
    return RunManifest(
        dataset.name,
        hashlib.sha256(canonical(parts)).hexdigest()[:16],
        as_of.isoformat(),
        code_digest(),
        epoch,
        inputs,
        base=base,
        baseline=baseline,
        finders=finders,
        suppressed=suppressed,
    )


def _record(workplace: Workplace, manifest: RunManifest) -> None:
    """What a run is made of, before its manifest says that it is there."""
    name, folder = workplace.dataset.name, workplace.dataset.folder
    keep_definition(workplace.zones.evidence, name, manifest.run, folder, definition_files(folder))
    document = {
        "dataset": name,
        "title": workplace.dataset.spec.title,
        "run": manifest.run,
        "as_of": manifest.as_of,
        "code": manifest.code,
        "commit": commit(),
        "key_epoch": manifest.key_epoch,
        "inputs": manifest.inputs,
        "base": manifest.base,
        "baseline": manifest.baseline,
        "definition": workplace.dataset.digest,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_evidence(workplace.zones.evidence, name, manifest.run, "run", document)
    landing = workplace.zones.landing
    sources = {}
    for source, spec in workplace.dataset.spec.sources.items():
        pulled = read_manifest(landing, name, date.fromisoformat(manifest.as_of), source)
        sources[source] = {
            "kind": spec.kind,
            "bytes": sum(item.bytes for item in pulled.objects),
            "objects": len(pulled.objects),
            "framed": sum(item.records for item in pulled.objects),
            "seconds": pulled.seconds,
        }
    extract = {"sources": sources, "seconds": round(sum(float(item["seconds"]) for item in sources.values()), 3)}
    write_evidence(workplace.zones.evidence, name, manifest.run, "extract", extract)
