"""Real runs on a real Airflow: scheduler, API server, DAG processor, LocalExecutor on SQLite."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from pipeline.dags.client import AirflowClient, TaskState
from pipeline.dags.standalone import running_airflow
from pipeline.settings import Settings
from tests.secrecy.canaries import PERSON
from tests.secrecy.search import Search, forms_of_key, forms_of_text
from tests.services.airbyte import StandInAirbyte
from tests.services.datasets import write_secret

STAGES = ("refine", "validate", "assemble", "assess", "publish")
SECONDS = 120

SYNCED, UNSYNCED = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
#: Name of a dataset, and the connection on the Airbyte server that feeds it.
DATASETS = {"plain": "", "gated": "", "flaky": "", "synced": SYNCED, "unsynced": UNSYNCED}

#: A job that does nothing but note its command line, and fails where the dataset's name asks for it.
STAND_IN = """#!/bin/sh
echo "$*" >> "$CLEARWELL_HOME/commands"
stage=$2; dataset=$4
case "$dataset/$stage" in
  gated/validate) echo "the gate of rejectedRows is passed" >&2; exit 3;;
  flaky/extract) mark="$CLEARWELL_HOME/first-$8"; [ -e "$mark" ] || { touch "$mark"; exit 1; };;
esac
[ "$stage" = seal ] && echo "CANARY" && echo "{\\"run\\": \\"run-of-$dataset\\"}"
exit 0
"""
#: Says a job, and stands nowhere but in its log; the key stands in the home only.
CANARY, KEY = PERSON["work_email"], bytes(range(200, 232))


@dataclass(frozen=True)
class Outcome:
    state: str
    tasks: list[TaskState]
    commands: list[str]
    said: dict[str, list[str]]

    def states(self) -> dict[str, str | None]:
        return {task.label: task.state for task in self.tasks}


def _dataset(root: Path, name: str, sources: list[str], sync: str = "") -> None:
    (root / name).mkdir(parents=True)
    kind = f"{{kind: jsonl, sync: {{airbyte: {sync}}}}}" if sync else "{kind: csv}"
    listed = "".join(f"  {source}: {kind}\n" for source in sources)
    text = f"name: {name}\ntitle: The {name} one\nowner: tests\nas_of: 2024-06-30\nsources:\n{listed}"
    (root / name / "dataset.yaml").write_text(text, encoding="utf-8")


def _wait(client: AirflowClient, runs: dict[str, str]) -> dict[str, str]:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        states = {dag: client.run_state(dag, run) for dag, run in runs.items()}
        if all(state in ("success", "failed") for state in states.values()):
            break
        time.sleep(0.5)
    return states


def _start_and_kill(home: Path) -> None:
    """Start Airflow in a process that is then killed outright; nothing of it may live on."""
    code = (
        "import pathlib, sys, time; from pipeline.settings import Settings;"
        "from pipeline.dags.standalone import running_airflow\n"
        "with running_airflow(Settings(home=pathlib.Path(sys.argv[1]))):\n"
        "    print('up', flush=True); time.sleep(600)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"up\n"
    owner.kill()
    owner.wait()
    owner.stdout.close()
    sessions = set(json.loads((home / "airflow" / "alive.lock").read_text(encoding="utf-8")))
    assert len(sessions) == 3
    deadline = time.monotonic() + 30
    while left := [pid for pid in psutil.pids() if _session(pid) in sessions]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return None


@pytest.fixture(scope="module")
def airbyte() -> Iterator[StandInAirbyte]:
    """Stands in for an Airbyte server; Airflow's connection to it is in the environment."""
    with StandInAirbyte(failing=UNSYNCED) as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_AIRBYTE_DEFAULT", server.airflow_connection)
        yield server


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home, with a key and a password."""
    home = tmp_path_factory.mktemp("airflow-run")
    write_secret(home / "keys" / "development.key", KEY.hex())
    write_secret(home / "credentials" / "hrms", KEY.hex())
    return home


@pytest.fixture(scope="module")
def outcomes(home: Path, airbyte: StandInAirbyte) -> Iterator[dict[str, Outcome]]:
    """Five datasets run at once: one passes, one fails its gate, one needs a second try for each source, one is fed by
    an Airbyte server whose sync succeeds, one by a sync that fails.

    An Airflow that was killed came before, on the same home; afterwards no process is left.
    """
    for name, sync in DATASETS.items():
        _dataset(home / "datasets", name, ["one", "two"], sync)
    command = home / "stand-in"
    command.write_text(STAND_IN.replace("CANARY", CANARY), encoding="utf-8")
    command.chmod(0o755)
    _start_and_kill(home)
    with running_airflow(Settings(home=home, datasets=home / "datasets"), command=command) as airflow:
        airflow.wait_until_ready()
        client = airflow.client
        for dag in DATASETS:
            airflow.wait_for_dag(dag)
        runs = {dag: client.trigger(dag, {"fresh": dag == "plain"}) for dag in DATASETS}
        states = _wait(client, runs)
        commands = (home / "commands").read_text(encoding="utf-8").splitlines()
        yield {
            dag: Outcome(
                states[dag],
                client.tasks(dag, run),
                [line for line in commands if f"--dataset {dag} " in line],
                {task.label: client.said(dag, run, task) for task in client.tasks(dag, run) if task.tries},
            )
            for dag, run in runs.items()
        }
    left = [pid for pid in psutil.pids() if _belongs_to(pid, home)]
    assert left == []


def _belongs_to(pid: int, home: Path) -> bool:
    try:
        return pid != os.getpid() and any(str(home) in word for word in psutil.Process(pid).cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def test_a_run_passes_through_all_stages_in_order(outcomes: dict[str, Outcome]) -> None:
    """Every source is pulled, the run is sealed, and each stage gets the run that seal named."""
    plain = outcomes["plain"]
    assert plain.state == "success"
    pulls = [f"job extract --dataset plain --as-of 2024-06-30 --source {name} --fresh" for name in ("one", "two")]
    assert sorted(plain.commands[:2]) == pulls
    assert plain.commands[2:] == [
        "job seal --dataset plain --as-of 2024-06-30 --fresh",
        *(f"job {stage} --dataset plain --run run-of-plain --fresh" for stage in STAGES),
    ]


def test_mapped_extracts_are_named_after_their_sources(outcomes: dict[str, Outcome]) -> None:
    """A person sees which source a task pulls."""
    assert {task.label for task in outcomes["plain"].tasks if task.task == "extract"} == {"one", "two"}


def test_a_failed_gate_stops_what_follows_and_is_not_retried(outcomes: dict[str, Outcome]) -> None:
    """Exit status 3 ends the run at once: one try, no later stage."""
    gated = outcomes["gated"]
    assert gated.state == "failed"
    assert gated.states() | {"validate": "failed", "assemble": "upstream_failed"} == gated.states()
    stages = Counter(line.split()[1] for line in gated.commands)
    assert stages == {"extract": 2, "seal": 1, "refine": 1, "validate": 1}


def test_the_message_of_a_job_stands_in_the_log_of_its_task(outcomes: dict[str, Outcome]) -> None:
    """Whoever looks at the failed task reads what the job said, and what it said only."""
    assert outcomes["gated"].said["validate"] == ["the gate of rejectedRows is passed"]


def test_a_failed_extract_is_tried_again(outcomes: dict[str, Outcome]) -> None:
    """A source that fails once is pulled again, and the run passes."""
    flaky = outcomes["flaky"]
    assert flaky.state == "success"
    assert Counter(line.split()[-1] for line in flaky.commands if " extract " in line) == {"one": 2, "two": 2}
    assert {task.tries for task in flaky.tasks if task.task == "extract"} == {2}


def test_an_airbyte_server_syncs_before_anything_is_pulled(
    outcomes: dict[str, Outcome], airbyte: StandInAirbyte
) -> None:
    """The operator starts one job for the connection and polls it to its end; then the sources are pulled."""
    assert outcomes["synced"].state == "success"
    assert outcomes["synced"].states()["sync_one"] == "success"
    assert airbyte.jobs_of(SYNCED) == ["succeeded"]
    assert airbyte.polls_of(SYNCED) >= 3
    assert airbyte.authorised


def test_a_sync_that_fails_stops_the_run(outcomes: dict[str, Outcome], airbyte: StandInAirbyte) -> None:
    """It is tried again as often as any task, and nothing is pulled."""
    assert outcomes["unsynced"].state == "failed"
    assert outcomes["unsynced"].commands == []
    assert airbyte.jobs_of(UNSYNCED) == ["failed"] * 3


def test_airflow_keeps_no_key_and_of_a_job_only_its_log(outcomes: dict[str, Outcome], home: Path) -> None:
    """Its database (rendered fields, XCom, task instances) has a run's id and nothing else that a job says; no key."""
    forms = {"key": forms_of_key(KEY), "canary": forms_of_text(CANARY), "run": forms_of_text("run-of-plain")}
    found = Search(forms).in_folder(home / "airflow")
    assert outcomes["plain"].state == "success"
    assert "key" not in found
    assert {path.split("/")[0] for path in found["canary"]} == {"logs"}
    assert any(path.startswith("airflow-") for path in found["run"])
