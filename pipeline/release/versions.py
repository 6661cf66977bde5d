"""Versions: published whole or not at all, immutable, and `latest` a pointer moved by a conditional write.

The order is the promise: files are written unseen, verified, renamed to their place, recorded in `publication.json`,
and last the pointer moves. A crash before the pointer leaves the old version served; publishing the version again
completes it. `report.html` tells when and how fast a run was, so it is no part of a version's identity, as the manifest
is.

A version whose manifest says that it replaces another takes that one's place: in the listing, and as `latest` only
where the other was it.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import PublishError
from pipeline.evidence.record import canonical
from pipeline.release.manifest import MANIFEST, describe_file, read_manifest, verify_version
from pipeline.release.staging import exclusive, flush, staging_folder
from pipeline.release.withdrawal import TOMBSTONE, withdrawal_of
from pipeline.storage.objects import FolderStore, StaleObjectError

PUBLICATION = "publication.json"
REPORT = "report.html"
LATEST = "latest"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True)
class Version:
    """A published version. `path` is its folder, `sha256` that of its CSV, `created` a timestamp in UTC."""

    version: str
    path: str
    as_of: str
    rows: int
    sha256: str
    created: str


@contextmanager
def stage_version(store: FolderStore, dataset: str, version: str) -> Iterator[Path]:
    """An empty folder to write the version's files into, then to be given to `publish_version` within the block.

    What a crashed publisher left behind is swept away first.

    Raises:
        PublishError: the version's name can't be one.
    """
    if not _NAME.fullmatch(version) or version == LATEST:
        raise PublishError(
            "not a name for a version", given=version, allowed="letters, digits, . _ -, and not 'latest'"
        )
    with staging_folder(store.path(dataset), version) as folder:
        yield folder


def pointer_tag(store: FolderStore, dataset: str) -> str | None:
    """What `publish_version` expects the pointer to be still; read it before the version is written."""
    return store.etag(_pointer_key(dataset))


def publish_version(store: FolderStore, dataset: str, version: str, staged: Path, expected: str | None) -> bool:
    """Verify the staged folder, put it in its place and move `latest` to it.

    Args:
        store: the zone of versions.
        dataset: the dataset's name.
        version: the version's name.
        staged: the folder of `stage_version`.
        expected: `pointer_tag` as it was before the work began.

    Returns:
        False where the same bytes were published under this name before: nothing was changed.

    Raises:
        PublishError: the files are not what the manifest says, the version exists with other bytes or was withdrawn, or
            somebody else published meanwhile. What was served before is served still.
    """
    problems = verify_version(staged) or [f"{REPORT} is missing"][(staged / REPORT).is_file() :]
    if problems:
        raise PublishError(f"version {version} is not whole", given="; ".join(problems), hint="nothing was published")
    flush(staged)
    place = store.path(f"{dataset}/{version}")
    replaces = read_manifest(staged).replaces
    with exclusive(place.parent):
        moved = _place(staged, place)
        published = _read_publication(place)
        served = replaces is None or expected is None or latest_version(store, dataset) == replaces
        if published is not None and not (served and published["replaces"] == pointer_tag(store, dataset)):
            return False
        if published is None:
            store.write(f"{dataset}/{version}/{PUBLICATION}", canonical(_publication(place, version, expected)))
        if not served:
            return True
        try:
            store.write_if(_pointer_key(dataset), canonical({"dataset": dataset, "version": version}), expected)
        except StaleObjectError:
            if published is None:
                (place / PUBLICATION).unlink()
            if moved:
                place.rename(staged)
            raise PublishError(
                f"somebody else published {dataset} meanwhile; their version is served",
                given=version,
                allowed=latest_version(store, dataset),
                hint="run the publish stage again",
            ) from None
    return True


def latest_version(store: FolderStore, dataset: str) -> str:
    """The version that `latest` points to.

    Raises:
        PublishError: nothing was published yet.
    """
    key = _pointer_key(dataset)
    if not store.exists(key):
        raise PublishError(f"{dataset} has no published version", hint=f"clearwell run {dataset}")
    return str(json.loads(store.read(key))["version"])


def list_versions(store: FolderStore, dataset: str) -> list[Version]:
    """All published versions, newest first; what is staged, half published or withdrawn is not among them."""
    places = [path.parent for path in store.path(dataset).glob(f"[!.]*/{PUBLICATION}")]
    kept = [place for place in places if not (place / TOMBSTONE).exists()]
    found = [(place, dict(json.loads((place / PUBLICATION).read_bytes()))) for place in kept]
    found.sort(key=lambda item: (_order(item[1]), item[1]["version"]), reverse=True)
    return [
        Version(known["version"], str(place), known["as_of"], known["rows"], known["sha256"], known["created"])
        for place, known in found
    ]


def _place(staged: Path, place: Path) -> bool:
    """Rename `staged` to `place`, or find that the same version lies there."""
    withdrawn = withdrawal_of(place)
    if withdrawn is not None:
        raise withdrawn.error()
    if not place.exists():
        staged.rename(place)
        return True
    if verify_version(place) or (staged / MANIFEST).read_bytes() != (place / MANIFEST).read_bytes():
        raise PublishError(
            f"version {place.name} exists with other bytes; a version is immutable",
            given=read_manifest(staged).csv_sha256[:12],
            allowed=read_manifest(place).csv_sha256[:12],
            hint=f"clearwell verify {place.parent.name} {place.name}",
        )
    return False


def _publication(place: Path, version: str, replaces: str | None) -> dict[str, Any]:
    manifest = read_manifest(place)
    before = _read_publication(place.with_name(manifest.replaces)) if manifest.replaces else None
    return {
        "version": version,
        "as_of": manifest.as_of,
        "rows": manifest.rows,
        "sha256": manifest.csv_sha256,
        "manifest_sha256": describe_file(place / MANIFEST).sha256,
        "report_sha256": describe_file(place / REPORT).sha256,
        "created": datetime.now(UTC).isoformat(timespec="microseconds"),
        "order": before and _order(before),
        "replaces": replaces,
    }


def _read_publication(place: Path) -> dict[str, Any] | None:
    path = place / PUBLICATION
    return dict(json.loads(path.read_bytes())) if path.is_file() else None


def _order(publication: dict[str, Any]) -> str:
    """When a version was published, or the one whose place it took."""
    return str(publication.get("order") or publication["created"])


def _pointer_key(dataset: str) -> str:
    return f"{dataset}/{LATEST}.json"
