"""Looking into the quarantine: locators for all, records only on demand and never unseen; and putting rows back."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from pipeline.errors import GateError
from pipeline.evidence.audit import check_chain
from pipeline.evidence.record import read_evidence
from pipeline.jobs.context import RunContext, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import STAGES, run_stage
from pipeline.settings import Settings
from tests.services.mends import AS_OF, MENDS, WHOLE, Club, Mend, column, rows, table, told

REFERENCE = [{"to": "visits.id"}]
SOURCES = {
    **WHOLE,
    "calls": Mend(
        "csv",
        table(column("caller", required=True, relationships=REFERENCE)),
        rows(10, caller=lambda at: (None, "r0001", "r0002", "nobody", "r0004")[at % 5]),
        MENDS["calm"].change,
        "all",
        0,
    ),
}


@dataclass
class Place:
    """A club that was run, and how to ask for it."""

    club: Club
    settings: Settings
    context: RunContext

    def call(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """`clearwell quarantine …`"""
        environment = {
            **os.environ,
            "CLEARWELL_HOME": str(self.settings.home),
            "CLEARWELL_DATASETS": str(self.club.datasets),
            "CLEARWELL_CONNECTIONS": str(self.club.connections),
            "COLUMNS": "200",
        }
        command = [sys.executable, "-m", "pipeline.cli", "quarantine", *words]
        return subprocess.run(command, capture_output=True, env=environment, timeout=300, text=True, check=False)

    def ask(self, *words: str) -> Any:
        """What it says with `--json`."""
        done = self.call(*words, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def begin(club: Club, settings: Settings) -> RunContext:
    workplace = open_workplace(settings, club.name)
    extract_sources(workplace, AS_OF, tuple(club.mends))
    return begin_run(workplace, AS_OF)


@pytest.fixture(scope="module")
def place(spark: SparkSession, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A whole run of three sources, one of which refers to another."""
    assert spark
    club = Club(tmp_path_factory.mktemp("club"), "asked_club", SOURCES)
    settings = Settings(home=home, datasets=(club.datasets,), connections=club.connections)
    context = begin(club, settings)
    for stage in STAGES:
        run_stage(context, stage)
    return Place(club, settings, context)


def test_list_counts_by_source_column_and_rule(place: Place) -> None:
    """Rows and their share of the framed ones, and for a reference the source that it looks into."""
    listed = place.ask("list", "asked_club")
    assert [item for item in listed if item["source"] == "calls"] == [
        {"source": "calls", "column": "caller", "rule": "reference", "rows": 2, "share": 0.2, "refers_to": "visits"},
        {"source": "calls", "column": "caller", "rule": "required", "rows": 2, "share": 0.2, "refers_to": None},
    ]
    assert place.ask("list", "asked_club", "--source", "visits") == [
        item for item in listed if item["source"] == "visits"
    ]
    evidence = read_evidence(place.context.at.zones.evidence, "asked_club", place.context.run)
    for source, found in evidence["validate"]["sources"].items():
        counts = {(item["column"], item["rule"]): item["rows"] for item in listed if item["source"] == source}
        assert counts == {(item["column"], item["rule"]): item["rows"] for item in found["reasons"]}


def test_list_for_people_says_what_to_do_next(place: Place) -> None:
    """The table has the share and the source referred to; below it stand the next commands."""
    text = place.call("list", "asked_club").stdout
    assert "20.00 %" in text
    assert "clearwell quarantine replay asked_club" in text


def test_an_unknown_source_is_told_with_the_known_ones(place: Place) -> None:
    """A misspelt source is no empty quarantine."""
    done = place.call("list", "asked_club", "--source", "call")
    assert done.returncode == 1
    assert "'calls', 'notes', 'visits'" in done.stderr


def test_show_gives_locators_and_no_value(place: Place) -> None:
    """Without --reveal a row is its object, ordinal and reasons, and nobody has looked at anything."""
    before = check_chain(place.context.at.zones.evidence).entries
    found = place.ask("show", "asked_club", "visits", "--limit", "3")
    assert [set(row) for row in found] == [{"object", "ordinal", "reasons"}] * 3
    assert [row["ordinal"] for row in found] == [0, 3, 7]
    assert check_chain(place.context.at.zones.evidence).entries == before


def test_show_all_is_not_capped(place: Place) -> None:
    """Every rejected row comes with --all, filtered by a part of a reason if asked."""
    assert len(place.ask("show", "asked_club", "visits")) == 20
    assert len(place.ask("show", "asked_club", "visits", "--all")) == 91
    older = place.ask("show", "asked_club", "visits", "--all", "--rule", "age:maximum")
    assert [row["reasons"] for row in older] == [["age:maximum"]] * 70
    assert place.ask("show", "asked_club", "visits", "--rule", "no:such") == []


def test_a_revealed_record_leaves_an_audit_entry(place: Place) -> None:
    """The landed bytes are shown, and the log says that somebody looked."""
    before = check_chain(place.context.at.zones.evidence).entries
    found = place.ask("show", "asked_club", "calls", "--rule", "caller:reference", "--reveal")
    assert [row["record"] for row in found] == ["r0003,nobody", "r0008,nobody"]
    assert {row["file"] for row in found} == {"calls.csv"}
    assert check_chain(place.context.at.zones.evidence).entries == before + 1


def test_a_run_that_freeze_stopped_has_counts_and_no_rows(spark: SparkSession, home: Path, tmp_path: Path) -> None:
    """`list` and `show` say that refine was stopped, by what, and that there are no rows."""
    assert spark
    club = Club(tmp_path, "frozen_club", {"days": MENDS["days"]})
    day = told(club.tables["days"], "day")
    day["customProperties"].append({"property": "onMismatch", "value": "freeze"})
    club.write_contract("days")
    place = Place(club, Settings(home=home, datasets=(club.datasets,), connections=club.connections), None)  # type: ignore[arg-type]
    with pytest.raises(GateError):
        run_stage(begin(club, place.settings), "refine")
    assert "refine was stopped by freeze" in place.call("list", "frozen_club").stdout
    shown = place.call("show", "frozen_club", "days")
    assert shown.returncode == 1
    assert "has no rows to show: refine was stopped by freeze" in shown.stderr
    assert "days.day: 4 records of another type" in shown.stderr


def test_replay_without_a_change_says_so(place: Place) -> None:
    """Nothing is begun and nothing logged; the exit status is 0."""
    before = check_chain(place.context.at.zones.evidence).entries
    done = place.call("replay", "asked_club")
    assert done.returncode == 0, done.stderr
    assert f"the contracts and the landing are those of run {place.context.run}" in done.stdout
    told = place.ask("replay", "asked_club")
    assert (told["run"], told["changed"], told["sources"]) == (place.context.run, False, [])
    assert check_chain(place.context.at.zones.evidence).entries == before
