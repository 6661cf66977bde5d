"""A replay is the run that mended contracts would have given anyway: the same rows and counts, only cheaper."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from pipeline.errors import ContractError, LandingError
from pipeline.evidence.audit import check_chain
from pipeline.evidence.record import read_evidence
from pipeline.jobs.context import RunContext, Workplace, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.replay import SourceReplay, begin_replay, find_base, outcome
from pipeline.jobs.seal import begin_run, next_run
from pipeline.jobs.stages import run_stage
from pipeline.jobs.takeover import make_plan
from pipeline.settings import Settings
from pipeline.storage.runs import known_runs
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
    utility: dict[str, Any]
    """What masking cost, by source: of taken-over rows as their run measured it."""


def state_of(context: RunContext) -> State:
    name, run, zones = context.dataset.name, context.run, context.at.zones
    found = read_evidence(zones.evidence, name, run)
    outside = {"taken_over", "table_bytes", "utility"}
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
    utility = {source: item["utility"] for source, item in found["refine"]["sources"].items()}
    return State(run, rows, evidence, roster, zones.warehouse.read(f"_fingerprints/{name}/{run}"), utility)


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


def test_what_masking_cost_is_carried_over(replayed: Replayed) -> None:
    """Rows that are taken over were measured by the base run; those that are made again are measured again."""
    base = read_evidence(replayed.base.at.zones.evidence, replayed.base.dataset.name, replayed.base.run)["refine"]
    for source, told in replayed.outcome.items():
        again = told.taken_over.startswith("nothing")
        expected = replayed.whole.utility[source] if again else base["sources"][source]["utility"]
        assert replayed.replay.utility[source] == expected


@pytest.mark.parametrize("source", MENDS)
def test_exactly_what_passes_now_is_admitted(replayed: Replayed, source: str) -> None:
    """The way is the cheapest that is sure; rows admitted and newly rejected are counted by locator."""
    mend, told = MENDS[source], replayed.outcome[source]
    assert (told.taken_over, told.admitted, told.newly) == (mend.taken_over, mend.admitted, mend.newly)
    assert told.now == told.before - mend.admitted + mend.newly
    assert told.still == told.now - mend.newly


def test_accounts_balance_whichever_way_was_taken(replayed: Replayed) -> None:
    """Framed are kept and rejected, as framing counted them, for all three ways and both verdicts of validate."""
    ways = {told.taken_over.partition(":")[0] for told in replayed.outcome.values()}
    assert ways == {"all", "kept rows", "nothing"}
    for source, found in replayed.replay.evidence["refine"].items():
        assert found["framed"] == len(MENDS[source].rows) == found["kept"] + found["rejected"]
        assert found["framed"] == len(replayed.replay.rows[source])


def test_a_repeated_replay_finds_nothing_to_do(replayed: Replayed) -> None:
    """The same contracts and landing are the same run: no second one is begun, and nobody is said to have done it."""
    context = replayed.context
    entries = check_chain(context.at.zones.evidence).entries
    runs = known_runs(context.at.zones.warehouse, "club")
    again = begin_replay(context.at, find_base(context.at, None))
    assert again.run == context.run
    assert not any(run_stage(again, stage) for stage in ("refine", "validate"))
    assert known_runs(context.at.zones.warehouse, "club") == runs
    # It was begun as far as the log can know: this run's stages after validate are not done.
    assert check_chain(context.at.zones.evidence).entries == entries + 1


SMALL = {source: MENDS[source] for source in ("spans", "notes", "calm")}


@pytest.fixture
def small(spark: SparkSession, home: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Club:
    """Three sources, run once; the addresses of one are taken out of the texts of another."""
    assert spark
    club = Club(tmp_path, f"small_{request.node.name[-10:]}", SMALL)
    run_club(club, home)
    return club


def pull(club: Club, home: Path, source: str) -> Workplace:
    workplace = open_club(club, home)
    extract_sources(workplace, AS_OF, (source,), fresh=True)
    return workplace


def test_a_mended_source_changes_texts_redacted_by_its_people(small: Club, home: Path) -> None:
    """Other records name other people: texts are redacted anew, and what knows nothing of people is taken over."""
    rows = [{**row, "mail": f"n{at}@club.example"} for at, row in enumerate(SMALL["spans"].rows)]
    small.write_rows("spans", rows)
    context = refine_and_validate(begin_replay(pull(small, home, "spans"), find_base(open_club(small, home), None)))
    found = {item.source: item for item in outcome(context)}
    assert {source: item.taken_over for source, item in found.items()} == {
        "spans": "nothing: its records are others",
        "notes": "nothing: its texts are redacted by a roster that has changed",
        "calm": "all",
    }
    assert (found["spans"].before, found["spans"].now, found["spans"].admitted, found["spans"].still) == (
        22,
        16,
        None,
        None,
    )
    assert (found["notes"].admitted, found["notes"].newly) == (0, 0)
    assert state_of(context) == state_of(run_club(small, home, fresh=True))


def test_the_same_records_pulled_again_are_taken_over(small: Club, home: Path) -> None:
    """Rejected ones are read where the base found them, as its kept rows name these objects."""
    small.mend("spans", "notes")
    context = refine_and_validate(begin_replay(pull(small, home, "spans"), find_base(open_club(small, home), None)))
    found = {item.source: (item.taken_over, item.admitted) for item in outcome(context)}
    assert found == {"spans": ("kept rows", 22), "notes": ("kept rows", 4), "calm": ("all", 0)}
    objects = {row["_object"] for row in state_of(context).rows["spans"]}
    whole = state_of(run_club(small, home, fresh=True))
    assert objects.isdisjoint(row["_object"] for row in whole.rows["spans"])
    values = [(row["id"], row["low"], row["_reasons"], row["_digest"]) for row in state_of(context).rows["spans"]]
    assert values == [(row["id"], row["low"], row["_reasons"], row["_digest"]) for row in whole.rows["spans"]]


def test_only_the_source_that_was_named_may_differ(small: Club, home: Path) -> None:
    """Where another contract changed, too, nothing is begun; the message names it and what changed."""
    small.mend("spans", "notes")
    workplace = open_club(small, home)
    runs = known_runs(workplace.zones.warehouse, small.name)
    with pytest.raises(ContractError, match=r"than spans differ") as refused:
        replay_club(small, home, "spans")
    assert refused.value.given == "notes (note.maxLength from 30 to 60)"
    assert known_runs(workplace.zones.warehouse, small.name) == runs


def test_another_recognizer_changes_texts_alone(small: Club, home: Path) -> None:
    """A new kind of personal data is looked for in every text again; what has no text is taken over."""
    base = find_base(open_club(small, home), None)
    recognizers = (
        "recognizers: [{name: Badge, supported_entity: BADGE, patterns: [{name: b, regex: 'B-[0-9]{4}', score: 1}]}]"
    )
    (small.datasets / small.name / "recognizers.yaml").write_text(recognizers)
    workplace = open_club(small, home)
    plan = make_plan(RunContext(workplace, next_run(workplace, AS_OF, base.run)))
    assert {source: str(item) for source, item in plan.sources.items()} == {
        "spans": "all",
        "notes": "nothing: its texts are searched by another name model or recognizer",
        "calm": "all",
    }


def test_without_refined_rows_there_is_nothing_to_replay(small: Club, home: Path) -> None:
    """A run that is not known and one that was not refined are told apart, each with what to do."""
    workplace = open_club(small, home)
    with pytest.raises(LandingError, match="no run 0123 of"):
        find_base(workplace, "0123")
    small.mend("notes")
    begun = begin_run(open_club(small, home), AS_OF).run
    with pytest.raises(LandingError, match="that run has no refined rows"):
        find_base(workplace, begun)
    assert find_base(workplace, None).run != begun


def test_a_base_of_other_code_or_key_gives_nothing(small: Club, home: Path) -> None:
    """What computes rows, and the key of their pseudonyms, is part of what they are."""
    small.mend("notes")
    workplace = open_club(small, home)
    base = find_base(workplace, None)
    manifest = next_run(workplace, AS_OF, base.run)
    for other, why in (
        ({"code": "other"}, "was done by other code"),
        ({"key_epoch": "9"}, "was done under another key"),
    ):
        plan = make_plan(RunContext(workplace, replace(manifest, **other)))
        assert {str(item) for item in plan.sources.values()} == {f"nothing: run {base.run} {why}"}
    zone, definition = workplace.zones.evidence, f"{small.name}/{base.run}/definition/features.py"
    zone.write(definition, zone.read(definition) + b"\n")
    plan = make_plan(RunContext(workplace, manifest))
    assert {item.why for item in plan.sources.values()} == {f"the contracts of run {base.run} can't be read again"}
