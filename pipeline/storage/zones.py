"""The zones of one home: landing, warehouse, published and evidence, each a store of objects."""

from dataclasses import dataclass
from pathlib import Path

from pipeline.storage.objects import FolderStore


@dataclass(frozen=True)
class Zones:
    """Where each kind of object lies."""

    landing: FolderStore
    warehouse: FolderStore
    published: FolderStore
    evidence: FolderStore


def open_zones(root: Path) -> Zones:
    """The zones as folders below `root`."""
    return Zones(*(FolderStore(root / name) for name in ("landing", "warehouse", "published", "evidence")))
