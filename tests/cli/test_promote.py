"""`clearwell promote`: a folder goes to a stack as it is, or not at all."""

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from pipeline.cli.main import app
from pipeline.contracts.promotion import files_of, promote_folder, recover
from pipeline.errors import ContractError, SettingsError
from tests.services.folders import contract, properties, write_folder
from tests.services.git import commit, git, work_tree


@pytest.fixture
def laptop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The laptop's folder of datasets, with `staff` in it, and a connection of its source."""
    home = tmp_path / "home"
    home.mkdir()
    pay = {"payroll": {"url": "https://pay.example.com", "credential": "pay_reader"}}
    (home / "connections.yaml").write_text(yaml.safe_dump(pay))
    monkeypatch.setenv("CLEARWELL_HOME", str(home))
    monkeypatch.delenv("CLEARWELL_DATASETS", raising=False)
    write_folder(home / "datasets")
    return home / "datasets"


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """The stack's folder of datasets, empty, in a work tree with a commit."""
    tree = work_tree(tmp_path / "stack")
    (tree / "datasets").mkdir()
    commit(tree)
    return tree / "datasets"


def promote(to: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["promote", "staff", "--to", str(to), *words])


def test_a_folder_arrives_unchanged(laptop: Path, stack: Path) -> None:
    """Every file has the digest that it had; nothing else is there, and nothing is committed."""
    (laptop / "staff" / "__pycache__").mkdir()
    (laptop / "staff" / "__pycache__" / "features.pyc").write_bytes(b"\0")
    done = promote(stack, "--json")
    told = json.loads(done.stdout)
    assert told["changed"]
    assert files_of(stack / "staff") == files_of(laptop / "staff") == told["files"]
    assert sorted(told["files"]) == ["contracts/pay.odcs.yaml", "dataset.yaml", "features.py"]
    assert [path.name for path in stack.iterdir()] == ["staff"]
    assert git(stack, "status", "--porcelain") == "?? datasets/\n"


def test_it_says_what_the_stack_must_know_and_what_to_do(laptop: Path, stack: Path) -> None:
    """Connections and credentials by their names, and git's commands."""
    told = promote(stack).stdout
    assert "pay_reader" in told
    assert "pay.example.com" not in told
    assert f"git -C {stack} add staff" in told.replace("\n", "")


def test_the_same_again_changes_nothing(laptop: Path, stack: Path) -> None:
    """Committed or not, the second time says that it is there."""
    promote(stack)
    before = (stack / "staff" / "dataset.yaml").stat().st_mtime_ns
    for _ in range(2):
        done = promote(stack, "--json")
        assert not json.loads(done.stdout)["changed"]
        commit(stack.parent)
    assert (stack / "staff" / "dataset.yaml").stat().st_mtime_ns == before


def test_a_breaking_change_is_refused(laptop: Path, stack: Path) -> None:
    """What is on the stack stays as it is until somebody stands by the change; then it is replaced."""
    promote(stack)
    commit(stack.parent)
    before = files_of(stack / "staff")
    document = contract()
    properties(document)[2]["required"] = True
    write_folder(laptop, document)
    error = promote(stack).exception
    assert isinstance(error, ContractError)
    assert error.given == "1 break readers"
    assert files_of(stack / "staff") == before
    write_folder(laptop, {**document, "version": "2.0.0"})
    assert promote(stack).exit_code == 0
    assert files_of(stack / "staff") == files_of(laptop / "staff")


def test_a_folder_that_was_deleted_is_still_compared(laptop: Path, stack: Path) -> None:
    """What the stack committed counts, so that removing the folder first is no way around."""
    promote(stack)
    commit(stack.parent)
    git(stack, "rm", "-r", "--quiet", "staff")
    stack.mkdir(exist_ok=True)
    document = contract()
    properties(document)[2]["customProperties"] = [{"property": "privacy", "value": {"action": "keep"}}]
    write_folder(laptop, {**document, "version": "2.0.0"})
    error = promote(stack).exception
    assert isinstance(error, ContractError)
    assert error.given == "1 weaken a protection"


def test_changes_on_the_stack_are_not_lost(laptop: Path, stack: Path) -> None:
    """A file that somebody edited there and did not commit stops the promotion and is named."""
    promote(stack)
    commit(stack.parent)
    (stack / "staff" / "notes.md").write_text("mine")
    write_folder(laptop, title="New title")
    error = promote(stack).exception
    assert isinstance(error, SettingsError)
    assert error.given == ["datasets/staff/notes.md"]


