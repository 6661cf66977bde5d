"""`clearwell check` on what contracts leave unsaid: special categories, purposes and legal bases."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.main import VERDICT_STATUS, app, main
from pipeline.errors import ContractError
from tests.services.folders import SPEC, column, contract, properties, write_folder

WHY = {"purpose": "dpv:PersonnelPayment", "basis": "dpv:Contract"}
OUTSIDE = {**SPEC["release"], "policy": "release", "k": 11, "l": 2, "sensitive": ["amount"]}


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLEARWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLEARWELL_DATASETS", str(tmp_path / "datasets"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "datasets"


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["check", "staff", *words])


def explained(**more: Any) -> dict[str, Any]:
    """The contract of `pay` with a purpose and a legal basis."""
    document = contract()
    document["schema"][0]["customProperties"].append({"property": "processing", "value": {**WHY, **more}})
    return document


def test_inside_it_is_a_warning(datasets: Path) -> None:
    """Published columns about persons without purpose and basis are counted, and how to say them is shown."""
    write_folder(datasets)
    done = check()
    assert done.exit_code == 0
    assert "why? pay: 3 published columns without purpose or legal basis" in done.stdout
    assert 'purpose: "dpv:HumanResourceManagement"' in done.stdout
    assert json.loads(check("--json").stdout)["unexplained"] == {"pay": ["employee_id", "grade", "amount"]}


def test_outside_it_is_an_error(datasets: Path) -> None:
    """Under policy release such a dataset does not pass, and the error says which columns and what would do."""
    write_folder(datasets, release=OUTSIDE)
    error = check().exception
    assert isinstance(error, ContractError)
    assert error.what == "columns about persons are released, and nobody says why"
    assert error.given == "3 without purpose or legal basis, such as pay.employee_id, pay.grade, pay.amount"


def test_the_error_is_a_verdict(
    datasets: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Trying again changes nothing."""
    write_folder(datasets, release=OUTSIDE)
    monkeypatch.setattr("sys.argv", ["clearwell", "check", "staff"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == VERDICT_STATUS
    assert "nobody says why" in capsys.readouterr().err


@pytest.mark.parametrize("policy", [SPEC["release"], OUTSIDE])
def test_said_once_for_a_source_it_passes(datasets: Path, policy: dict[str, Any]) -> None:
    """The source's purpose and basis hold for each of its columns."""
    write_folder(datasets, explained(subjects=["dpv:Employee"]), release=policy)
    done = check()
    assert done.exit_code == 0, done.exception
    assert "why?" not in done.stdout


def test_a_column_that_sounds_special_is_asked_about(datasets: Path) -> None:
    """Only a warning, since a name can be wrong; a declared one is not asked about."""
    document = explained()
    properties(document).append(column("sick_days", "drop"))
    properties(document).append(column("religion", "drop", privacy={"specialCategory": True}))
    write_folder(datasets, document)
    done = check()
    assert done.exit_code == 0
    assert "special? pay.sick_days sounds like health (GDPR article 9) and is not declared so" in done.stdout
    assert json.loads(check("--json").stdout)["undeclared_special"] == {"pay.sick_days": "health"}


def test_the_shipped_dataset_leaves_nothing_unsaid(datasets: Path) -> None:
    """All of attrition is explained, and its health data declared."""
    found = json.loads(CliRunner().invoke(app, ["check", "attrition", "--json"]).stdout)
    assert (found["unexplained"], found["undeclared_special"]) == ({}, {})
