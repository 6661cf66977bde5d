"""The quarantine: rejected rows by their locators and reasons. Looking into one leaves an audit entry."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.evidence.audit import leave_entry
from pipeline.extract.holdings import current_key
from pipeline.extract.index import read_record
from pipeline.extract.members import has_members, names_of_records
from pipeline.storage.objects import FolderStore
from pipeline.storage.scan import read_snapshot
from pipeline.storage.tables import REJECTED, VERDICT, TableSnapshot

_BATCH = 1_000


@dataclass(frozen=True, order=True)
class RejectedRow:
    """One rejected record: where it lies and why it was rejected."""

    object: str
    ordinal: int
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class RevealedRecord:
    """One rejected record in clear: its bytes, and the file that it came in, if it came in one."""

    record: bytes
    file: str | None

    def as_text(self) -> str:
        """The record for people; of bytes that are no text, such as a DOCX, only how many there are."""
        if b"\0" in self.record:
            return f"({len(self.record):,} bytes that are no text)"
        return self.record.decode("utf-8", "replace").strip()


class Rejected:
    """Rejected rows of a refined table in the order of their locators, made one by one: there may be millions."""

    def __init__(self, found: pa.Table) -> None:
        self._found = found

    def __len__(self) -> int:
        return int(self._found.num_rows)

    def __iter__(self) -> Iterator[RejectedRow]:
        for batch in self._found.to_batches(max_chunksize=_BATCH):
            for row in batch.to_pylist():
                yield RejectedRow(row["_object"], row["_ordinal"], tuple(row["_reasons"]))

    def first(self, count: int) -> "Rejected":
        return Rejected(self._found.slice(0, count))


def find_rejected(refined: TableSnapshot, rule: str | None = None) -> Rejected:
    """All rejected rows of a refined table.

    Args:
        refined: the table as a run knows it.
        rule: only rows with this reason, written `column:rule` or a part of it.
    """
    columns = ("_object", "_ordinal", "_reasons")
    table = read_snapshot(refined, columns, f"{VERDICT} = '{REJECTED}'").combine_chunks()
    if rule is not None:
        table = table.take(_with_reason(table["_reasons"], rule))
    return Rejected(table.sort_by([("_object", "ascending"), ("_ordinal", "ascending")]))


def rejected_rows(refined: TableSnapshot, rule: str | None = None) -> list[RejectedRow]:
    """All of `find_rejected` at once."""
    return list(find_rejected(refined, rule))


def _with_reason(reasons: pa.ChunkedArray, part: str) -> pa.Array:
    """Positions of the rows of which a reason has this part."""
    rows, names = pc.list_parent_indices(reasons), pc.list_flatten(reasons)
    return pc.unique(rows.filter(pc.match_substring(names, part)))


def reveal(
    landing: FolderStore, evidence: FolderStore, dataset: str, run: str, rows: Rejected | Sequence[RejectedRow]
) -> Iterator[RevealedRecord]:
    """Rejected records as they landed: personal data in clear. The audit entry comes before the first read."""
    leave_entry(evidence, "quarantine.reveal", dataset=dataset, run=run, rows=len(rows))
    return _records(landing, rows)


def _records(landing: FolderStore, rows: Iterable[RejectedRow]) -> Iterator[RevealedRecord]:
    located, key, files = "", "", None
    for row in rows:
        if row.object != located:
            located, key = row.object, current_key(landing, row.object)
            files = names_of_records(landing, key) if has_members(landing, key) else None
        record = read_record(landing, key, row.ordinal)
        yield RevealedRecord(record, None if files is None else str(files[row.ordinal]))
