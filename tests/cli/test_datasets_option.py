"""Datasets lie in several folders; `--datasets` names one more, anywhere on the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.main import general_first
from pipeline.contracts.dataset import known_datasets, open_dataset
from pipeline.errors import ContractError, SettingsError
from pipeline.settings import SHIPPED_DATASETS, Settings, load_settings
from tests.services.folders import write_folder


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("check staff", "check staff"),
        ("check staff --datasets D", "--datasets D check staff"),
        ("check --datasets=D staff", "--datasets=D check staff"),
        ("--datasets D check staff", "--datasets D check staff"),
        ("check staff --debug --datasets D --json", "--debug --datasets D check staff --json"),
        ("check -- --datasets D", "check -- --datasets D"),
        ("check --datasets-of D", "check --datasets-of D"),
    ],
)
def test_general_options_stand_anywhere(words: str, expected: str) -> None:
    """They are moved to the front; what follows `--` and other options are left alone."""
    assert general_first(words.split()) == expected.split()


def test_an_option_without_its_folder_is_refused() -> None:
    """The last word can't be `--datasets`."""
    with pytest.raises(SettingsError, match="--datasets needs a folder"):
        general_first(["check", "staff", "--datasets"])


def test_the_command_line_finds_a_folder_anywhere(tmp_path: Path) -> None:
    """A dataset outside of the repository works by naming its folder, after the command as well as before it."""
    folder = write_folder(tmp_path / "mine")
    environment = {key: value for key, value in os.environ.items() if key != "CLEARWELL_DATASETS"}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "check", "staff", "--json", "--datasets", str(tmp_path / "mine")],
        env={**environment, "CLEARWELL_HOME": str(tmp_path / "home")},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["folder"] == str(folder)


def test_the_first_folder_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for comes before the home's, and that before the shipped."""
    one, two, home = tmp_path / "one", tmp_path / "two", tmp_path / "home"
    monkeypatch.setenv("CLEARWELL_DATASETS", os.pathsep.join(map(str, (one, two))))
    monkeypatch.setenv("CLEARWELL_HOME", str(home))
    roots = load_settings().dataset_roots
    assert roots == (one, two, home / "datasets", SHIPPED_DATASETS)
    for root, title in ((home / "datasets", "c"), (two, "b"), (one, "a")):
        write_folder(root, title=title)
        assert open_dataset(roots, "staff").spec.title == title
    assert known_datasets(roots)["staff"] == [root / "staff" for root in roots[:3]]


@pytest.mark.parametrize(("given", "more"), [(None, 0), ("", 0), ("mine", 1), ("mine:mine", 1)])
def test_roots_are_named_once(given: str | None, more: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the setting the home's and the shipped are left; a folder given twice counts once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CLEARWELL_DATASETS", raising=False)
    if given is not None:
        monkeypatch.setenv("CLEARWELL_DATASETS", given)
    assert load_settings().dataset_roots[more:] == (tmp_path / ".clearwell" / "datasets", SHIPPED_DATASETS)


def test_settings_take_one_path() -> None:
    """One folder needs no tuple."""
    assert Settings(datasets=Path("/mine")).datasets == (Path("/mine"),)


def test_a_broken_folder_hides_no_other(tmp_path: Path) -> None:
    """A dataset.yaml that is no YAML harms only its own dataset; a hidden folder is none."""
    write_folder(tmp_path)
    for name in ("aaa", ".staff.promoting"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dataset.yaml").write_text("name: [")
    assert list(known_datasets([tmp_path])) == ["aaa", "staff"]
    assert open_dataset([tmp_path], "staff").name == "staff"
    with pytest.raises(ContractError):
        open_dataset([tmp_path], "aaa")


def test_an_unknown_dataset_lists_the_known_and_the_absent_folders(tmp_path: Path) -> None:
    """Which names there are, and which folder of those looked into is not there."""
    write_folder(tmp_path / "mine")
    with pytest.raises(ContractError) as error:
        open_dataset([tmp_path / "mine", tmp_path / "typo"], "stuff")
    assert error.value.allowed == ["staff"]
    assert error.value.hint == "clearwell --datasets DIR; no folder here: typo"


def test_the_next_steps_find_the_dataset_too(tmp_path: Path) -> None:
    """A command that is told to run next names the folder that this one was given."""
    write_folder(tmp_path / "mine")
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "--datasets", str(tmp_path / "mine"), "versions", "staff"],
        env={**os.environ, "CLEARWELL_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert f"clearwell --datasets {tmp_path / 'mine'} run staff" in done.stdout
