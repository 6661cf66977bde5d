"""A replay is the run that mended contracts would have given anyway: the same rows and counts, only cheaper."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from pipeline.evidence.record import read_evidence
from pipeline.jobs.context import RunContext, Workplace, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.replay import SourceReplay, begin_replay, find_base, outcome
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import run_stage
from pipeline.settings import Settings
from tests.services.mends import AS_OF, MENDS, Club


def open_club(club: Club, home: Path) -> Workplace:
    settings = Settings(home=home, datasets=(club.datasets,), connections=club.connections)
    return open_workplace(settings, club.name)


def refine_and_validate(context: RunContext) -> RunContext:
    for stage in ("refine", "validate"):
        assert run_stage(context, stage)
    return context


def run_club(club: Club, home: Path, *, fresh: bool = False) -> RunContext:
    workplace = open_club(club, home)
    extract_sources(workplace, AS_OF, tuple(workplace.dataset.spec.sources))
    return refine_and_validate(begin_run(workplace, AS_OF, fresh=fresh))


def replay_club(club: Club, home: Path, only: str | None = None) -> RunContext:
    workplace = open_club(club, home)
    return begin_replay(workplace, find_base(workplace, None), only)


@dataclass(frozen=True)
class State:
    """What a run left: rows of both verdicts by source, the parts of its evidence that say what it found, keys."""

    run: str
    rows: dict[str, list[Row]]
    evidence: dict[str, Any]
    roster: bytes
    fingerprints: bytes


def state_of(context: RunContext) -> State:
    name, run, zones = context.dataset.name, context.run, context.at.zones
    found = read_evidence(zones.evidence, name, run)
    outside = {"taken_over", "table_bytes"}
    evidence = {
        stage: {
            source: {key: value for key, value in item.items() if key not in outside}
            for source, item in found[stage]["sources"].items()
        }
        for stage in ("refine", "validate")
    }
    rows = {}
    for source in context.dataset.contracts:
        frame = context.at.tables.at(context.manifest.table(context.refined_name(source))).drop("_counts")
        rows[source] = sorted(frame.collect(), key=lambda row: (row["_object"], row["_ordinal"]))
    roster = zones.landing.read(f"{name}/_rosters/{run}")
    return State(run, rows, evidence, roster, zones.warehouse.read(f"_fingerprints/{name}/{run}"))


@dataclass(frozen=True)
class Replayed:
    context: RunContext
    replay: State
    whole: State
    outcome: Mapping[str, SourceReplay]
    base: RunContext


@pytest.fixture(scope="module")
def replayed(spark: SparkSession, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Replayed:
    """Every mend at once: the base, its replay, and the same run from scratch."""
    assert spark
    club = Club(tmp_path_factory.mktemp("club"), "club")
    base = run_club(club, home)
    club.mend()
    context = refine_and_validate(replay_club(club, home))
    found = {item.source: item for item in outcome(context)}
    replay = state_of(context)
    return Replayed(context, replay, state_of(run_club(club, home, fresh=True)), found, base)


def test_a_replay_is_the_run_from_scratch(replayed: Replayed) -> None:
    """Run, roster and fingerprints are those of a run that took over nothing."""
    replay, whole = replayed.replay, replayed.whole
    assert (replay.run, replay.roster, replay.fingerprints) == (whole.run, whole.roster, whole.fingerprints)
    assert replay.run != replayed.base.run


@pytest.mark.parametrize("source", MENDS)
def test_rows_and_counts_are_those_of_a_run_from_scratch(replayed: Replayed, source: str) -> None:
    """Values, verdicts, reasons and locators are equal, and so is all that evidence counts."""
    assert replayed.replay.rows[source] == replayed.whole.rows[source]
    for stage in ("refine", "validate"):
        assert replayed.replay.evidence[stage][source] == replayed.whole.evidence[stage][source]


@pytest.mark.parametrize("source", MENDS)
def test_exactly_what_passes_now_is_admitted(replayed: Replayed, source: str) -> None:
    """The way is the cheapest that is sure; rows admitted and newly rejected are counted by locator."""
    mend, told = MENDS[source], replayed.outcome[source]
    assert (told.taken_over, told.admitted, told.newly) == (mend.taken_over, mend.admitted, mend.newly)
    assert told.now == told.before - mend.admitted + mend.newly
    assert told.still == told.now - mend.newly
