"""Seal a landing and begin the run that it determines."""

import hashlib
from datetime import UTC, date, datetime

from pipeline.evidence.record import canonical, write_evidence
from pipeline.extract.landing import read_manifest, seal
from pipeline.jobs.context import RunContext, Workplace
from pipeline.jobs.version import code_digest, commit
from pipeline.storage.runs import RunManifest, known_runs, read_run, write_run


def begin_run(workplace: Workplace, as_of: date, fresh: bool = False) -> RunContext:
    """Seal the pull of `as_of` and open its run; a known run goes on where it stopped, `fresh` starts it over.

    Raises:
        LandingError: a source is not in yet.
        KeySourceError: there is no key, so there can be no run.
    """
    dataset = workplace.dataset
    sealed = seal(workplace.zones.landing, dataset.name, as_of, tuple(dataset.spec.sources))
    inputs = {
        name: {"records": source.records, "records_digest": source.records_digest}
        for name, source in sealed.sources.items()
    }
    if not known_runs(workplace.zones.warehouse, dataset.name):  # later, a lost key must be told, not replaced
        workplace.keys.create()
    epoch = workplace.keys.data_key(dataset.name).epoch
    parts = {
        "as_of": as_of.isoformat(),
        "code": code_digest(),
        "dataset": dataset.digest,
        "inputs": inputs,
        "key_epoch": epoch,
    }
    run = hashlib.sha256(canonical(parts)).hexdigest()[:16]
    known = read_run(workplace.zones.warehouse, dataset.name, run)
    if known is None or fresh:
        manifest = RunManifest(dataset.name, run, as_of.isoformat(), code_digest(), epoch, inputs)
        _record(workplace, manifest)
        write_run(workplace.zones.warehouse, manifest, known)
        return RunContext(workplace, manifest)
    return RunContext(workplace, known)


def _record(workplace: Workplace, manifest: RunManifest) -> None:
    name = workplace.dataset.name
    document = {
        "dataset": name,
        "title": workplace.dataset.spec.title,
        "run": manifest.run,
        "as_of": manifest.as_of,
        "code": manifest.code,
        "commit": commit(),
        "key_epoch": manifest.key_epoch,
        "inputs": manifest.inputs,
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
