"""A dataset's own recognizers at the command line: `check` lists and judges them, `promote` takes them along."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.main import app
from pipeline.errors import ContractError
from tests.services.folders import write_folder
from tests.services.git import commit, work_tree

BADGES = "recognizers: [{name: Badges, supported_entity: BADGE_NUMBER, deny_list: [B-1]}]"


@pytest.fixture
def recognizers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`recognizers.yaml` of the dataset `staff`."""
    write_folder(tmp_path / "datasets")
    monkeypatch.setenv("CLEARWELL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CLEARWELL_DATASETS", str(tmp_path / "datasets"))
    path = tmp_path / "datasets" / "staff" / "recognizers.yaml"
    path.write_text(BADGES)
    return path


def clearwell(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


@pytest.mark.usefixtures("recognizers")
def test_check_lists_them() -> None:
    """A person and a program are told what each one finds."""
    assert "own recognizer: Badges finds BADGE_NUMBER" in clearwell("check", "staff").stdout
    assert json.loads(clearwell("check", "staff", "--json").stdout)["recognizers"] == {"Badges": ["BADGE_NUMBER"]}


def test_check_lists_none_where_there_are_none(recognizers: Path) -> None:
    """A dataset without recognizers of its own has an empty list."""
    recognizers.unlink()
    assert json.loads(clearwell("check", "staff", "--json").stdout)["recognizers"] == {}


def test_a_broken_one_goes_nowhere(tmp_path: Path, recognizers: Path) -> None:
    """Neither `check` nor `promote` passes a dataset whose recognizers can't be made."""
    recognizers.write_text(BADGES.replace("BADGE_NUMBER", "badge"))
    stack = work_tree(tmp_path / "stack")
    for words in (("check", "staff"), ("promote", "staff", "--to", str(stack))):
        error = clearwell(*words).exception
        assert isinstance(error, ContractError)
        assert error.what == "recognizers.yaml:1: Badges: an entity type is a word in capitals"
    assert not (stack / "staff").exists()


def test_promote_takes_them_along(tmp_path: Path, recognizers: Path) -> None:
    """The stack has the same file."""
    stack = work_tree(tmp_path / "stack")
    (stack / "README").write_text("a stack")
    commit(stack)
    done = clearwell("promote", "staff", "--to", str(stack))
    assert done.exit_code == 0, done.exception
    assert (stack / "staff" / "recognizers.yaml").read_text() == recognizers.read_text()
