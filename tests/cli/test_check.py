"""`clearwell check`: what a dataset's contracts come to, and what the newest run would add to them."""

import os
import subprocess
import sys
from pathlib import Path

from pipeline.evidence.record import write_evidence
from pipeline.storage.runs import RunManifest, write_run
from pipeline.storage.zones import open_zones


def check(home: Path) -> list[str]:
    command = [sys.executable, "-m", "pipeline.cli", "check", "attrition"]
    environment = {**os.environ, "CLEARWELL_HOME": str(home), "COLUMNS": "160"}
    return subprocess.run(
        command, capture_output=True, check=True, env=environment, timeout=60, text=True
    ).stdout.splitlines()


def test_versions_stand_under_their_source(tmp_path: Path) -> None:
    """A contract of older files is listed with its periods, and counts as one that holds together."""
    lines = check(tmp_path)
    leave = next(at for at, line in enumerate(lines) if line.startswith("legacy_leave"))
    assert lines[leave + 1].startswith("  until 2011")
    assert "11 contracts" in lines[-1]


def test_new_fields_of_the_newest_run_are_told(tmp_path: Path) -> None:
    """A field that an evolving source has and its contract has not waits for a privacy action."""
    zones = open_zones(tmp_path)
    write_run(zones.warehouse, RunManifest("attrition", "r1", "2025-12-31", "", "", {}), None)
    write_evidence(zones.evidence, "attrition", "r1", "run", {"created": "2026-01-01"})
    sources = {"reviews": {"new_columns": {"mood": 1200}}, "letters": {"new_columns": {}}}
    write_evidence(zones.evidence, "attrition", "r1", "refine", {"sources": sources})
    assert check(tmp_path)[-1] == "new reviews.mood: in 1,200 records, not in the contract, not published"
