"""Lets manifests and seals name successors, and deletes what no manifest names any more.

All new documents are written down together first, then each takes the place of its old one. Killed in between and done
again, it goes on with the documents that were written down.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

import msgspec

from pipeline.extract.holdings import finish_replacing, manifest_keys, refuse_open_pulls, seal_keys, unlisted
from pipeline.extract.landing import (
    LandedObject,
    Seal,
    SealedSource,
    SourceManifest,
    read_document,
    sum_up,
    to_document,
)
from pipeline.extract.place import erasing_key
from pipeline.storage.objects import FolderStore

#: What pulls leave behind under hidden names: unfinished writes, journals, lists of files.
_LEFT = (".writing-*", ".*.journal", ".*.files")
_Documents = dict[str, bytes]


def replace_in_manifests(
    store: FolderStore, dataset: str, replaced: Mapping[str, LandedObject], erasure: str
) -> dict[str, int]:
    """Put successors in the place of their objects in every manifest, and rewrite the seals of these.

    Afterwards nothing lies in landing that no manifest names: no old object, no index or list of members of one, and
    nothing that killed pulls or killed writes left behind. Done again, it ends in the same state.

    Args:
        store: the landing zone.
        dataset: whose manifests.
        replaced: successors by the key of the object that each replaces.
        erasure: its id, which the seals then carry.

    Returns:
        how many documents were `rewritten` and objects, indexes and other files `deleted`.

    Raises:
        LandingError: a pull is under way, or a document, index or list of members is damaged: nothing was changed.
    """
    refuse_open_pulls(store, dataset)
    rewritten = finish_replacing(store, dataset)
    documents = _rewritten(store, dataset, replaced, erasure)
    if documents:
        texts = {key: document.decode() for key, document in documents.items()}
        store.write(erasing_key(dataset), msgspec.json.encode(texts))
        rewritten += finish_replacing(store, dataset)
    return {"rewritten": rewritten, "deleted": _delete_unlisted(store, dataset)}


def _rewritten(store: FolderStore, dataset: str, replaced: Mapping[str, LandedObject], erasure: str) -> _Documents:
    """Manifests that name one of the objects, and the seals over them, as they are to be."""
    documents: _Documents = {}
    renewed: dict[tuple[str, str], SealedSource] = {}
    for key in manifest_keys(store, dataset):
        manifest, old = read_document(store, key, SourceManifest), store.read(key)
        objects = tuple(replaced.get(landed.key, landed) for landed in manifest.objects)
        if objects == manifest.objects:
            continue
        manifest = replace(manifest, objects=objects)
        documents[key] = to_document(manifest)
        renewed[_pull(key), hashlib.sha256(old).hexdigest()] = sum_up(store, manifest, documents[key])
    return {**documents, **dict(_seals(store, dataset, renewed, erasure))}


def _seals(
    store: FolderStore, dataset: str, renewed: Mapping[tuple[str, str], SealedSource], erasure: str
) -> Iterator[tuple[str, bytes]]:
    """Seals of which a manifest is renewed: one names its manifests by pull and digest."""
    for key in seal_keys(store, dataset):
        seal = read_document(store, key, Seal)
        sources = {
            source: renewed.get((_pull(key), sealed.manifest_sha256), sealed) for source, sealed in seal.sources.items()
        }
        if sources != seal.sources:
            erasures = tuple(dict.fromkeys((*seal.erasures, erasure)))
            yield key, to_document(replace(seal, sources=sources, erasures=erasures))


def _pull(key: str) -> str:
    """The as-of date of the pull that a document is of."""
    return key.partition("/_pulls/")[2].partition("/")[0]


def _delete_unlisted(store: FolderStore, dataset: str) -> int:
    left = unlisted(store, dataset)
    for key in left:
        store.purge(key)
    hidden = [path for name in _LEFT for path in store.path(dataset).rglob(name)]
    for path in hidden:
        path.unlink(missing_ok=True)
    return len(left) + len(hidden)
