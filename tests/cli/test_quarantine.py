"""Looking into the quarantine: locators for all, records only on demand and never unseen."""

import json
import os
import subprocess
import sys
from typing import Any

from pipeline.evidence.audit import check_chain
from pipeline.jobs.context import RunContext


def ask(done: RunContext, *words: str) -> Any:
    """What `clearwell quarantine … --json` says about the run."""
    environment = {**os.environ, "CLEARWELL_HOME": str(done.at.settings.root)}
    command = [sys.executable, "-m", "pipeline.cli", "quarantine", *words, "--run", done.run, "--json"]
    told = subprocess.run(command, capture_output=True, check=True, env=environment, timeout=60)
    return json.loads(told.stdout)


def test_list_counts_by_source_column_and_rule(done: RunContext, evidence: dict[str, Any]) -> None:
    """The listed counts are those of the run's evidence."""
    listed = ask(done, "list", "attrition")
    found = evidence["validate"]["sources"].items()
    assert listed == [{"source": source, **reason} for source, item in found for reason in item["reasons"]]


def test_show_gives_locators_and_no_value(done: RunContext) -> None:
    """Without --reveal a row is its object, ordinal and reasons, and nobody has looked at anything."""
    before = check_chain(done.at.zones.evidence)
    rows = ask(done, "show", "attrition", "hrms_manager_notes", "--limit", "3")
    assert [set(row) for row in rows] == [{"object", "ordinal", "reasons"}] * 3
    assert check_chain(done.at.zones.evidence) == before


def test_show_filters_by_rule(done: RunContext) -> None:
    """Only rows with the rule among their reasons are shown."""
    rows = ask(done, "show", "attrition", "hrms_manager_notes", "--rule", "note:required")
    assert rows
    assert all("note:required" in row["reasons"] for row in rows)


def test_a_revealed_record_leaves_an_audit_entry(done: RunContext) -> None:
    """The landed bytes are shown, and the log says that somebody looked."""
    before = check_chain(done.at.zones.evidence)
    rows = ask(done, "show", "attrition", "hrms_manager_notes", "--rule", "note:required", "--limit", "1", "--reveal")
    assert json.loads(rows[0]["record"])["note_id"].startswith("N")
    assert check_chain(done.at.zones.evidence) == before + 1
