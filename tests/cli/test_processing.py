"""`clearwell processing`: the record for people, for programs, and as a document."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.main import app
from pipeline.errors import ContractError
from tests.services.folders import contract, properties, write_folder


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLEARWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLEARWELL_DATASETS", str(tmp_path / "datasets"))
    monkeypatch.setenv("COLUMNS", "160")
    return tmp_path / "datasets"


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, ["processing", *words])


def test_for_people(datasets: Path) -> None:
    """Why, what, how long and how, and what nobody said; then what to do with it."""
    write_folder(datasets)
    done = ask("staff")
    assert done.exit_code == 0, done.exception
    for words in ("not said", "csv, payroll", "400 days", "at least 5 persons", "keyed pseudonyms", "next:"):
        assert words in done.stdout


def test_for_programs(datasets: Path) -> None:
    """One document with every column, and nothing but it."""
    found = json.loads(ask("attrition", "--json").stdout)
    assert found["special_categories"] == ["hrms_employees.disability_status", "legacy_leave.leave_type"]
    assert found["activities"][0]["basis"] == "dpv:LegitimateInterest"
    assert {it["zone"]: it["days"] for it in found["retention"]}["landing"] == 400


def test_as_a_document(datasets: Path, tmp_path: Path) -> None:
    """Markdown whose tables hold, whatever a description says."""
    document = contract()
    properties(document)[1]["description"] = "Pay grade | <b>secret</b>"
    write_folder(datasets, document)
    file = tmp_path / "record.md"
    assert str(file) in ask("staff", "--output", str(file)).stdout.replace("\n", "")
    text = file.read_text()
    assert "| grade | Pay grade \\| &lt;b>secret&lt;/b> | no | as they are | not said | not said |" in text
    for title in ("Purposes, legal bases and persons", "Recipients", "Retention", "Security measures"):
        assert f"## {title}" in text


def test_an_unknown_dataset_is_refused(datasets: Path) -> None:
    """The message lists those that are there."""
    assert isinstance(ask("stuff").exception, ContractError)
