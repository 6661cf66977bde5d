"""What stops a run, and that nothing follows and nothing is lost."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.contracts.dataset import Dataset
from pipeline.errors import ContractError, GateError, KeySourceError, LandingError, PrivacyError
from pipeline.evidence.record import read_evidence
from pipeline.jobs.assess import work as assess
from pipeline.jobs.context import RunContext, Workplace, open_run, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import run_stage
from pipeline.release.versions import list_versions
from pipeline.settings import Settings
from pipeline.storage.runs import read_run

REVIEWS_HEADER = "review_id,employee_id,review_date,reviewer_id,rating,goals_met_pct,comment,recorded_at"


@pytest.fixture
def reviews_only(copied_dataset: Path, home: Path, tmp_path: Path) -> Workplace:
    """A dataset of its own name whose only source is a folder of review dumps, so that a test may fill it."""
    folder = copied_dataset.rename(
        copied_dataset.parent / f"dumps_{tmp_path.name.rstrip('0123456789').strip('_')[:30]}"
    )
    spec = yaml.safe_load((folder / "dataset.yaml").read_text())
    source = {"kind": "csv", "connection": "legacy", "files": "reviews_*.csv"}
    (folder / "dataset.yaml").write_text(yaml.safe_dump(spec | {"name": folder.name, "sources": {"reviews": source}}))
    for version in (folder / "contracts").glob("*@*"):
        version.unlink()
    contract = folder / "contracts" / "reviews.odcs.yaml"
    contract.write_text(re.sub("(relationships|physicalName):.*", "", contract.read_text()))
    (tmp_path / "legacy").mkdir()
    (tmp_path / "connections.yaml").write_text("legacy: {folder: legacy}\n")
    settings = Settings(home=home, datasets=folder.parent, connections=tmp_path / "connections.yaml")
    return open_workplace(settings, folder.name)


def review(number: int, **changed: str) -> str:
    row = {
        "review_id": f"R{number}",
        "employee_id": "E0000001",
        "review_date": "2020-06-30",
        "reviewer_id": "E0000002",
        "rating": "3.5",
        "goals_met_pct": "80",
        "comment": "steady",
        "recorded_at": "2020-07-01T00:00:00Z",
    } | changed
    return ",".join(row.values())


def refined(workplace: Workplace) -> RunContext:
    extract_sources(workplace, date(2025, 12, 31), ("reviews",))
    context = begin_run(workplace, date(2025, 12, 31))
    run_stage(context, "refine")
    return context


HOSTILE = {
    "record:csv.fields": review(1) + ",one too many",
    "record:csv.nul": review(2, comment="a\0b"),
    "rating:type": review(3, rating="three"),
    "rating:maximum": review(4, rating="9"),
    "rating:required": review(5, rating=""),
    "rating:multipleOf": review(6, rating="3.3"),
    "review_date:type": review(7, review_date="2019-02-30"),
    "review_date:minimum": review(8, review_date="0001-01-01"),
    "employee_id:pattern": review(9, employee_id="1; DROP TABLE"),
    "goals_met_pct:type": review(10, goals_met_pct="80.5"),
    "comment:maxLength": review(11, comment="x" * 100_001),
    "recorded_at:type": review(12, recorded_at="yesterday"),
    "review_id:required": review(13, review_id=""),
    "record:csv.quote": review(14, comment='"never closed'),
}


def test_hostile_rows_are_rejected_and_every_other_is_kept(reviews_only: Workplace, tmp_path: Path) -> None:
    """Each bad row is rejected for its reason alone, the rows between are kept, and the accounts balance."""
    lines = [REVIEWS_HEADER]
    for number, bad in enumerate(HOSTILE.values()):
        lines += [review(100 + number), bad]
    body = "\n".join([*lines, review(200)]).encode()
    body += b"\n" + review(15, comment="caf\u00e9").encode("windows-1252") + b"\n" + review(201).encode() + b"\n"
    legacy = tmp_path / "legacy"
    (legacy / "reviews_2020.csv").write_bytes(b"\xef\xbb\xbf" + body)
    (legacy / "reviews_2021.csv").write_bytes(b"")
    (legacy / "reviews_2022.csv").write_text(REVIEWS_HEADER.replace("rating", "review_id") + "\n" + review(300) + "\n")
    context = refined(reviews_only)
    found = read_evidence(context.at.zones.evidence, context.dataset.name, context.run)["refine"]["sources"]["reviews"]
    reasons = {f"{item['column']}:{item['rule']}": item["rows"] for item in found["reasons"]}
    expected = dict.fromkeys(HOSTILE, 1) | {"record:csv.encoding": 1, "record:csv.header_duplicate": 1}
    assert reasons == expected
    assert found["kept"] == len(HOSTILE) + 2
    assert found["framed"] == found["kept"] + found["rejected"]


def test_a_failed_gate_stops_what_follows(reviews_only: Workplace, tmp_path: Path) -> None:
    """Too many rejected rows: the run stops with the counts, its evidence is kept, no later stage starts."""
    bad = [review(number, rating="none") for number in range(5)]
    (tmp_path / "legacy" / "reviews_2020.csv").write_text("\n".join([REVIEWS_HEADER, *bad, review(9)]) + "\n")
    context = refined(reviews_only)
    with pytest.raises(GateError, match=r"reviews: not too many rejected: 83\.3333 percent"):
        run_stage(context, "validate")
    gates: list[dict[str, Any]] = read_evidence(context.at.zones.evidence, context.dataset.name, context.run)[
        "validate"
    ]["gates"]
    assert [gate["verdict"] for gate in gates] == ["pass", "warn", "fail"]
    with pytest.raises(LandingError, match="assemble comes after validate"):
        run_stage(context, "assemble")
    assert list_versions(context.at.zones.published, context.dataset.name) == []


def test_without_its_key_nothing_is_written(done: RunContext, tmp_path: Path) -> None:
    """A key that is gone is told, not replaced: pseudonyms would change without anybody knowing."""
    key = done.at.settings.root / "keys" / "development.key"
    away = key.rename(tmp_path / "away")
    try:
        with pytest.raises(KeySourceError, match="there is no development key"):
            begin_run(done.at, done.dataset.spec.as_of)
        assert not key.exists()
    finally:
        away.rename(key)


def test_a_run_pins_its_code(done: RunContext) -> None:
    """A stage of a run that other code began is refused."""
    other = replace(open_run(done.at, done.run).manifest, code="0" * 64, stages={})
    with pytest.raises(LandingError, match="was begun by other code"):
        run_stage(RunContext(done.at, other), "refine")


def test_an_unknown_source_lists_the_known_ones(workplace: Workplace) -> None:
    """A typing error in a source's name is answered with the names that exist."""
    with pytest.raises(ContractError, match="no source 'hrms_employes'"):
        extract_sources(workplace, date(2025, 12, 31), ("hrms_employes",))


