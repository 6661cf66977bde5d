"""A withdrawn version leaves a tombstone that says so to everybody who asks for it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.release.load import load_dataset
from pipeline.release.versions import list_versions, pointer_tag, publish_version, stage_version
from pipeline.release.withdrawal import list_withdrawn, withdraw, withdrawal_of
from pipeline.storage.objects import FolderStore

ERASURE = "0123456789abcdef"
TOLD = r"version v1 of staff was withdrawn\n  given:   erasure, on \d{4}-\d\d-\d\d\n  allowed: v2\n"


class CutError(BaseException):
    """The process ends here."""


class CutStore(FolderStore):
    """A store whose process is killed at its second removal."""

    def purge(self, key: str) -> None:
        if not self.exists("staff/v1/croissant.json"):
            raise CutError
        super().purge(key)


def publish(store: FolderStore, fill, version: str, rows) -> None:
    with stage_version(store, "staff", version) as folder:
        fill(folder, rows)
        publish_version(store, "staff", version, folder, pointer_tag(store, "staff"))


@pytest.fixture
def home(fill, table, tmp_path: Path) -> Path:
    """Two versions, of which the second is the latest."""
    store = FolderStore(tmp_path / "published")
    for salt, version in enumerate(("v1", "v2")):
        publish(store, fill, version, table(30, salt))
    return tmp_path


@pytest.fixture
def store(home: Path) -> FolderStore:
    return FolderStore(home / "published")


def test_nothing_but_the_tombstone_is_left(store: FolderStore) -> None:
    """All files go; the tombstone names when, why and the successor, and the sha256 by which a copy is known."""
    [_, first] = list_versions(store, "staff")
    found = withdraw(store, "staff", "v1", "erasure", ERASURE, "v2")
    assert [path.name for path in store.path("staff/v1").iterdir()] == ["withdrawn.json"]
    assert (found.sha256, found.as_of, found.reason, found.replaced_by) == (first.sha256, first.as_of, "erasure", "v2")
    assert withdrawal_of(store.path("staff/v1")) == found
    assert list_withdrawn(store, "staff") == [found]
    assert [item.version for item in list_versions(store, "staff")] == ["v2"]


def test_killed_and_done_again_it_ends_the_same(store: FolderStore) -> None:
    """Half a withdrawal is a withdrawal to every reader; the next call removes the rest, under the first time."""
    with pytest.raises(CutError):
        withdraw(CutStore(store.root), "staff", "v1", "erasure", ERASURE, "v2")
    half = withdrawal_of(store.path("staff/v1"))
    assert len(list(store.path("staff/v1").iterdir())) > 1
    assert [item.version for item in list_versions(store, "staff")] == ["v2"]
    assert withdraw(store, "staff", "v1", "erasure", ERASURE, "v2") == half
    assert [path.name for path in store.path("staff/v1").iterdir()] == ["withdrawn.json"]


def test_who_loads_it_is_told_of_its_successor(store: FolderStore, home: Path) -> None:
    """By its name, or as the latest that nothing replaced."""
    withdraw(store, "staff", "v1", "erasure", ERASURE, "v2")
    with pytest.raises(PublishError) as error:
        load_dataset("staff", "v1", home=home)
    assert re.match(TOLD, str(error.value))
    withdraw(store, "staff", "v2", "consent", ERASURE, None)
    with pytest.raises(PublishError, match="version v2 of staff was withdrawn") as error:
        load_dataset("staff", home=home)
    assert error.value.allowed == "nothing: no row of it may stay"


def test_it_can_not_be_published_again(store: FolderStore, fill, table) -> None:
    """The same bytes, restored from wherever, are refused under the withdrawn name."""
    withdraw(store, "staff", "v1", "erasure", ERASURE, "v2")
    with pytest.raises(PublishError, match="version v1 of staff was withdrawn"):
        publish(store, fill, "v1", table(30))
    assert [path.name for path in store.path("staff/v1").iterdir()] == ["withdrawn.json"]


def test_what_was_never_published_can_not_be_withdrawn(store: FolderStore) -> None:
    """A wrong name is said and leaves no tombstone."""
    with pytest.raises(PublishError, match=r"no manifest\.json"):
        withdraw(store, "staff", "v3", "erasure", ERASURE, None)
    assert list_withdrawn(store, "staff") == []


@pytest.fixture
def clearwell(home: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command in the home."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "CLEARWELL_HOME": str(home), "COLUMNS": "160"}
        command = [sys.executable, "-m", "pipeline.cli", *words]
        return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)

    return run


def test_verifying_its_folder_says_that_it_was_withdrawn(store: FolderStore, clearwell) -> None:
    """The command fails and names the version to take instead."""
    withdraw(store, "staff", "v1", "erasure", ERASURE, "v2")
    done = clearwell("verify", str(store.path("staff/v1")))
    assert done.returncode == 1
    assert done.stderr.startswith("error: version v1 of staff was withdrawn")
    assert "allowed: v2" in done.stderr


def test_the_listing_tells_withdrawn_versions_when_asked(store: FolderStore, clearwell) -> None:
    """People are pointed to them, programs get them as JSON, and the listing of versions keeps its form."""
    store.path("staff").rename(store.path("attrition"))
    found = withdraw(store, "attrition", "v1", "erasure", ERASURE, "v2")
    assert [item["version"] for item in json.loads(clearwell("versions", "attrition", "--json").stdout)] == ["v2"]
    assert "clearwell versions attrition --withdrawn" in clearwell("versions", "attrition").stdout
    assert json.loads(clearwell("versions", "attrition", "--withdrawn", "--json").stdout) == [asdict(found)]
    told = clearwell("versions", "attrition", "--withdrawn").stdout
    assert re.search(r"v1 +2025-12-31 +\d{4}-\d\d-\d\d +erasure +v2", told)


def test_where_all_are_withdrawn_the_newest_says_so(store: FolderStore, clearwell) -> None:
    """Nothing is left to verify, which is another thing than never published."""
    store.path("staff").rename(store.path("attrition"))
    for version in ("v1", "v2"):
        withdraw(store, "attrition", version, "erasure", ERASURE, None)
    assert "attrition has no version any more" in clearwell("versions", "attrition").stdout
    assert "of attrition was withdrawn" in clearwell("verify", "attrition").stderr
