"""The suppression list: who may not come back by a backfill or a restore, known by keyed digests alone.

An entry names the epoch whose key made it, so that it holds after a rotation. It lies in the warehouse and never in
evidence: under the key it is still data about a person, kept for the one purpose of keeping that person out.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.errors import KeySourceError
from pipeline.evidence.record import canonical
from pipeline.keys import KeySource
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.storage.objects import ObjectStore

#: Entity keys and link values in clear, by the domain in which they are normalised.
Values = Mapping[str, Collection[str]]
#: Which of a domain's values are suppressed: Arrow strings to booleans of their length.
Matcher = Callable[[pa.Array, str], npt.NDArray[np.bool_]]


class Suppressed(NamedTuple):
    """One value that may not come back; `digest` is 16 bytes in hexadecimal."""

    epoch: str
    domain: str
    digest: str


@dataclass(frozen=True)
class SuppressionList:
    """All that is kept out of a dataset."""

    entries: frozenset[Suppressed] = frozenset()

    def digest(self) -> str | None:
        """sha256 of the list, on which a run's id depends; None where it is empty."""
        return hashlib.sha256(self.to_bytes()).hexdigest() if self.entries else None

    def matcher(self, pseudonymisers: Mapping[str, Pseudonymiser]) -> Matcher:
        """Tells which values are suppressed; each distinct value of an array is digested once an epoch.

        Args:
            pseudonymisers: by epoch, at least those that the entries name.

        Raises:
            KeySourceError: an epoch's key is missing; without it nobody can be told apart.
        """
        missing = {entry.epoch for entry in self.entries} - pseudonymisers.keys()
        if missing:
            raise KeySourceError("the suppression list needs keys that are gone", given=sorted(missing))
        known: dict[str, dict[str, set[bytes]]] = {}
        for epoch, domain, digest in self.entries:
            known.setdefault(domain, {}).setdefault(epoch, set()).add(bytes.fromhex(digest))

        def match(values: pa.Array, domain: str) -> npt.NDArray[np.bool_]:
            encoded = values.dictionary_encode()
            distinct = encoded.dictionary.to_pylist()
            hits = np.zeros(len(distinct) + 1, bool)  # the last stands for null
            for epoch, digests in known.get(domain, {}).items():
                found = pseudonymisers[epoch].suppression_digests(distinct, domain)
                hits[:-1] |= np.fromiter((digest in digests for digest in found), bool, len(distinct))
            places: npt.NDArray[np.int32] = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            return hits[places]

        return match

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical({"format": 1, "entries": [entry._asdict() for entry in sorted(self.entries)]})


def read_suppressed(warehouse: ObjectStore, dataset: str) -> SuppressionList:
    """The list of a dataset, empty where nobody was erased."""
    key = _key(dataset)
    if not warehouse.exists(key):
        return SuppressionList()
    return SuppressionList(frozenset(Suppressed(**entry) for entry in json.loads(warehouse.read(key))["entries"]))


def suppress(warehouse: ObjectStore, dataset: str, values: Values, keys: KeySource) -> SuppressionList:
    """Keep values out from now on, under the current epoch; done again it changes nothing.

    Raises:
        KeySourceError: there is no key.
        StaleObjectError: another writer was first; nothing was overwritten.
    """
    known = read_suppressed(warehouse, dataset)
    added = _digested(dataset, values, keys, keys.data_key(dataset).epoch)
    return _change(warehouse, dataset, known, known.entries | added)


def allow(warehouse: ObjectStore, dataset: str, values: Values, keys: KeySource) -> SuppressionList:
    """Let values in again, of a person who came back rightfully, whichever epoch suppressed them.

    Raises:
        KeySourceError: the key of an epoch that the list names is gone.
        StaleObjectError: another writer was first; nothing was overwritten.
    """
    known = read_suppressed(warehouse, dataset)
    epochs = {entry.epoch for entry in known.entries}
    removed = frozenset().union(*(_digested(dataset, values, keys, epoch) for epoch in epochs))
    return _change(warehouse, dataset, known, known.entries - removed)


def opened(suppressed: SuppressionList, dataset: str, keys: KeySource) -> dict[str, Pseudonymiser]:
    """What `matcher` asks for: a pseudonymiser of each epoch that the list names.

    Raises:
        KeySourceError: the key of one is gone.
    """
    epochs = {entry.epoch for entry in suppressed.entries}
    return {epoch: Pseudonymiser(keys.data_key(dataset, epoch).key) for epoch in epochs}


def _digested(dataset: str, values: Values, keys: KeySource, epoch: str) -> frozenset[Suppressed]:
    pseudonymiser = Pseudonymiser(keys.data_key(dataset, epoch).key)
    return frozenset(
        Suppressed(epoch, domain, digest.hex())
        for domain, found in values.items()
        for digest in pseudonymiser.suppression_digests(found, domain)
        if digest is not None
    )


def _change(
    warehouse: ObjectStore, dataset: str, known: SuppressionList, entries: frozenset[Suppressed]
) -> SuppressionList:
    changed = SuppressionList(entries)
    if changed != known:
        expected = hashlib.sha256(known.to_bytes()).hexdigest() if warehouse.exists(_key(dataset)) else None
        warehouse.write_if(_key(dataset), changed.to_bytes(), expected)
    return changed


def _key(dataset: str) -> str:
    return f"_suppressed/{dataset}.json"