def test_too_low_a_recall_stops_the_run(done: RunContext, evidence: dict[str, Any]) -> None:
    """The figures are kept as evidence, and there is no table to publish."""
    release = done.dataset.spec.release.model_copy(update={"least_recall": 0.999})
    spec = done.dataset.spec.model_copy(update={"release": release})
    strict = replace(done.at, dataset=Dataset(done.dataset.folder, spec, done.dataset.contracts))
    outcome = assess(RunContext(strict, done.manifest))
    assert isinstance(outcome.failure, PrivacyError)
    assert str(outcome.failure).startswith("redaction finds too little\n")
    assert "IN_PAN: 400 of 400 found, at least 0.990" in str(outcome.failure)
    assert outcome.evidence["recall"] == evidence["assess"]["recall"]
    assert outcome.tables == {}


def test_the_key_stands_nowhere(done: RunContext) -> None:
    """No file of any zone holds the key, in clear or as the dataset's own."""
    root = done.at.settings.root
    master = (root / "keys" / "development.key").read_bytes().strip()
    own = done.at.keys.data_key("attrition").key
    wanted = (master, bytes.fromhex(master.decode()), own, own.hex().encode())
    zones = [path for zone in ("landing", "warehouse", "published", "evidence") for path in (root / zone).rglob("*")]
    for path in zones:
        if path.is_file():
            content = path.read_bytes()
            assert not any(form in content for form in wanted), path.name


def test_a_run_is_known_by_its_manifest(done: RunContext) -> None:
    """What is committed names every table of the run at a snapshot."""
    manifest = read_run(done.at.zones.warehouse, "attrition", done.run)
    assert manifest is not None
    assert {f"refined.attrition__{source}" for source in manifest.inputs} <= set(manifest.stages["validate"])
    assert set(manifest.stages["assess"]) == {"features.attrition_released"}
