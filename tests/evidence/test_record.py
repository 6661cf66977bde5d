"""Evidence documents and the accounts that they hold."""

from pathlib import Path

import pytest

from pipeline.errors import AccountsError
from pipeline.evidence.record import balance, canonical, read_evidence, write_evidence
from pipeline.evidence.resources import measured
from pipeline.storage.objects import FolderStore


def test_documents_come_back_by_stage(tmp_path: Path) -> None:
    """Stages that left nothing are absent, not empty."""
    store = FolderStore(tmp_path)
    write_evidence(store, "hr", "r1", "refine", {"kept": 1})
    write_evidence(store, "hr", "r1", "refine", {"kept": 2})
    assert read_evidence(store, "hr", "r1") == {"refine": {"kept": 2, "stage": "refine"}}


def test_canonical_bytes_do_not_depend_on_the_order_of_keys() -> None:
    """Equal content, equal bytes."""
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})


def test_accounts_that_differ_stop_the_run() -> None:
    """The message names both writers and both counts."""
    balance("people", 3, "framing", 3, "refine")
    with pytest.raises(AccountsError) as caught:
        balance("people", 3, "framing", 2, "refine")
    assert "refine counted 2" in str(caught.value)
    assert "3 as framing counted" in str(caught.value)


def test_work_is_measured() -> None:
    """CPU time and memory of the block are told, its children's included."""
    with measured() as resources:
        held = bytearray(64 << 20)
        total = sum(number * number for number in range(2_000_000))
    assert total > 0
    assert len(held) < resources.peak_rss_bytes
    assert resources.cpu_seconds > 0
    assert resources.seconds > 0
