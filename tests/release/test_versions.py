"""A version is published whole or not at all, whoever races and whenever the process dies."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import PublishError
from pipeline.release.staging import sweep
from pipeline.release.versions import latest_version, list_versions, pointer_tag, publish_version, stage_version
from pipeline.storage.objects import FolderStore


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "published")


@pytest.fixture
def publish(fill) -> Callable[..., bool]:
    """Stages and publishes a table; the pointer is read before the files are written, as the stage does."""

    def run(store: FolderStore, version: str, rows: pa.Table, expected: Any = ...) -> bool:
        seen = pointer_tag(store, "staff") if expected is ... else expected
        with stage_version(store, "staff", version) as folder:
            fill(folder, rows)
            return publish_version(store, "staff", version, folder, seen)

    return run


def names(store: FolderStore) -> list[str]:
    return [found.version for found in list_versions(store, "staff")]


def hidden(store: FolderStore) -> list[str]:
    return sorted(path.name for path in store.path("staff").glob(".staging-*"))


def test_a_version_is_published_whole(store, publish, table) -> None:
    """All files lie in place, `latest` points there, the listing tells it, and nothing is left of the staging."""
    assert publish(store, "v1", table(40)) is True
    place = store.path("staff/v1")
    assert sorted(path.name for path in place.iterdir()) == [
        "croissant.json",
        "manifest.json",
        "publication.json",
        "report.html",
        "staff.csv",
        "staff.parquet",
    ]
    (found,) = list_versions(store, "staff")
    manifest = json.loads((place / "manifest.json").read_bytes())
    assert (found.version, found.path, found.as_of, found.rows) == ("v1", str(place), "2025-12-31", 40)
    assert found.sha256 == manifest["files"][0]["sha256"]
    assert latest_version(store, "staff") == "v1"
    assert hidden(store) == []


def test_versions_are_listed_newest_first(store, publish, table) -> None:
    """The listing is in the order of publication, newest first, and `latest` is its head."""
    for salt, version in enumerate(("b", "a", "c")):
        publish(store, version, table(20, salt))
    assert names(store) == ["c", "a", "b"]
    assert latest_version(store, "staff") == "c"


def test_the_same_bytes_again_are_no_op(store, publish, table) -> None:
    """Publishing an equal version again changes no byte on disk, even after a newer one."""
    publish(store, "v1", table(20))
    publish(store, "v2", table(20, 1))
    before = {key: store.read(key) for key in store.keys("staff")}
    assert publish(store, "v1", table(20)) is False
    assert publish(store, "v2", table(20, 1)) is False
    assert {key: store.read(key) for key in store.keys("staff")} == before


def test_other_bytes_under_the_same_name_are_refused(store, publish, table) -> None:
    """A version is immutable: other bytes fail, and what was served is served still."""
    publish(store, "v1", table(20))
    before = {key: store.read(key) for key in store.keys("staff")}
    with pytest.raises(PublishError, match="immutable"):
        publish(store, "v1", table(20, 1))
    assert {key: store.read(key) for key in store.keys("staff")} == before
    assert hidden(store) == []


def test_a_damaged_published_version_is_not_taken_for_equal(store, publish, table) -> None:
    """Publishing again over damaged files says so and does not pass for a no-op."""
    publish(store, "v1", table(20))
    with store.path("staff/v1/staff.csv").open("a") as file:
        file.write("x\n")
    with pytest.raises(PublishError, match="other bytes"):
        publish(store, "v1", table(20))


def test_the_loser_of_a_moved_pointer_leaves_no_trace(store, publish, table) -> None:
    """Who expects an older pointer fails cleanly; the winner is served and only the winner is listed."""
    seen = pointer_tag(store, "staff")
    publish(store, "winner", table(20))
    with pytest.raises(PublishError, match="somebody else published"):
        publish(store, "loser", table(20, 1), expected=seen)
    assert names(store) == ["winner"]
    assert latest_version(store, "staff") == "winner"
    assert not store.path("staff/loser").exists()
    assert hidden(store) == []


def test_of_many_racing_publishers_one_wins(store, fill, table) -> None:
    """Six publishers that all saw the same pointer: one version is served, five fail cleanly."""
    start, results = threading.Barrier(6), []

    def race(number: int) -> None:
        with stage_version(store, "staff", f"v{number}") as folder:
            fill(folder, table(20, number))
            start.wait(60)
            try:
                results.append(publish_version(store, "staff", f"v{number}", folder, None))
            except PublishError:
                results.append(None)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, results)) == ["None"] * 5 + ["True"]
    assert names(store) == [latest_version(store, "staff")]
    assert hidden(store) == []


def test_two_publishers_of_the_same_version_agree(store, fill, table) -> None:
    """Two that race with equal bytes both end well: one publishes, the other finds it done."""
    with stage_version(store, "staff", "v1") as first, stage_version(store, "staff", "v1") as second:
        fill(first, table(20))
        fill(second, table(20))
        assert publish_version(store, "staff", "v1", first, None) is True
        assert publish_version(store, "staff", "v1", second, None) is False
    assert names(store) == ["v1"]


PUBLISHER = """
import os, shutil, signal, sys
from pathlib import Path
from pipeline.release import versions
from pipeline.storage.objects import FolderStore

