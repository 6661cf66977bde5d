"""The audit log: a chain that shows every change."""

import json
from pathlib import Path

import pytest

from pipeline.evidence.audit import AuditError, check_chain, leave_entry
from pipeline.storage.objects import FolderStore


@pytest.fixture
def log(tmp_path: Path) -> Path:
    store = FolderStore(tmp_path)
    for rows in range(4):
        leave_entry(store, "quarantine.reveal", dataset="hr", rows=rows)
    return tmp_path / "audit.jsonl"


def test_an_untouched_log_holds(log: Path) -> None:
    """Every entry names the one before it."""
    assert check_chain(FolderStore(log.parent)) == 4


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda lines: [lines[0], lines[1].replace('"rows": 1', '"rows": 9'), *lines[2:]], id="edit"),
        pytest.param(lambda lines: lines[1:], id="delete first"),
        pytest.param(lambda lines: [lines[0], *lines[2:]], id="delete inner"),
        pytest.param(lambda lines: [lines[0], lines[2], lines[1], lines[3]], id="reorder"),
    ],
)
def test_a_change_breaks_the_chain(log: Path, tamper) -> None:  # type: ignore[no-untyped-def]
    """Edited, deleted and reordered entries are found."""
    log.write_text("\n".join(tamper(log.read_text().splitlines())) + "\n")
    with pytest.raises(AuditError):
        check_chain(FolderStore(log.parent))


def test_an_entry_says_who_and_what(log: Path) -> None:
    """An entry has action, time, person and counts."""
    entry = json.loads(log.read_text().splitlines()[-1])
    assert (entry["action"], entry["what"]) == ("quarantine.reveal", {"dataset": "hr", "rows": 3})
    assert entry["by"]
    assert entry["at"].endswith("+00:00")
