"""Versions taken back: their files are gone, and a tombstone in their place says when, why, and what replaces them.

The tombstone keeps the sha256 of the CSV, so that whoever holds a copy can tell that it is one to delete. It is no
personal data: one hash over all rows, each of which holds a keyed pseudonym of 128 bits, so that nobody without the
key can test a guess at a row that is gone.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import PublishError
from pipeline.evidence.record import canonical
from pipeline.release.manifest import read_manifest
from pipeline.storage.objects import FolderStore

TOMBSTONE = "withdrawn.json"


@dataclass(frozen=True)
class Withdrawal:
    """The tombstone of a version.

    Attributes:
        as_of, sha256: of the version and of its CSV, as they were.
        withdrawn: when, a timestamp in UTC.
        reason: `erasure`, `consent` or `correction`.
        replaced_by: the version that holds what may stay; None where nothing may.
    """

    dataset: str
    version: str
    as_of: str
    sha256: str
    withdrawn: str
    reason: str
    erasure: str
    replaced_by: str | None

    def error(self) -> PublishError:
        """What somebody is told who asks for the version."""
        return PublishError(
            f"version {self.version} of {self.dataset} was withdrawn",
            given=f"{self.reason}, on {self.withdrawn[:10]}",
            allowed=self.replaced_by or "nothing: no row of it may stay",
            hint=f"delete your copies: CSV with sha256 {self.sha256[:16]}…",
        )


def withdraw(
    store: FolderStore, dataset: str, version: str, reason: str, erasure: str, replaced_by: str | None
) -> Withdrawal:
    """Take a version back; done again after a kill, it ends the same.

    The tombstone comes first: from then on no reader takes what is left of the files for a version.

    Args:
        store: the zone of versions.
        dataset: the dataset's name.
        version: the version's name.
        reason: `erasure`, `consent` or `correction`.
        erasure: the erasure's id.
        replaced_by: published before, or None.

    Raises:
        PublishError: there is no such version.
    """
    folder = store.path(f"{dataset}/{version}")
    found = withdrawal_of(folder)
    if found is None:
        manifest = read_manifest(folder)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        found = Withdrawal(dataset, version, manifest.as_of, manifest.csv_sha256, now, reason, erasure, replaced_by)
        store.write(_tombstone(dataset, version), canonical(asdict(found)))
    for key in store.keys(f"{dataset}/{version}"):
        if key != _tombstone(dataset, version):
            store.purge(key)
    return found


def withdrawal_of(folder: Path) -> Withdrawal | None:
    """The tombstone in a version's folder, or None where the version was not withdrawn."""
    path = folder / TOMBSTONE
    return Withdrawal(**json.loads(path.read_bytes())) if path.is_file() else None


def list_withdrawn(store: FolderStore, dataset: str) -> list[Withdrawal]:
    """All withdrawn versions, newest as-of date first."""
    keys = [key for key in store.keys(dataset) if key.endswith(f"/{TOMBSTONE}")]
    found = [Withdrawal(**json.loads(store.read(key))) for key in keys]
    return sorted(found, key=lambda item: (item.as_of, item.withdrawn, item.version), reverse=True)


def _tombstone(dataset: str, version: str) -> str:
    return f"{dataset}/{version}/{TOMBSTONE}"
