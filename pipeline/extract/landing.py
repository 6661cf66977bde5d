"""What a landing consists of: landed objects, a manifest a source, and the seal that closes a pull for good."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, TypeVar

import msgspec

from pipeline.errors import LandingError
from pipeline.extract.index import index_key, read_digests
from pipeline.extract.members import FILE_FORMATS, members_key, read_members
from pipeline.extract.place import Place, erasing_key, seal_key
from pipeline.storage.objects import ObjectStore, StaleObjectError

_T = TypeVar("_T")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class LandedObject:
    """Bytes as they came, beside them their record index.

    Attributes:
        origin: connection and stream or file that they came from; no address.
        cursor: the slice that was complete when the object was, for APIs.
        records: frames of the index, broken ones included.
        records_digest: sha256 over the digests of its records, in order.
        layout: what parsing needs to know, such as a CSV file's header; `compression` if the bytes are compressed.
        period: of the files in it, by their names.
        unpacked: bytes that its records were framed in: more than `bytes` where these are compressed.
        members_sha256: of the list of the files in it; empty for an API's or a database's.
    """

    key: str
    bytes: int
    sha256: str
    origin: str
    cursor: dict[str, Any] | None
    landed_at: str
    records: int
    records_digest: str
    format: str
    layout: dict[str, Any]
    period: str = ""
    unpacked: int = 0
    members_sha256: str = ""


@dataclass(frozen=True)
class SourceManifest:
    """One source of one pull, complete: its objects in order, earlier pulls' first where it built upon one.

    Attributes:
        state: where a later pull may go on; empty if it must start over.
        pull: number of the attempt; `fresh` counts it up.
        seconds: time that pulling took, restarts included.
    """

    source: str
    objects: tuple[LandedObject, ...]
    state: dict[str, Any]
    settings_digest: str
    pull: int
    completed: str
    seconds: float


@dataclass(frozen=True)
class SealedSource:
    """What a seal says about one source; `records_digest` depends on the records alone, not on how they came."""

    records: int
    records_digest: str
    manifest_sha256: str


@dataclass(frozen=True)
class Seal:
    """A pull whose sources are all in.

    Attributes:
        erasures: ids of the erasures that changed its records since; a run that was begun before can't be rebuilt.
    """

    dataset: str
    as_of: str
    sources: dict[str, SealedSource]
    sealed_at: str
    erasures: tuple[str, ...] = ()


def now() -> str:
    """The present in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_document(store: ObjectStore, key: str, kind: type[_T]) -> _T:
    """Read a document of a landing.

    Raises:
        LandingError: it is damaged.
    """
    try:
        return msgspec.json.decode(store.read(key), type=kind)
    except msgspec.DecodeError:
        raise LandingError(f"{key} is damaged", allowed=f"a {kind.__name__} as clearwell wrote it") from None


def to_document(value: object) -> bytes:
    """A document of a landing as JSON that is the same for equal values."""
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1)


def read_manifest(store: ObjectStore, dataset: str, as_of: date, source: str) -> SourceManifest:
    """The manifest of a source that is in.

    Raises:
        LandingError: the source was not pulled, or its manifest is damaged.
    """
    key = Place(dataset, as_of, source).manifest
    if not store.exists(key):
        raise LandingError(
            f"{source} was not pulled as of {as_of}", hint=f"clearwell job extract --dataset {dataset} --as-of {as_of}"
        )
    return read_document(store, key, SourceManifest)


def read_seal(store: ObjectStore, dataset: str, as_of: date) -> Seal | None:
    """The seal of a pull, or None while it is open."""
    key = seal_key(dataset, as_of)
    return read_document(store, key, Seal) if store.exists(key) else None


