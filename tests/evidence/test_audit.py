"""The audit log: a chain that shows every change."""

import hashlib
import json
import os
import pwd
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from pipeline.evidence.audit import AuditError, Chain, check_chain, leave_entry
from pipeline.storage.objects import FolderStore


@pytest.fixture
def log(tmp_path: Path) -> Path:
    store = FolderStore(tmp_path)
    for rows in range(4):
        leave_entry(store, "quarantine.reveal", dataset="hr", rows=rows)
    return tmp_path / "audit.jsonl"


def test_an_untouched_log_holds(log: Path) -> None:
    """Every entry names the one before it."""
    chain = check_chain(FolderStore(log.parent))
    assert (chain.entries, chain.torn) == (4, 0)
    assert chain.head == hashlib.sha256(log.read_bytes().splitlines()[-1]).hexdigest()


def test_no_log_is_an_empty_chain(tmp_path: Path) -> None:
    """Where nobody looked there is nothing to check."""
    assert check_chain(FolderStore(tmp_path)) == Chain(0, 0, "0" * 64)


@pytest.mark.parametrize(
    "tamper",
    [
        pytest.param(lambda lines: [lines[0], lines[1].replace('"rows": 1', '"rows": 9'), *lines[2:]], id="edit"),
        pytest.param(lambda lines: lines[1:], id="delete first"),
        pytest.param(lambda lines: [lines[0], *lines[2:]], id="delete inner"),
        pytest.param(lambda lines: [lines[0], lines[2], lines[1], lines[3]], id="reorder"),
        pytest.param(lambda lines: [*lines[:2], "no entry", lines[3]], id="overwrite"),
        pytest.param(lambda lines: [*lines[:3], "{}"], id="empty the last"),
        pytest.param(lambda lines: [*lines[:3], "7"], id="a number for the last"),
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
    assert entry["by"] == pwd.getpwuid(os.getuid()).pw_name
    assert entry["at"].endswith("+00:00")


def test_an_entry_does_not_trust_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looked is the process's account, whatever name a variable claims."""
    for name in ("LOGNAME", "USER"):
        monkeypatch.setenv(name, "somebody-else")
    leave_entry(FolderStore(tmp_path), "preview", dataset="hr")
    assert "somebody-else" not in (tmp_path / "audit.jsonl").read_text()


@pytest.mark.parametrize("cut", [1, 20, 150])
def test_a_torn_entry_is_told_and_not_hidden(log: Path, cut: int) -> None:
    """An entry that a crash cut off is counted as torn, at the end and under later entries, which chain to it."""
    store = FolderStore(log.parent)
    log.write_bytes(log.read_bytes()[:-cut])
    whole = 4 if cut == 1 else 3  # only the end of the line is lost
    assert check_chain(store).entries == whole
    head = leave_entry(store, "preview", dataset="hr")
    assert check_chain(store) == Chain(whole + 1, 4 - whole, head)


def test_an_anchor_shows_that_the_end_was_cut_off(log: Path) -> None:
    """The chain of a shortened log holds, but not with a head that was noted before; an old head goes on holding."""
    store = FolderStore(log.parent)
    head = check_chain(store).head
    last = leave_entry(store, "preview", dataset="hr")
    assert check_chain(store, head).head == last
    log.write_text("".join(f"{line}\n" for line in log.read_text().splitlines()[:-1]))
    assert check_chain(store).entries == 4
    with pytest.raises(AuditError, match="lost entries"):
        check_chain(store, last)


def test_a_log_that_cannot_be_written_stops_the_look(tmp_path: Path) -> None:
    """The message says so; nothing is made in the log's place."""
    (tmp_path / "audit.jsonl").mkdir()
    with pytest.raises(AuditError) as refused:
        leave_entry(FolderStore(tmp_path), "preview", dataset="hr")
    assert str(refused.value) == (
        "the audit log can't be written, so nothing is shown\n"
        "  given:   IsADirectoryError\n"
        "  hint:    look at audit.jsonl"
    )


def _leave_many(folder: Path) -> None:
    for number in range(20):
        leave_entry(FolderStore(folder), "preview", dataset="hr", rows=number)


def test_entries_of_processes_at_once_are_one_chain(tmp_path: Path) -> None:
    """No entry is lost or written into another."""
    with ProcessPoolExecutor(3) as pool:
        list(pool.map(_leave_many, [tmp_path] * 3))
    chain = check_chain(FolderStore(tmp_path))
    assert (chain.entries, chain.torn) == (60, 0)
