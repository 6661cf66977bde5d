"""An erasure's step in landing: objects get successors without the subjects, written by Spark's workers."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial

import msgspec
import pyarrow as pa

from pipeline.evidence.record import Document
from pipeline.extract.holdings import SourceObject, landed_objects
from pipeline.extract.index import read_records
from pipeline.extract.landing import LandedObject
from pipeline.extract.members import FILE_FORMATS, has_members, names_of_records, read_members
from pipeline.extract.place import logical_key
from pipeline.extract.replacing import replace_in_manifests
from pipeline.extract.successors import write_successor
from pipeline.jobs.context import Workplace
from pipeline.jobs.erasure.found import Found
from pipeline.parsing.edits import edit_record
from pipeline.privacy.subjects.search import TermSearch
from pipeline.privacy.subjects.sought import kept_for_workers, opened
from pipeline.storage.objects import FolderStore

_TASK = "key string, own array<long>, mentions array<long>"
_DONE = "key string, successor binary, blanked long, edited long"


def erase_landing(workplace: Workplace, found: Found, erasure: str) -> Document:
    """Blank the subjects' records and edit mentions out of those of others; rosters go, since they name everybody.

    Returns:
        Counts of objects rewritten, records blanked and edited, and files removed.
    """
    store, dataset = workplace.zones.landing, workplace.dataset.name
    rows = [
        (item.landed.key, [at for at, own in records.items() if own], [at for at, own in records.items() if not own])
        for item, records in _touched(store, dataset, found)
    ]
    spark = workplace.spark
    with kept_for_workers(store, dataset, found.identifiers) as sought:
        frame = spark.createDataFrame(spark.sparkContext.parallelize(rows, max(len(rows), 1)), _TASK)
        kernel = partial(_rewrite, store=store, dataset=dataset, sought=sought)
        done = frame.mapInArrow(kernel, schema=_DONE).toArrow().to_pylist() if rows else []
    successors = {item["key"]: msgspec.json.decode(item["successor"], type=LandedObject) for item in done}
    removed = replace_in_manifests(store, dataset, successors, erasure)
    rosters = store.keys(f"{dataset}/_rosters")
    for key in rosters:
        store.purge(key)
    return {
        "objects rewritten": len(done),
        "records blanked": sum(item["blanked"] for item in done),
        "records edited": sum(item["edited"] for item in done),
        "rosters removed": len(rosters),
        "manifests rewritten": removed["rewritten"],
        "files removed": removed["deleted"],
    }


def _touched(store: FolderStore, dataset: str, found: Found) -> Iterator[tuple[SourceObject, Mapping[int, bool]]]:
    """Objects with a record that was found, or with a file whose name tells of a subject."""
    search = found.identifiers.search()
    for item in landed_objects(store, dataset):
        records = found.records.get(item.source, {}).get(logical_key(item.landed.key), {})
        if records or _renamed(store, item.landed.key, search):
            yield item, records


def _renamed(store: FolderStore, key: str, search: TermSearch) -> dict[str, str | None]:
    """New names of an object's files whose names hold a term."""
    members = read_members(store, key) if has_members(store, key) else []
    return {member.name: None for member in members if search.found(member.name)}


def _rewrite(
    batches: Iterator[pa.RecordBatch], store: FolderStore, dataset: str, sought: str
) -> Iterator[pa.RecordBatch]:
    objects, wanted = _objects(store, dataset, sought), opened(store, sought)
    search = TermSearch(wanted.terms, values=wanted.keys)
    for batch in batches:
        for task in batch.to_pylist():
            landed = objects[task["key"]]
            edits = {**_edited(store, landed, task["mentions"], search), **dict.fromkeys(task["own"])}
            successor = write_successor(store, landed, edits, _renamed(store, landed.key, search))
            blanked = sum(edit is None for edit in edits.values())
            row = (task["key"], msgspec.json.encode(successor), blanked, len(edits) - blanked)
            yield pa.RecordBatch.from_pylist([dict(zip(("key", "successor", "blanked", "edited"), row, strict=True))])


def _edited(
    store: FolderStore, landed: LandedObject, ordinals: Sequence[int], search: TermSearch
) -> dict[int, bytes | None]:
    """Records of others without the subjects; None where no edit can take them out: such a record goes as a whole."""
    files = names_of_records(store, landed.key) if landed.format in FILE_FORMATS else None
    return {
        at: edit_record(landed.format, landed.layout, record, search.edited, "" if files is None else str(files[at]))
        for at, record in zip(ordinals, read_records(store, landed.key, ordinals), strict=True)
    }


@lru_cache(maxsize=1)
def _objects(store: FolderStore, dataset: str, sought: str) -> dict[str, LandedObject]:
    """By key; once an erasure and process. An object's origin may name files, so it does not travel in a plan."""
    del sought
    return {item.landed.key: item.landed for item in landed_objects(store, dataset)}