root, version, ready, moment = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]

class KilledStore(FolderStore):
    def write(self, key, data):
        if key.endswith(moment):
            os.kill(os.getpid(), signal.SIGKILL)
        super().write(key, data)

store = KilledStore(root)
seen = versions.pointer_tag(store, "staff")
with versions.stage_version(store, "staff", version) as folder:
    shutil.copytree(ready, folder, dirs_exist_ok=True)
    if moment == "rename":
        os.kill(os.getpid(), signal.SIGKILL)
    versions.publish_version(store, "staff", version, folder, seen)
"""


@pytest.fixture
def killed(fill, tmp_path: Path) -> Callable[..., int]:
    """Publishes in a process of its own that is killed just before a write, or before the rename; its exit status."""

    def run(store: FolderStore, version: str, rows: pa.Table, moment: str) -> int:
        ready = tmp_path / "ready"
        ready.mkdir()
        fill(ready, rows)
        command = [sys.executable, "-c", PUBLISHER, str(store.root), version, str(ready), moment]
        return subprocess.run(command, check=False, timeout=120).returncode

    return run


@pytest.mark.parametrize(
    ("before", "listed"),
    [("publication.json", ["v1"]), ("latest.json", ["v2", "v1"])],
    ids=["between rename and publication", "between publication and pointer"],
)
def test_a_kill_leaves_the_old_version_served_and_the_next_publish_completes(
    store, publish, killed, table, before: str, listed: list[str]
) -> None:
    """Killed after the rename, the old version is served; publishing again moves the pointer and doubles nothing."""
    publish(store, "v1", table(20))
    assert killed(store, "v2", table(20, 1), before) == -signal.SIGKILL
    assert latest_version(store, "staff") == "v1"
    assert names(store) == listed
    assert publish(store, "v2", table(20, 1)) is True
    assert latest_version(store, "staff") == "v2"
    assert names(store) == ["v2", "v1"]
    assert hidden(store) == []


def test_a_kill_while_staging_is_never_seen_and_swept(store, publish, killed, table) -> None:
    """A folder that a killed publisher left is no version to any reader, and the next publish removes it."""
    assert killed(store, "v1", table(20), "rename") == -signal.SIGKILL
    assert [name.startswith(".staging-v1-") for name in hidden(store)] == [True, True]
    assert names(store) == []
    with pytest.raises(PublishError, match="no published version"):
        latest_version(store, "staff")
    publish(store, "v2", table(20))
    assert hidden(store) == []


def test_what_a_killed_publisher_left_can_be_swept_without_publishing(store, killed, table) -> None:
    """An erasure must find no rows in a folder that nobody will publish."""
    killed(store, "v1", table(20), "rename")
    assert hidden(store)
    sweep(store.path("staff"))
    assert hidden(store) == []


def test_a_living_publisher_is_not_swept(store, publish, fill, table) -> None:
    """The staging folder of somebody who is still writing survives another's publication."""
    with stage_version(store, "staff", "slow") as folder:
        publish(store, "quick", table(20))
        fill(folder, table(20, 1))
        assert publish_version(store, "staff", "slow", folder, pointer_tag(store, "staff")) is True
    assert names(store) == ["slow", "quick"]


@pytest.mark.parametrize("name", ["staff.csv", "staff.parquet", "croissant.json", "manifest.json", "report.html"])
def test_an_incomplete_version_is_refused(store, fill, table, name: str) -> None:
    """Without any one of its files nothing is published."""
    with stage_version(store, "staff", "v1") as folder:
        fill(folder, table(20))
        (folder / name).unlink()
        with pytest.raises(PublishError, match="not whole"):
            publish_version(store, "staff", "v1", folder, None)
    assert names(store) == []
    assert hidden(store) == []


def test_an_error_while_writing_leaves_nothing(store) -> None:
    """A stage that fails before it publishes leaves no folder behind."""
    with pytest.raises(RuntimeError), stage_version(store, "staff", "v1") as folder:
        (folder / "staff.csv").write_text("half")
        raise RuntimeError
    assert hidden(store) == []


@pytest.mark.parametrize("name", ["", "latest", "../v1", "a/b", ".hidden", "a b", "x" * 101])
def test_a_bad_name_is_refused(store, name: str) -> None:
    """Names that would leave the folder, hide, or be the pointer are refused before anything is written."""
    with pytest.raises(PublishError, match="not a name"), stage_version(store, "staff", name):
        pass
    assert not store.root.exists()


def test_a_dataset_without_versions_lists_none(store) -> None:
    """Nothing published yet is an empty list."""
    assert list_versions(store, "staff") == []
