"""`clearwell check`: what a dataset's contracts come to, and whether a change of them may pass."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.main import app
from pipeline.errors import ContractError, SettingsError
from pipeline.evidence.record import write_evidence
from pipeline.storage.runs import RunManifest, write_run
from pipeline.storage.zones import open_zones
from tests.services.folders import FEATURES, column, contract, properties, write_folder
from tests.services.git import commit, git, work_tree

WORD = {"change": "amount.privacy", "from": "rank", "to": "keep", "reason": "r", "by": "b", "on": "2026-11-21"}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work tree with the dataset `staff`, committed on `main`."""
    made = work_tree(tmp_path / "tree")
    write_folder(made / "datasets")
    commit(made)
    monkeypatch.setenv("CLEARWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLEARWELL_DATASETS", str(made / "datasets"))
    return made


def check(*words: str) -> Result:
    return CliRunner().invoke(app, ["check", *words])


def against(tree: Path, pay: dict[str, Any] | None = None, **words: Any) -> tuple[dict[str, Any], Result]:
    """The dataset is changed, and compared with what was committed."""
    write_folder(tree / "datasets", pay, **words)
    done = check("staff", "--against", "main", "--json")
    return json.loads(done.stdout)["comparison"], done


def command(home: Path, *words: str) -> list[str]:
    environment = {**os.environ, "CLEARWELL_HOME": str(home), "COLUMNS": "160"}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "check", *words],
        capture_output=True,
        check=True,
        env=environment,
        timeout=60,
        text=True,
    )
    return done.stdout.splitlines()


def test_versions_stand_under_their_source(tmp_path: Path) -> None:
    """A contract of older files is listed with its periods, and counts as one that holds together."""
    lines = command(tmp_path, "attrition")
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
    assert (
        command(tmp_path, "attrition")[-1] == "new reviews.mood: in 1,200 records, not in the contract, not published"
    )


def test_nothing_changed(tree: Path) -> None:
    """A folder that is what was committed has no changes."""
    found, done = against(tree)
    assert found == {"against": "main", "refused": 0, "changes": [], "unmatched": []}
    assert done.exit_code == 0
    assert "staff is what it was at main" in check("staff", "--against", "main").stdout


def test_what_breaks_is_refused_and_told_first(tree: Path) -> None:
    """A gone column stands before a wider limit, and the command fails with a verdict that says what would do."""
    document = contract()
    properties(document)[2]["description"] = "Yearly pay"
    del properties(document)[1]
    properties(document)[1]["customProperties"][0]["value"]["within"] = ["employee_id"]
    found, done = against(tree, document, features=FEATURES.replace('"grade", ', ""))
    verdicts = [(item["where"], item["verdict"]) for item in found["changes"]]
    assert sorted(verdicts[:4]) == [
        ("amount.privacy", "refused"),
        ("amount.privacy", "refused"),
        ("features.grade", "refused"),
        ("grade", "refused"),
    ]
    assert verdicts[4:] == [("amount.description", "fine")]
    assert isinstance(done.exception, ContractError)
    assert done.exception.what == "changes of staff that somebody must stand by"
    assert done.exception.given == "3 break readers, 1 weaken a protection"
    assert "pay: version: 2.0.0" in str(done.exception.hint)


def test_a_weakened_protection_passes_with_version_and_word(tree: Path) -> None:
    """The contract says that it breaks, and who meant that a protection is less; the first word excuses once."""
    document = contract()
    document["version"] = "2.0.0"
    properties(document)[2]["customProperties"] = [{"property": "privacy", "value": {"action": "keep"}}]
    document["schema"][0]["customProperties"].append({"property": "acknowledgements", "value": [WORD]})
    found, done = against(tree, document)
    assert (done.exit_code, found["refused"]) == (0, 0)
    assert {item["verdict"] for item in found["changes"]} == {"allowed"}


def test_a_wider_contract_passes(tree: Path) -> None:
    """A column more and a required one less harm nobody."""
    document = contract()
    properties(document)[1]["required"] = False
    properties(document).append(column("country", "keep"))
    found, done = against(tree, document)
    assert done.exit_code == 0
    assert {item["where"] for item in found["changes"]} == {"grade.required", "country"}


