"""Pinned baselines: the profiles of one run that later runs of its dataset are compared with.

A baseline lies under its digest and never changes; `_baselines/<dataset>.json` says which one is pinned, when and by
whom, which are no part of the digest.
"""

import getpass
import hashlib
import json
from datetime import UTC, datetime

from pipeline.errors import LandingError
from pipeline.evidence.record import Document, canonical
from pipeline.storage.objects import ObjectStore


def pin(store: ObjectStore, dataset: str, baseline: Document) -> str:
    """Make `baseline` the one that runs begun from now on are compared with; returns its digest.

    Args:
        store: the evidence zone.
        dataset: the dataset's name.
        baseline: `run`, `as_of`, `key_epoch`, and by source `kept` and `profile`.
    """
    digest = hashlib.sha256(canonical(baseline)).hexdigest()
    store.write(_content(dataset, digest), canonical(baseline))
    pointer = {"digest": digest, "pinned": datetime.now(UTC).isoformat(timespec="seconds"), "by": getpass.getuser()}
    store.write(_pointer(dataset), canonical(pointer))
    return digest


def unpin(store: ObjectStore, dataset: str) -> bool:
    """Forget which baseline is pinned; False where none was. Runs that were begun with it keep it."""
    there = store.exists(_pointer(dataset))
    store.delete(_pointer(dataset))
    return there


def pinned(store: ObjectStore, dataset: str) -> Document | None:
    """`digest`, `pinned` (a timestamp in UTC) and `by` of the pinned baseline, or None."""
    return dict(json.loads(store.read(_pointer(dataset)))) if store.exists(_pointer(dataset)) else None


def read_baseline(store: ObjectStore, dataset: str, digest: str) -> Document:
    """A baseline by its digest.

    Raises:
        LandingError: it is gone or was changed.
    """
    key = _content(dataset, digest)
    content = store.read(key) if store.exists(key) else b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise LandingError(
            f"the baseline of {dataset} is not what was pinned",
            given=digest[:12],
            hint=f"clearwell baseline pin {dataset}, then clearwell run {dataset}",
        )
    return dict(json.loads(content))


def _pointer(dataset: str) -> str:
    return f"_baselines/{dataset}.json"


def _content(dataset: str, digest: str) -> str:
    return f"_baselines/{dataset}/{digest}.json"
