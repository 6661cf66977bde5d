"""The quarantine: rejected rows by their locators and reasons. Looking into one leaves an audit entry."""

from dataclasses import dataclass

from pipeline.evidence.audit import leave_entry
from pipeline.extract.index import read_record
from pipeline.extract.members import has_members, names_of_records
from pipeline.storage.objects import FolderStore
from pipeline.storage.scan import read_snapshot
from pipeline.storage.tables import REJECTED, VERDICT, TableSnapshot


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


def reveal(landing: FolderStore, evidence: FolderStore, dataset: str, rows: list[RejectedRow]) -> list[RevealedRecord]:
    """Rejected records as they landed: personal data in clear. The audit entry comes before the first read."""
    leave_entry(evidence, "quarantine.reveal", dataset=dataset, rows=len(rows))
    files = {key: names_of_records(landing, key) for key in {row.object for row in rows} if has_members(landing, key)}
    return [
        RevealedRecord(
            read_record(landing, row.object, row.ordinal),
            str(files[row.object][row.ordinal]) if row.object in files else None,
        )
        for row in rows
    ]
