"""An erasure's last look: whatever names a subject, in clear or under any key, is searched for in every file."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import PrivacyError
from pipeline.evidence.record import Document
from pipeline.jobs.context import Workplace
from pipeline.jobs.erasure.found import Found
from pipeline.jobs.erasure.naming import at_snapshots, pseudonyms_of
from pipeline.jobs.final_scan import final_scan
from pipeline.release.manifest import read_manifest
from pipeline.release.staging import sweep
from pipeline.release.versions import list_versions

_MOST_PLACES = 5


def scan_everything(workplace: Workplace, found: Found) -> Document:
    """Search all zones; counts for the certificate.

    Raises:
        PrivacyError: something of a subject is left; the message says where, never what.
    """
    name, zones = workplace.dataset.name, workplace.zones
    sweep(zones.published.path(name))
    report = final_scan(zones, name, found.identifiers, set(_pseudonyms(workplace, found)))
    if report.hits:
        places = [f"{hit.zone}/{hit.file}: {hit.places} x {hit.kind}" for hit in report.hits[:_MOST_PLACES]]
        more = len(report.hits) - len(places)
        raise PrivacyError(
            "the subjects are not gone everywhere",
            given="; ".join(places) + (f"; and {more} more files" if more else ""),
            allowed="nothing of them in any file",
            hint="remove what is told there, then clearwell erase --due goes on",
        )
    return {"files": report.files, "bytes": report.bytes, "hits": 0, "shared_names": report.shared_names}


def _pseudonyms(workplace: Workplace, found: Found) -> Iterator[str]:
    """Of every epoch and domain, and of the key at every published snapshot."""
    name, days = workplace.dataset.name, sorted(_days(workplace))
    for epoch in workplace.keys.epochs(name):
        pseudonymiser = workplace.pseudonymiser(epoch)
        pseudonyms = pseudonyms_of(pseudonymiser, found)
        for values in pseudonyms.values():
            yield from values
        yield from at_snapshots(pseudonymiser, pseudonyms[found.identifiers.domains.key], days)


def _days(workplace: Workplace) -> set[date]:
    """Snapshots of all published versions."""
    days: set[date] = set()
    for version in list_versions(workplace.zones.published, workplace.dataset.name):
        folder = Path(version.path)
        manifest = read_manifest(folder)
        column = pq.read_table(folder / f"{manifest.dataset}.parquet", columns=[manifest.snapshot])[manifest.snapshot]
        days.update(pc.unique(column).to_pylist())
    return days
