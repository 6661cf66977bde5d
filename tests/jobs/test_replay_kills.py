"""Killed anywhere and repeated, a replay ends in the bytes that a run from scratch under the mended contract has."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pyspark.sql import SparkSession

from pipeline.jobs.context import RunContext, open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.replay import begin_replay, find_base, is_done, outcome
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import STAGES, run_stage
from pipeline.release.versions import list_versions
from pipeline.settings import Settings
from tests.services.mends import AS_OF, WHOLE, Club

NAME = "killed_club"


def run(context: RunContext, stages: tuple[str, ...] = STAGES) -> RunContext:
    for stage in stages:
        run_stage(context, stage)
    return context


def kill_replay(club: Club, home: Path, moment: Callable[[], bool]) -> None:
    """Start `clearwell quarantine replay` and SIGKILL all its processes as soon as the moment is there."""
    environment = {
        **os.environ,
        "CLEARWELL_HOME": str(home),
        "CLEARWELL_DATASETS": str(club.datasets),
        "CLEARWELL_CONNECTIONS": str(club.connections),
    }
    command = [sys.executable, "-m", "pipeline.cli", "quarantine", "replay", NAME]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    while process.poll() is None and not moment():
        time.sleep(0.02)
    assert process.poll() is None, "the replay ended before it could be killed"
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_a_replay_killed_in_two_stages_ends_in_the_same_bytes(spark: SparkSession, home: Path, tmp_path: Path) -> None:
    """SIGKILL after a table was committed in refine, and in validate; then again, and once more: one version."""
    assert spark
    club = Club(tmp_path, NAME, WHOLE)
    settings = Settings(home=home, datasets=(club.datasets,), connections=club.connections)
    workplace = open_workplace(settings, NAME)
    extract_sources(workplace, AS_OF, tuple(WHOLE))
    base = run(begin_run(workplace, AS_OF), STAGES[:2])
    club.mend()
    table, manifests = (
        home / "warehouse" / "refined" / f"{NAME}__visits" / "metadata",
        home / "warehouse" / "_runs" / NAME,
    )
    before = len(list(table.glob("snap-*")))
    kill_replay(club, home, lambda: len(list(table.glob("snap-*"))) > before)
    replays = [path for path in manifests.glob("*.json") if path.stem != base.run]
    kill_replay(club, home, lambda: '"refine"' in replays[0].read_text())

    workplace = open_workplace(settings, NAME)
    for repeated in range(3):
        context = begin_replay(workplace, find_base(workplace, None))
        assert is_done(context) is (repeated > 0)
        assert context.run == replays[0].stem
        run(context)
    found = {item.source: (item.taken_over, item.admitted, item.now) for item in outcome(context)}
    assert found == {"visits": ("kept rows", 70, 21), "notes": ("all", 0, 4)}
    [version] = list_versions(workplace.zones.published, NAME)
    whole = run(begin_run(workplace, AS_OF, fresh=True))
    assert (whole.run, whole.manifest.base) == (context.run, None)
    assert list_versions(workplace.zones.published, NAME) == [version]
