"""A baseline from pin to verdict: the run's id, drift in validate, the history of runs, and the commands."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.errors import GateError, LandingError
from pipeline.evidence.baselines import pinned, read_baseline, unpin
from pipeline.evidence.record import read_evidence
from pipeline.jobs.baseline import pin_run
from pipeline.jobs.context import RunContext, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.seal import begin_run
from pipeline.storage.runs import write_run
from tests.jobs.flat import AS_OF, Flat, run

KINDS = {"id": ("string", "pseudonymise"), "age": ("integer", "keep"), "team": ("string", "keep")}
SECRETS = [f"PlantedTeam{at}" for at in range(300)]


def csv(ages: range, team: str = "") -> str:
    """300 people whose ages run over a range; each in a team of their own where none is given."""
    rows = (f"P{at:06},{ages[at % len(ages)]},{team or SECRETS[at]}" for at in range(300))
    return "\n".join(["id,age,team", *rows]) + "\n"


@pytest.fixture(scope="module")
def context(home: Path, tmp_path_factory: pytest.TempPathFactory, spark: object) -> RunContext:
    """A run that is done as far as `validate`, and committed as published."""
    flat = Flat("watched", csv(range(20, 60)), KINDS, None, ("age",))
    begun = flat.begin(home, tmp_path_factory.mktemp("watched"))
    run(begun, "validate")
    published = begun.manifest.with_stage("publish", {})
    write_run(begun.at.zones.warehouse, published, begun.manifest)
    begun.manifest = published
    return begun


def pulled(context: RunContext, text: str | None = None, watch: dict[str, Any] | None = None) -> RunContext:
    """The same dataset, perhaps with other records or another watch, pulled anew; a run of it."""
    settings = context.at.settings
    folder = context.dataset.folder
    spec = yaml.safe_load((folder / "dataset.yaml").read_text())
    (folder / "dataset.yaml").write_text(yaml.safe_dump({**spec, "watch": watch or {}}))
    if text is not None:
        (folder.parents[1] / "files" / "people.csv").write_text(text)
    workplace = open_workplace(settings, "watched")
    extract_sources(workplace, AS_OF, ("people",), fresh=True)
    return begin_run(workplace, AS_OF)


def validated(context: RunContext) -> dict[str, Any]:
    found: dict[str, Any] = read_evidence(context.at.zones.evidence, "watched", context.run)["validate"]
    return found


@pytest.fixture
def baseline(context: RunContext) -> Any:
    """The first run is pinned, and forgotten afterwards."""
    yield pin_run(context.at.zones, "watched", context.run)
    unpin(context.at.zones.evidence, "watched")


def test_without_a_baseline_nothing_is_compared(context: RunContext) -> None:
    """The evidence says so; a first run is young."""
    found = validated(context)
    assert found["drift"]["baseline"] is None
    assert (found["anomalies"]["runs"], found["anomalies"]["needed"]) == (0, 5)
    assert {item["verdict"] for item in found["anomalies"]["measures"]} == {"young"}


def test_no_value_of_data_is_in_evidence(context: RunContext) -> None:
    """Teams that the contract does not name are buckets in every document of the run."""
    documents = json.dumps(read_evidence(context.at.zones.evidence, "watched", context.run))
    assert "#" in documents
    assert not any(secret in documents for secret in SECRETS)
    assert "P000001" not in documents


def test_a_pin_joins_the_run_id_and_only_then(context: RunContext) -> None:
    """Pinned, the same landing is another run; pinned again by another hand, or unpinned, it is the one that it was."""
    plain = pulled(context)
    _, digest = pin_run(context.at.zones, "watched", context.run)
    with_pin = pulled(context)
    assert with_pin.run != plain.run
    assert (with_pin.manifest.baseline, plain.manifest.baseline) == (digest, None)
    _, again = pin_run(context.at.zones, "watched", None)
    assert (again, pulled(context).run) == (digest, with_pin.run)
    assert unpin(context.at.zones.evidence, "watched")
    assert pulled(context).run == plain.run
    assert not unpin(context.at.zones.evidence, "watched")


def test_a_drifted_run_stops_or_warns(context: RunContext, baseline: Any) -> None:
    """Severity `error` stops it in validate, naming source, column and limit; a warning goes on."""
    other = csv(range(50, 90))
    stopped = pulled(context, other, {"severity": "error"})
    run(stopped, "refine")
    with pytest.raises(GateError, match=r"people\.age: number drift: PSI") as caught:
        run(stopped, "validate")
    assert caught.value.hint == "clearwell baseline show watched"
    assert "validate" not in stopped.manifest.stages
    warned = pulled(context, other)
    run(warned, "validate")
    verdicts = {item["column"]: item["verdict"] for item in validated(warned)["drift"]["columns"]}
    assert verdicts == {"id": "pass", "age": "warn", "team": "pass"}
    assert validated(warned)["drift"]["baseline"]["run"] == context.run


def test_a_run_keeps_the_baseline_that_it_was_begun_with(context: RunContext, baseline: Any) -> None:
    """Unpinned meanwhile, it is compared with it all the same."""
    begun = pulled(context, csv(range(20, 60)))
    unpin(context.at.zones.evidence, "watched")
    run(begun, "validate")
    found = validated(begun)["drift"]
    assert found["baseline"] == {"run": context.run, "as_of": AS_OF.isoformat(), "pinned": None}
    assert {item["verdict"] for item in found["columns"]} == {"pass"}


def test_what_can_not_be_pinned_is_refused(context: RunContext) -> None:
    """A run that nobody began, and one that was not published; each says what to do."""
    with pytest.raises(LandingError, match="no run nothing of watched"):
        pin_run(context.at.zones, "watched", "nothing")
    begun = pulled(context, csv(range(20, 61)))
    with pytest.raises(LandingError, match="was not published"):
        pin_run(context.at.zones, "watched", begun.run)
    with pytest.raises(LandingError, match="no published run yet"):
        pin_run(context.at.zones, "nobody", None)


def test_a_changed_baseline_is_noticed(context: RunContext, baseline: Any) -> None:
    """Its bytes are held to its digest."""
    store, digest = context.at.zones.evidence, baseline[1]
    key = f"_baselines/watched/{digest}.json"
    kept = store.read(key)
    store.write(key, kept.replace(b'"kept": 300', b'"kept": 301'))
    with pytest.raises(LandingError, match="not what was pinned"):
        read_baseline(store, "watched", digest)
    store.write(key, kept)
    assert read_baseline(store, "watched", digest)["sources"]["people"]["kept"] == 300


def test_the_commands_say_what_they_did(context: RunContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pin, show and unpin, for people and for programs."""
    monkeypatch.setenv("CLEARWELL_HOME", str(context.at.settings.home))
    monkeypatch.setenv("CLEARWELL_DATASETS", str(context.dataset.folder.parent))
    runner = CliRunner()
    said = runner.invoke(app, ["baseline", "pin", "watched", "--run", context.run], catch_exceptions=False).stdout
    assert f"pinned 3 columns of 1 sources of run {context.run}" in said
    assert "the next run is a new one" in said
    shown = json.loads(runner.invoke(app, ["baseline", "show", "watched", "--json"], catch_exceptions=False).stdout)
    assert shown["baseline"]["run"] == context.run
    assert set(shown["baseline"]) == {"digest", "pinned", "by", "run", "as_of", "key_epoch", "sources"}
    assert set(shown["newest"]) == {"run", "drift", "anomalies"}
    assert "is compared with run" in runner.invoke(app, ["baseline", "show", "watched"], catch_exceptions=False).stdout
    assert "has no baseline any more" in runner.invoke(app, ["baseline", "unpin", "watched"]).stdout
    assert "had no pinned baseline" in runner.invoke(app, ["baseline", "unpin", "watched"]).stdout
    assert pinned(context.at.zones.evidence, "watched") is None


def test_the_history_is_one_published_run_a_date(context: RunContext) -> None:
    """Only earlier dates, the newest run of each."""
    from datetime import date

    from pipeline.quality.history import earlier_runs

    zones = context.at.zones
    assert earlier_runs(zones.warehouse, zones.evidence, "watched", AS_OF) == []
    [found] = earlier_runs(zones.warehouse, zones.evidence, "watched", date(2030, 1, 1))
    assert (found.run, found.as_of, found.sources["people"]["kept"]) == (context.run, AS_OF, 300)
