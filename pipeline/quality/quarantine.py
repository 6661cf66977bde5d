"""The quarantine: rejected rows by their locators and reasons. Looking into one leaves an audit entry."""

from dataclasses import dataclass

from pipeline.evidence.audit import leave_entry
from pipeline.extract.index import read_record
from pipeline.storage.objects import FolderStore
from pipeline.storage.scan import read_snapshot
from pipeline.storage.tables import REJECTED, VERDICT, TableSnapshot


@dataclass(frozen=True, order=True)
class RejectedRow:
    """One rejected record: where it lies and why it was rejected."""

    object: str
    ordinal: int
    reasons: tuple[str, ...]


def rejected_rows(refined: TableSnapshot, rule: str | None = None) -> list[RejectedRow]:
    """All rejected rows of a refined table, in the order of their locators.

    Args:
        refined: the table as a run knows it.
        rule: only rows with this reason, written `column:rule` or a part of it.
    """
    columns = ("_object", "_ordinal", "_reasons")
    table = read_snapshot(refined, columns, f"{VERDICT} = '{REJECTED}'")
    rows = (RejectedRow(row["_object"], row["_ordinal"], tuple(row["_reasons"])) for row in table.to_pylist())
    return sorted(row for row in rows if rule is None or any(rule in reason for reason in row.reasons))


def reveal(landing: FolderStore, evidence: FolderStore, dataset: str, rows: list[RejectedRow]) -> list[bytes]:
    """The landed bytes of rejected records: personal data in clear. The audit entry comes before the first read."""
    leave_entry(evidence, "quarantine.reveal", dataset=dataset, rows=len(rows))
    return [read_record(landing, row.object, row.ordinal) for row in rows]
