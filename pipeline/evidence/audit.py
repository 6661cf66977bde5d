"""Who looked: an append-only log in which every entry holds the hash of the one before it."""

import fcntl
import hashlib
import json
import os
import pwd
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from pipeline.errors import ClearwellError
from pipeline.storage.objects import FolderStore

_LOG = "audit.jsonl"
_START = "0" * 64
_LONGEST = 1 << 16  # bytes of an entry


class AuditError(ClearwellError):
    """The audit log does not hold together, or can't be written."""


@dataclass(frozen=True)
class Chain:
    """An audit log that holds together.

    Attributes:
        entries: how many.
        torn: lines that were cut off when a process or the machine died; nothing was shown by those.
        head: hash of the last line, zeros where there is none: kept elsewhere, it shows later that nothing was cut off.
    """

    entries: int
    torn: int
    head: str


def leave_entry(store: FolderStore, action: str, *, dataset: str, **what: str | int) -> str:
    """Append one entry, durably, and return its hash; only then may what it tells of be read.

    Args:
        store: the evidence zone.
        action: what is done, such as `quarantine.reveal`.
        dataset: whose data.
        what: names and counts that say more, such as `run` and `rows`; never a value.

    Raises:
        AuditError: it can't be written.
    """
    try:
        path = store.path(_LOG)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as log:
            fcntl.flock(log, fcntl.LOCK_EX)
            return _append(log, {"action": action, "by": _person(), "what": {"dataset": dataset, **what}})
    except OSError as error:
        raise AuditError(
            "the audit log can't be written, so nothing is shown", given=type(error).__name__, hint=f"look at {_LOG}"
        ) from None


def check_chain(store: FolderStore, anchor: str = "") -> Chain:
    """Hold every entry against the one before it.

    Args:
        store: the evidence zone.
        anchor: a head that was noted earlier; none: the log may have lost its last entries unseen.

    Raises:
        AuditError: an entry was changed, removed or moved, or the anchor is not in the log.
    """
    before, heads, torn = _START, {_START}, 0
    lines = store.read(_LOG).splitlines() if store.exists(_LOG) else []
    for number, line in enumerate(lines, start=1):
        said = _said_before(line)
        torn += said is None
        if said not in (None, before):
            raise AuditError(f"the audit log is broken before entry {number}", hint="compare it with a backup")
        before = _hash(line)
        heads.add(before)
    if anchor and anchor not in heads:
        raise AuditError("the audit log has lost entries", given=f"no entry has the hash {anchor}")
    return Chain(len(lines) - torn, torn, before)


def _append(log: BinaryIO, entry: dict[str, object]) -> str:
    """Write an entry after the last line, also where that was torn."""
    log.seek(max(0, log.seek(0, os.SEEK_END) - _LONGEST))
    tail = log.read()
    lines = tail.splitlines()
    before = _hash(lines[-1]) if lines else _START
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({**entry, "at": at, "before": before}, sort_keys=True).encode()
    log.write((b"" if tail.endswith(b"\n") or not tail else b"\n") + line + b"\n")
    log.flush()
    os.fsync(log.fileno())
    return _hash(line)


def _said_before(line: bytes) -> str | None:
    """The hash that an entry holds; None for a line that is no JSON: no beginning of an entry is."""
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return str(entry.get("before")) if isinstance(entry, dict) else ""


def _person() -> str:
    """The account of this process by its number: the environment may say what it likes."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
