"""An erasure's step in versions: each that knows a subject is replaced by one that does not, and withdrawn."""

from collections.abc import Collection
from datetime import date
from functools import partial
from pathlib import Path

from pipeline.evidence.record import Document, read_evidence
from pipeline.jobs.context import Workplace
from pipeline.jobs.erasure.found import Found
from pipeline.jobs.erasure.naming import at_snapshots, pseudonyms_of
from pipeline.jobs.leaks import scan_staged, watch_of_run
from pipeline.release.manifest import Manifest, read_manifest
from pipeline.release.replacement import Erased, Replaced, replace_version
from pipeline.release.versions import list_versions
from pipeline.release.withdrawal import list_withdrawn


def erase_versions(workplace: Workplace, found: Found, erasure: str, reason: str) -> Document:
    """Replace and withdraw; the newest version first, so that `latest` is the first to be without the subjects."""
    store, name = workplace.zones.published, workplace.dataset.name
    done: list[Replaced] = []
    for version in list_versions(store, name):
        manifest = read_manifest(Path(version.path))
        replaced = _replace(workplace, found, version.version, manifest, erasure, reason)
        done += [replaced] if replaced else []
    withdrawn = [item for item in list_withdrawn(store, name) if item.erasure == erasure]
    return {
        "versions withdrawn": len(withdrawn),
        "rows removed": sum(item.erased_rows for item in done),
        "cells blanked": sum(item.blanked_cells for item in done),
        "rows withheld since": sum(item.withheld_rows for item in done),
    }


def _replace(
    workplace: Workplace, found: Found, version: str, manifest: Manifest, erasure: str, reason: str
) -> Replaced | None:
    evidence = read_evidence(workplace.zones.evidence, manifest.dataset, manifest.run)
    pseudonymiser = workplace.pseudonymiser(manifest.key_epoch)
    pseudonyms = pseudonyms_of(pseudonymiser, found)
    keys = pseudonyms[found.identifiers.domains.key]

    def entities(snapshot: date) -> Collection[str]:
        """As the version's entity column names the subjects."""
        if evidence["assess"].get("pseudonyms") != "per_snapshot":
            return keys
        return at_snapshots(pseudonymiser, keys, [snapshot])

    others = [item for values in pseudonyms.values() for item in values]
    watch = watch_of_run(workplace, manifest.run, pseudonymiser)
    erased = Erased(erasure, reason, entities, others)
    return replace_version(workplace.zones.published, version, manifest, erased, evidence, partial(scan_staged, watch))
