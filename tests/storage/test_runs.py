"""The run manifest: the only commit point."""

from pathlib import Path

import pytest

from pipeline.errors import LandingError
from pipeline.storage.objects import FolderStore, StaleObjectError
from pipeline.storage.runs import RunManifest, known_runs, read_run, write_run
from pipeline.storage.tables import TableSnapshot

BEGUN = RunManifest("hr", "r1", "2025-12-31", "code", "1-key", {"people": {"records": 3, "records_digest": "x"}})
REFINED = {"refined.people": TableSnapshot("refined.people", 1, "m1")}
VALIDATED = {"refined.people": TableSnapshot("refined.people", 2, "m2")}


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    """Stages keep their order, since the newest of them names the table."""
    store = FolderStore(tmp_path)
    done = BEGUN.with_stage("refine", REFINED).with_stage("validate", VALIDATED)
    write_run(store, done, None)
    assert read_run(store, "hr", "r1") == done
    assert done.table("refined.people").snapshot == 2
    assert known_runs(store, "hr") == ["r1"]


def test_a_table_of_a_later_stage_is_not_there_yet() -> None:
    """Asking for a table before its stage says what to do."""
    with pytest.raises(LandingError, match="has no table features"):
        BEGUN.with_stage("refine", REFINED).table("features")


def test_a_stale_writer_loses(tmp_path: Path) -> None:
    """Two jobs of one run: the second to commit is told, and nothing of the first is lost."""
    store = FolderStore(tmp_path)
    write_run(store, BEGUN, None)
    first = BEGUN.with_stage("refine", REFINED)
    write_run(store, first, BEGUN)
    with pytest.raises(StaleObjectError):
        write_run(store, BEGUN.with_stage("refine", VALIDATED), BEGUN)
    assert read_run(store, "hr", "r1") == first