def test_features_are_compared(tree: Path) -> None:
    """A column of another unit is another column to its readers; a new one is none of theirs."""
    found, _ = against(tree, features=FEATURES.replace('"quantile"', '"euros"'))
    assert [(item["where"], item["what"]) for item in found["changes"]] == [
        ("features.amount", "measured in euros, no longer in quantile")
    ]


def test_a_folder_that_was_not_there_is_all_new(tree: Path) -> None:
    """Nothing can break where nothing was."""
    write_folder(tree / "datasets", name="other")
    done = check("other", "--against", "main", "--json")
    assert (done.exit_code, json.loads(done.stdout)["comparison"]) == (0, None)
    assert "other was not there at main: all of it is new" in check("other", "--against", "main").stdout


def test_the_work_tree_is_left_alone(tree: Path) -> None:
    """What is not committed stays as it is, and nothing is checked out."""
    write_folder(tree / "datasets", title="Other words")
    before = git(tree, "status", "--porcelain")
    check("staff", "--against", "main")
    assert git(tree, "status", "--porcelain") == before != ""


@pytest.mark.parametrize("ref", ["nowhere", "--all", "main:datasets", ""])
def test_an_unknown_ref_is_named(tree: Path, ref: str) -> None:
    """A ref that is none is said to be none, whatever it looks like; an empty one asks for no comparison."""
    done = check("staff", f"--against={ref}")
    if not ref:
        assert done.exit_code == 0
        return
    assert isinstance(done.exception, SettingsError)
    assert (done.exception.what, done.exception.given) == ("git knows no such ref", ref)


def test_a_folder_outside_of_git_can_not_be_compared(tree: Path) -> None:
    """The error says that there is no work tree."""
    shutil.rmtree(tree / ".git")
    error = check("staff", "--against", "main").exception
    assert isinstance(error, SettingsError)
    assert error.what == "staff/: no git work tree"


def test_what_can_not_be_read_can_not_be_compared(tree: Path) -> None:
    """A state whose contracts are wrong is no state to compare with: nobody could say what changed."""
    (tree / "datasets" / "staff" / "contracts" / "pay.odcs.yaml").write_text("kind: Nothing\n")
    commit(tree)
    write_folder(tree / "datasets")
    error = check("staff", "--against", "main").exception
    assert isinstance(error, ContractError)
    assert error.what == "staff at main can't be read, so nothing can be compared"


def test_all_datasets_are_checked_and_a_broken_one_hides_none(tree: Path) -> None:
    """Each is told for itself; the command fails where one of them is wrong."""
    write_folder(tree / "datasets", name="broken", k="none")
    (tree / "datasets" / "broken" / "dataset.yaml").write_text("name: [")
    done = check("--all", "--json")
    told = {item["dataset"]: item for item in json.loads(done.stdout)}
    assert set(told) == {"attrition", "broken", "staff"}
    assert "error" in told["broken"]
    assert told["staff"]["features"] == 2
    assert isinstance(done.exception, ContractError)
    assert done.exception.given == ["broken"]
    assert check("staff").exit_code == 0


def test_all_of_this_work_tree_are_compared(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository's check is about its own datasets; those that ship with clearwell have another history."""
    monkeypatch.chdir(tree)
    found = {item["dataset"]: item for item in json.loads(check("--all", "--against", "main", "--json").stdout)}
    assert {name: item["compared"] for name, item in found.items()} == {"attrition": False, "staff": True}
    assert found["staff"]["comparison"]["changes"] == []
    assert "not compared: attrition" in check("--all", "--against", "main").stdout


def test_a_dataset_of_the_same_name_is_told(tree: Path, tmp_path: Path) -> None:
    """The first folder is read; the other is named, so that nobody edits it in vain."""
    hidden = write_folder(tmp_path / "home" / "datasets", title="Another")
    found = json.loads(check("staff", "--json").stdout)
    assert (found["folder"], found["hidden"]) == (str(tree / "datasets" / "staff"), [str(hidden)])


@pytest.mark.parametrize("words", [(), ("staff", "--all")])
def test_one_dataset_or_all(tree: Path, words: tuple[str, ...]) -> None:
    """Neither or both is a mistake that lists the known names."""
    error = check(*words).exception
    assert isinstance(error, SettingsError)
    assert error.allowed == ["attrition", "staff"]
