"""Who looked: an append-only log in which every entry holds the hash of the one before it."""

import fcntl
import getpass
import hashlib
import json
from datetime import UTC, datetime

from pipeline.errors import ClearwellError
from pipeline.storage.objects import FolderStore

_LOG = "audit.jsonl"
_START = "0" * 64


class AuditError(ClearwellError):
    """The audit log does not hold together."""


def leave_entry(store: FolderStore, action: str, **what: str | int) -> str:
    """Append one entry and return its hash.

    Args:
        store: the evidence zone.
        action: what was done, such as `quarantine.show`.
        what: names and counts that say on what; never a value.
    """
    path = store.path(_LOG)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        log.seek(0)
        lines = log.read().splitlines()
        entry = {
            "action": action,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "before": _hash(lines[-1]) if lines else _START,
            "by": getpass.getuser(),
            "what": what,
        }
        line = json.dumps(entry, sort_keys=True).encode()
        log.write(line + b"\n")
    return _hash(line)


def check_chain(store: FolderStore) -> int:
    """Number of entries, if each holds the hash of the one before it.

    Raises:
        AuditError: an entry was changed, removed or moved.
    """
    lines = store.read(_LOG).splitlines() if store.exists(_LOG) else []
    before = _START
    for number, line in enumerate(lines, start=1):
        if json.loads(line)["before"] != before:
            raise AuditError(f"the audit log is broken before entry {number}", hint="compare it with a backup")
        before = _hash(line)
    return len(lines)


def _hash(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
