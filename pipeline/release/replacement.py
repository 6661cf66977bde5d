"""A version published again without somebody, and the one that had them withdrawn.

The order is the promise: the new version is published and, where the old one was `latest`, pointed to; then the old one
is withdrawn. Killed anywhere and done again, it ends the same: name and bytes follow from the old version and the
erasure.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.evidence.record import Document
from pipeline.release.classes import Policy, Restored, restore
from pipeline.release.contents import Scan, write_contents
from pipeline.release.manifest import Manifest, read_manifest
from pipeline.release.versions import pointer_tag, publish_version, stage_version
from pipeline.release.withdrawal import withdraw, withdrawal_of
from pipeline.release.writers import arrange
from pipeline.storage.objects import FolderStore

#: What `assess` says of classes and is not measured again.
_NOT_AGAIN = frozenset({"classes", "withheld_classes", "smallest_classes", "rare_histories", "spreads"})
_REPLACEMENT = re.compile(r"\.e\d+$")


@dataclass(frozen=True)
class Erased:
    """Who is erased, as a version may name them, and why.

    Attributes:
        erasure: the erasure's id.
        reason: `erasure`, `consent` or `correction`.
        entities: their pseudonyms in the version's entity column, at a snapshot.
        others: their pseudonyms in any other column, where a cell that is one becomes null.
    """

    erasure: str
    reason: str
    entities: Callable[[date], Collection[str]]
    others: Collection[str]


@dataclass(frozen=True)
class Replaced:
    """What became of a version: rows of the subjects, cells that named them, rows withheld for k and l since.

    `replaced_by` is None where no row may stay.
    """

    version: str
    replaced_by: str | None
    rows: int
    erased_rows: int
    blanked_cells: int
    withheld_rows: int


def replace_version(
    store: FolderStore, version: str, manifest: Manifest, erased: Erased, evidence: Mapping[str, Document], scan: Scan
) -> Replaced | None:
    """Publish a version again without the erased, then withdraw it; None where it does not know them.

    Args:
        store: the zone of versions.
        version: the version's name.
        manifest: of the version.
        erased: who is erased.
        evidence: of the version's run; k and l are restored to what its `assess` required.
        scan: the leak scan.

    Raises:
        PublishError: somebody else published meanwhile; the old version is served still.
        PrivacyError: the leak scan found somebody.
    """
    dataset, expected = manifest.dataset, pointer_tag(store, manifest.dataset)
    before = pq.read_table(store.path(f"{dataset}/{version}/{dataset}.parquet"))
    others, cells = _blanked(before.filter(pc.invert(_theirs(before, manifest, erased))), manifest, erased.others)
    gone = before.num_rows - others.num_rows
    if not gone and not cells:
        return None
    restored = restore(others, Policy.of(evidence["assess"]), manifest.entity, manifest.snapshot)
    new = _successor(store, dataset, version, erased.erasure) if restored.table.num_rows else None
    if new is not None:
        table = arrange(restored.table, [manifest.entity, manifest.snapshot])
        documents = {**evidence, "assess": _assessed(evidence["assess"], manifest, before, others, restored)}
        with stage_version(store, dataset, new) as folder:
            told = _manifest(manifest, restored, version, erased.erasure)
            write_contents(folder, new, table, told, evidence["run"]["title"], documents, scan)
            publish_version(store, dataset, new, folder, expected)
    withdraw(store, dataset, version, erased.reason, erased.erasure, new)
    kept = restored.table.num_rows
    return Replaced(version, new, kept, gone, cells, others.num_rows - kept)


def _successor(store: FolderStore, dataset: str, version: str, erasure: str) -> str:
    """`v` → `v.e1`, `v.e1` → `v.e2`: the first name that is free, or was taken for this when the erasure was killed."""
    base = _REPLACEMENT.sub("", version)
    return next(name for number in count(1) if _free(store, dataset, name := f"{base}.e{number}", version, erasure))


def _free(store: FolderStore, dataset: str, name: str, version: str, erasure: str) -> bool:
    folder = store.path(f"{dataset}/{name}")
    if not folder.exists():
        return True
    if withdrawal_of(folder) is not None:
        return False
    taken = read_manifest(folder)
    return (taken.replaces, taken.erasure) == (version, erasure)


def _theirs(table: pa.Table, manifest: Manifest, erased: Erased) -> pa.ChunkedArray:
    """Which rows are about somebody who is erased."""
    days, who = table[manifest.snapshot], table[manifest.entity]
    nobody = pc.is_in(who, value_set=pa.array([], who.type))
    at_each = (
        pc.and_(pc.equal(days, day), pc.is_in(who, value_set=pa.array(list(erased.entities(day)), who.type)))
        for day in pc.unique(days).to_pylist()
    )
    return pc.fill_null(reduce(pc.or_kleene, at_each, nobody), False)


def _blanked(table: pa.Table, manifest: Manifest, pseudonyms: Collection[str]) -> tuple[pa.Table, int]:
    """The table without cells that are a pseudonym, and how many there were."""
    unwanted, cells = pa.array(list(pseudonyms), pa.string()), 0
    for place, field in enumerate(table.schema):
        if field.type == pa.string() and field.name != manifest.entity:
            hits = pc.is_in(table[field.name], value_set=unwanted)
            cells += pc.sum(hits).as_py() or 0
            table = table.set_column(place, field, pc.if_else(hits, pa.scalar(None, pa.string()), table[field.name]))
    return table, cells


def _manifest(old: Manifest, restored: Restored, version: str, erasure: str) -> Manifest:
    figures = {"rows": restored.table.num_rows, "k": restored.k, "l": restored.l or 0}
    return replace(old, **figures, files=(), replaces=version, erasure=erasure)


def _assessed(
    assessed: Mapping[str, Any], manifest: Manifest, before: pa.Table, others: pa.Table, restored: Restored
) -> Document:
    """The evidence of `assess` with the figures of the rows that stay; nobody who was erased counts any more.

    Entities are counted where the published column tells them apart over all snapshots.
    """
    kept, entity = restored.table, manifest.entity
    figures: Document = {"k": restored.k, "l": restored.l, "l_by_column": restored.diversity}
    counts = {"rows": (kept.num_rows, others.num_rows), "entities": (_count(kept, entity), _count(others, entity))}
    for noun, (published, offered) in counts.items():
        withheld = assessed[f"withheld_{noun}"] + offered - published
        figures |= {noun: published + withheld, f"published_{noun}": published, f"withheld_{noun}": withheld}
    if _count(before, entity) != assessed["published_entities"]:
        figures |= dict.fromkeys(("entities", "published_entities", "withheld_entities"))
    if assessed["base_rate_after"] is not None:
        figures["base_rate_after"] = pc.mean(restored.table[manifest.label].cast(pa.float64())).as_py()
    return {name: told for name, told in assessed.items() if name not in _NOT_AGAIN} | figures


def _count(table: pa.Table, column: str) -> int:
    return int(pc.count_distinct(table[column]).as_py())
