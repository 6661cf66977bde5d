"""Killed at any moment and started again, a run ends in the bytes of a run that nobody disturbed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pipeline.jobs.context import RunContext
from pipeline.release.versions import list_versions
from pipeline.settings import Settings
from pipeline.storage.objects import FolderStore


def start(home: Path, like: Settings) -> subprocess.Popen[bytes]:
    """The run of other settings in a home of its own."""
    environment = {
        **os.environ,
        "CLEARWELL_HOME": str(home),
        "CLEARWELL_CONNECTIONS": str(like.connections_file),
        "CLEARWELL_NAME_MODEL": like.name_model,
        "CLEARWELL_PLANTED": str(like.planted),
    }
    command = [sys.executable, "-m", "pipeline.cli", "run", "attrition"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)


def kill_when(process: subprocess.Popen[bytes], moment: Callable[[], bool]) -> None:
    """SIGKILL the whole process group as soon as the moment is there."""
    while process.poll() is None and not moment():
        time.sleep(0.05)
    assert process.poll() is None, "the run ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_run_killed_in_three_stages_ends_in_the_same_bytes(done: RunContext, tmp_path: Path) -> None:
    """SIGKILL while sources land, while tables are written, and after the last commit before publishing."""
    home = tmp_path / "home"
    shutil.copytree(done.at.settings.root / "keys", home / "keys")
    moments: list[Callable[[], bool]] = [
        lambda: any((home / "landing").rglob("*.index")),
        lambda: any((home / "warehouse" / "refined").rglob("*.parquet")),
        lambda: any((home / "warehouse" / "features").rglob("*.metadata.json")),
    ]
    for moment in moments:
        kill_when(start(home, done.at.settings), moment)
        assert list_versions(FolderStore(home / "published"), "attrition") == []
    assert start(home, done.at.settings).wait(timeout=300) == 0
    [version] = list_versions(FolderStore(home / "published"), "attrition")
    undisturbed = [item for item in list_versions(done.at.zones.published, "attrition") if done.run[:8] in item.version]
    assert (version.version, version.sha256) == (undisturbed[0].version, undisturbed[0].sha256)
