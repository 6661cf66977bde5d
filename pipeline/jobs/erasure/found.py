"""What an erasure found, kept in landing until it is done: what landing has forgotten can't be found again."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from pipeline.extract.place import logical_key
from pipeline.jobs.finding.findings import Findings
from pipeline.privacy.subjects.identifiers import Identifiers
from pipeline.storage.objects import FolderStore


@dataclass(frozen=True)
class Found:
    """Who, and where.

    Attributes:
        identifiers: what the subjects are known by.
        records: by source and logical key of the object, the ordinals found; true for a subject's own record.
    """

    identifiers: Identifiers
    records: Mapping[str, Mapping[str, Mapping[int, bool]]]

    @classmethod
    def of(cls, findings: Findings) -> "Found":
        """What a search of landing found."""
        records: dict[str, dict[str, dict[int, bool]]] = {}
        for source, item in findings.sources.items():
            objects = records.setdefault(source, {})
            for own, found in ((False, item.mentions), (True, item.own)):
                for key, ordinals in found.items():
                    objects.setdefault(logical_key(key), {}).update(dict.fromkeys(ordinals.tolist(), own))
        return cls(findings.identifiers, records)


def keep_found(landing: FolderStore, dataset: str, erasure: str, found: Found) -> None:
    """Keep it in the one zone where clear values may lie."""
    landing.write(_key(dataset, erasure), msgspec.msgpack.encode(found))


def read_found(landing: FolderStore, dataset: str, erasure: str) -> Found | None:
    """What was kept, or None before the search is done."""
    key = _key(dataset, erasure)
    return msgspec.msgpack.decode(landing.read(key), type=Found) if landing.exists(key) else None


def forget_found(landing: FolderStore, dataset: str, erasure: str) -> None:
    """Remove it: the erasure is done."""
    landing.purge(_key(dataset, erasure))


def _key(dataset: str, erasure: str) -> str:
    return f"{dataset}/_erasures/found/{erasure}"
