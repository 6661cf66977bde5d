"""All that landing holds of a dataset: every object, the manifests that name it, and what none names any more."""

import fcntl
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import LandingError
from pipeline.extract.index import index_key
from pipeline.extract.landing import LandedObject, SourceManifest, read_document
from pipeline.extract.members import members_key
from pipeline.extract.place import erasing_key, is_object, logical_key
from pipeline.storage.objects import FolderStore

_SEAL = "seal.json"


@dataclass(frozen=True)
class SourceObject:
    """One object of a dataset.

    Attributes:
        source: that it came from.
        landed: the object.
        manifests: keys of all manifests that name it, of every pull, those set aside by a later one included.
    """

    source: str
    landed: LandedObject
    manifests: tuple[str, ...]


def landed_objects(store: FolderStore, dataset: str) -> list[SourceObject]:
    """Every object that a manifest of the dataset names, once, by source and key. `unlisted` gives the others.

    Documents that an erasure had begun to replace when it was killed are replaced first.

    Raises:
        LandingError: a pull is under way or was cut short, or a manifest is damaged.
    """
    refuse_open_pulls(store, dataset)
    finish_replacing(store, dataset)
    objects: dict[tuple[str, str], LandedObject] = {}
    named: dict[tuple[str, str], list[str]] = {}
    for key in manifest_keys(store, dataset):
        manifest = read_document(store, key, SourceManifest)
        for landed in manifest.objects:
            place = manifest.source, landed.key
            objects[place] = landed
            named.setdefault(place, []).append(key)
    return [SourceObject(place[0], objects[place], tuple(named[place])) for place in sorted(objects)]


def unlisted(store: FolderStore, dataset: str) -> list[str]:
    """Keys of landed bytes, indexes and lists of members that belong to no object of a manifest, sorted.

    They are what a pull with other settings, a killed one or an erasure that was cut short left behind.
    """
    listed = {
        name(landed.key)
        for key in manifest_keys(store, dataset)
        for landed in read_document(store, key, SourceManifest).objects
        for name in (str, index_key, members_key)
    }
    return [key for key in store.keys(dataset) if is_object(key) and key not in listed]


def manifest_keys(store: FolderStore, dataset: str) -> list[str]:
    """Keys of all manifests of a dataset's sources: of each pull, then of those that a later one set aside."""
    return [key for key in _documents(store, dataset) if not key.endswith(f"/{_SEAL}")]


def seal_keys(store: FolderStore, dataset: str) -> list[str]:
    """Keys of all seals of a dataset, those set aside included."""
    return [key for key in _documents(store, dataset) if key.endswith(f"/{_SEAL}")]


def finish_replacing(store: FolderStore, dataset: str) -> int:
    """Write the documents that wait to replace others, if any; how many."""
    key = erasing_key(dataset)
    if not store.exists(key):
        return 0
    documents = read_document(store, key, dict[str, str])
    for place, document in documents.items():
        store.write(place, document.encode())
    store.delete(key)
    return len(documents)


def refuse_open_pulls(store: FolderStore, dataset: str) -> None:
    """What a pull has landed so far is in no manifest: it could neither be searched nor changed.

    Raises:
        LandingError: a pull of the dataset is under way, or was cut short.
    """
    for path in sorted(store.path(f"{dataset}/_pulls").glob("*/.*")):
        as_of, source = path.parent.name, path.stem.removeprefix(".")
        again = f"clearwell job extract --dataset {dataset} --as-of {as_of} --source {source}"
        if path.suffix == ".journal" and not path.with_name(f"{source}.json").exists():
            raise LandingError(f"the pull of {source} as of {as_of} was cut short or is under way", hint=again)
        if path.suffix == ".lock":
            with path.open() as handle:
                try:
                    fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise LandingError(
                        f"{source} as of {as_of} is being pulled by another process", hint="wait until it is done"
                    ) from None


def current_key(store: FolderStore, key: str) -> str:
    """Where the records lie now that landed in the object `key`: there, or in its successor.

    Raises:
        LandingError: neither is there any more.
    """
    if store.exists(key):
        return key
    folder = logical_key(key).rpartition("/")[0]
    found = [other for other in store.keys(folder) if logical_key(other) == logical_key(key)]
    if not found:
        raise LandingError(f"{key} is not in landing any more", hint="clearwell job extract --fresh pulls it anew")
    return found[0]


def _documents(store: FolderStore, dataset: str) -> Iterator[str]:
    """Manifests and seals: `_pulls/<as of>/<name>.json`, and `superseded/<source>/<number>/<name>.json` below it."""
    return (key for key in store.keys(f"{dataset}/_pulls") if key.endswith(".json"))