def seal(store: ObjectStore, dataset: str, as_of: date, sources: tuple[str, ...]) -> Seal:
    """Close a pull whose sources are all in; a pull that is sealed already stays as it is.

    Raises:
        LandingError: a source is missing, an index does not fit its object, or the pull is sealed with other sources.
    """
    missing = [source for source in sources if not store.exists(Place(dataset, as_of, source).manifest)]
    if missing:
        raise LandingError(
            f"the pull of {dataset} as of {as_of} can't be sealed: {', '.join(missing)} not in",
            given=f"{len(sources) - len(missing)} of {len(sources)} sources",
            hint=f"clearwell job extract --dataset {dataset} --as-of {as_of}",
        )
    found: Mapping[str, SealedSource] = {source: _sealed(store, Place(dataset, as_of, source)) for source in sources}
    fresh = Seal(dataset, as_of.isoformat(), dict(found), now())
    try:
        store.write_if(seal_key(dataset, as_of), to_document(fresh), None)
    except StaleObjectError:
        pass
    else:
        return fresh
    sealed = read_seal(store, dataset, as_of)
    if sealed is None or sealed.sources != found:
        raise LandingError(
            f"{dataset} as of {as_of} was sealed with other sources or records",
            given=sorted(found),
            allowed=sorted(sealed.sources) if sealed else None,
            hint="an erasure that was cut short changed it: run clearwell erase again"
            if store.exists(erasing_key(dataset))
            else "a sealed pull is never changed: pull with --fresh, or as of another date",
        )
    return sealed


def verify_object(store: ObjectStore, landed: LandedObject) -> None:
    """Hash a landed object and its index again.

    Raises:
        LandingError: the bytes or the index are not those that landed.
    """
    total, at = hashlib.sha256(), 0
    if not store.exists(landed.key) or store.size(landed.key) != landed.bytes:
        raise LandingError(f"{landed.key} is not as it landed", allowed=f"{landed.bytes} bytes")
    while at < landed.bytes:
        piece = store.read(landed.key, at, _CHUNK)
        total.update(piece)
        at += len(piece)
    if total.hexdigest() != landed.sha256:
        raise LandingError(f"{landed.key} is not as it landed", allowed=f"sha256 {landed.sha256}")
    for _ in _checked_digests(store, landed):
        pass
    _check_members(store, landed)


def _sealed(store: ObjectStore, place: Place) -> SealedSource:
    return sum_up(store, read_document(store, place.manifest, SourceManifest), store.read(place.manifest))


def sum_up(store: ObjectStore, manifest: SourceManifest, document: bytes) -> SealedSource:
    """What a seal says about a source whose manifest is stored as `document`.

    How records are laid out is part of what they say, and so may be the names of their files; into which objects they
    were cut is not.

    Raises:
        LandingError: an index or a list of members does not fit its object.
    """
    total, said = hashlib.sha256(), b""
    for landed in manifest.objects:
        _check_members(store, landed)
        meaning = _meaning(landed)
        total.update(b"" if meaning == said else meaning)
        said = meaning
        for digests in _checked_digests(store, landed):
            total.update(digests)
        if landed.format in FILE_FORMATS:
            total.update(to_document([member.name for member in read_members(store, landed.key)]))
    records = sum(landed.records for landed in manifest.objects)
    return SealedSource(records, total.hexdigest(), hashlib.sha256(document).hexdigest())


def _meaning(landed: LandedObject) -> bytes:
    """What the bytes of a record alone don't say: a JSON record says all of it."""
    if landed.format == "json":
        return b""
    layout = {name: value for name, value in landed.layout.items() if name != "compression"}
    return to_document([landed.format, layout, landed.period])


def _check_members(store: ObjectStore, landed: LandedObject) -> None:
    if landed.members_sha256 and store.etag(members_key(landed.key)) != landed.members_sha256:
        raise LandingError(f"the list of files in {landed.key} is not as it landed", hint="pull with --fresh")


def _checked_digests(store: ObjectStore, landed: LandedObject) -> Iterator[bytes]:
    """Digests of the records, some at a time; only at the end it is known whether all of them are right."""
    total, records = hashlib.sha256(), 0
    for digests in read_digests(store, landed.key) if store.exists(index_key(landed.key)) else ():
        total.update(digests)
        records += len(digests) // 32
        yield digests
    if records != landed.records or total.hexdigest() != landed.records_digest:
        raise LandingError(f"the record index of {landed.key} is not as it landed", allowed=f"{landed.records} records")