def test_a_stack_without_commits_takes_it(laptop: Path, tmp_path: Path) -> None:
    """A new work tree has nothing to compare with."""
    fresh = work_tree(tmp_path / "fresh")
    assert promote(fresh).exit_code == 0
    assert files_of(fresh / "staff") == files_of(laptop / "staff")


def test_a_folder_outside_of_git_is_refused(laptop: Path, tmp_path: Path) -> None:
    """Nobody could tell what was there before; a folder that is not there is said to be missing."""
    (tmp_path / "plain").mkdir()
    error = promote(tmp_path / "plain").exception
    assert isinstance(error, SettingsError)
    assert error.what == "plain/: no git work tree"
    assert "there is no such folder" in str(promote(tmp_path / "nowhere").exception)
    assert list((tmp_path / "plain").iterdir()) == []


FOREIGN = [
    ("connections.yaml", "pay: {url: 'https://x'}", "what is no part of a dataset"),
    ("sources/deeper/connections.yaml", "x: 1", "what is no part of a dataset"),
    ("credentials/pay", "s3cret", "what is no part of a dataset"),
    ("people.csv", "name\nA", "what is no part of a dataset"),
    (".env", "A=1", "what is no part of a dataset"),
    (".hidden.py", "A=1", "what is no part of a dataset"),
    ("contracts/pay.yaml", "A: 1", "what is no part of a dataset"),
    ("sources/pay.yaml", "client_secret: abcdef123", "what looks like a password or token"),
    ("sources/pay.yaml", 'url: "https://me:hunter2@x.example.com"', "what looks like a password in an address"),
    ("helpers.py", 'API_KEY = "abcdef123"', "what looks like a password or token"),
    ("key.md", "-----BEGIN RSA PRIVATE KEY-----", "what looks like a private key"),
]


@pytest.mark.parametrize(("name", "content", "what"), FOREIGN)
def test_what_is_no_part_of_a_dataset_is_refused(laptop: Path, stack: Path, name: str, content: str, what: str) -> None:
    """Connections, credentials and data are named by their file; nothing is copied and no content is shown."""
    path = laptop / "staff" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    error = promote(stack).exception
    assert isinstance(error, ContractError)
    assert (error.what, error.given) == (f"staff/ holds {what}", name)
    assert list(stack.iterdir()) == []
    assert content not in str(error)


FINE = [
    "api_token: \"{{ config['token'] }}\"",
    "logicalTypeOptions: {format: password}",
    "description: The password of a user is never read",
    "token_endpoint: https://login.example.com/token",
]


@pytest.mark.parametrize("content", FINE)
def test_a_manifest_without_a_secret_is_taken(laptop: Path, content: str) -> None:
    """A value that is filled in from the connection, or only speaks of a secret, is none."""
    (laptop / "staff" / "sources").mkdir()
    (laptop / "staff" / "sources" / "pay.yaml").write_text(content)
    assert "sources/pay.yaml" in files_of(laptop / "staff")


def test_a_link_is_refused(laptop: Path) -> None:
    """It could lead anywhere."""
    (laptop / "staff" / "notes.md").symlink_to(laptop.parent / "connections.yaml")
    with pytest.raises(ContractError) as error:
        files_of(laptop / "staff")
    assert error.value.given == "notes.md, a link"


def test_a_file_that_changes_meanwhile_stops_it(laptop: Path, stack: Path) -> None:
    """Bytes that are not those that were checked do not arrive."""
    files = files_of(laptop / "staff")
    (laptop / "staff" / "features.py").write_text("# other")
    with pytest.raises(SettingsError) as error:
        promote_folder(laptop / "staff", stack / "staff", files)
    assert error.value.given == ["features.py"]
    assert list(stack.iterdir()) == []


def test_a_promotion_that_was_killed_is_taken_back(laptop: Path, stack: Path) -> None:
    """Between moving the old folder away and the new one in, the old one is put back; later it is only swept away."""
    folder = write_folder(stack)
    folder.rename(stack / ".staff.before")
    recover(folder)
    assert files_of(folder) == files_of(laptop / "staff")
    write_folder(stack, name="x").rename(stack / ".staff.before")
    recover(folder)
    assert [path.name for path in stack.iterdir()] == ["staff"]
