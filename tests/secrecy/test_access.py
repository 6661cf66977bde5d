"""Who reads landing: the commands of a table, and where a person sees what was read, an audit entry comes first."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from pipeline.cli.main import app, general_first
from tests.secrecy.canaries import PERSON
from tests.secrecy.conftest import Seen
from tests.secrecy.opened import opened
from tests.services.git import work_tree


@dataclass(frozen=True)
class Call:
    """A command line; `{tmp}` is a folder of the test, `{run}` the run's id.

    Attributes:
        words: the command and its options.
        action: of the audit entry that it leaves.
        shows: whether it shows what stands in landing, or what became of it.
        works: whether it works on landing as a run does and shows nothing of it.
    """

    words: str
    action: str = ""
    shows: bool = False
    works: bool = False


#: Every command, in the order in which they are tried. A new one belongs here: one that reads landing says so.
CALLS = {
    "generate": [Call("generate --employees 10 --years 1 --out {tmp}/company")],
    "new": [Call("new people --from {tmp}/people.csv --datasets {tmp}/datasets")],
    "preview": [Call("preview attrition --source lms_trainings", action="preview", shows=True)],
    "check": [Call("check attrition")],
    "promote": [Call("promote attrition --to {tmp}/stack")],
    "run": [Call("run attrition", works=True)],
    "job": [Call("job extract --dataset attrition", works=True), Call("job refine --dataset attrition --run {run}")],
    "scan": [
        Call("scan {tmp}/people.csv --text given_name"),
        Call("scan {tmp}/people.csv --text given_name --dataset attrition", action="scan.roster", shows=True),
    ],
    "quarantine list": [Call("quarantine list attrition")],
    "quarantine show": [
        Call("quarantine show attrition legacy_leave"),
        Call("quarantine show attrition legacy_leave --reveal", action="quarantine.reveal", shows=True),
        Call("quarantine show attrition legacy_leave --reveal --json", action="quarantine.reveal", shows=True),
    ],
    "quarantine replay": [Call("quarantine replay attrition", works=True)],
    "baseline pin": [Call("baseline pin attrition")],
    "baseline show": [Call("baseline show attrition")],
    "baseline unpin": [Call("baseline unpin attrition")],
    "versions": [Call("versions attrition")],
    "verify": [Call("verify attrition")],
    "subject": [Call(f"subject --dataset attrition --subject {PERSON['employee_id']}", action="subject", shows=True)],
    "erase": [
        Call(f"erase --dataset attrition --subject {PERSON['employee_id']} --dry-run", action="erase.plan", shows=True),
    ],
    "dictionary": [Call("dictionary attrition")],
    "processing": [Call("processing attrition")],
    "keys show": [Call("keys show attrition")],
    "keys create": [Call("keys create attrition", action="keys.create")],
    "keys rotate": [Call("keys rotate attrition --yes", action="keys.rotate")],
    "audit verify": [Call("audit verify")],
}
#: Actions of commands that start Spark.
SPARK = ("preview", "subject", "erase.plan")
TRIED = [call for calls in CALLS.values() for call in calls]
SHOWING = [call for call in TRIED if call.shows]
PEOPLE = "given_name,age\n" + "".join(f"Ann,{20 + number % 7}\n" for number in range(40))


def commands(command: Any, *before: str) -> Iterator[str]:
    """Every command below one, as it is typed."""
    below = getattr(command, "commands", {})
    yield from () if below else (" ".join(before),)
    for name, inner in below.items():
        yield from commands(inner, *before, name)


def called(seen: Seen, call: Call, folder: Path, patch: pytest.MonkeyPatch) -> tuple[int, list[tuple[str, Path]]]:
    """Exit status of the command at the home of the run, and what was opened meanwhile below landing and evidence.

    What may start Spark does so in a process of its own, as the tests' session has another home.
    """
    patch.setenv("CLEARWELL_HOME", str(seen.home))
    patch.setenv("CLEARWELL_CONNECTIONS", str(seen.company / "connections.yaml"))
    (folder / "people.csv").write_text(PEOPLE)
    work_tree(folder / "stack")
    words = call.words.format(tmp=folder, run=run_of(seen)).split()
    with opened(seen.home / "landing", seen.home / "evidence") as events:
        if call.works or call.action in SPARK:
            command = [sys.executable, "-m", "pipeline.cli", *words]
            status = subprocess.run(command, capture_output=True, timeout=300, check=False).returncode
        else:
            status = CliRunner().invoke(app, general_first(words)).exit_code
    return status, events


def run_of(seen: Seen) -> str:
    return next((seen.home / "evidence" / "attrition").iterdir()).name


def entries(seen: Seen) -> list[dict[str, Any]]:
    log = seen.home / "evidence" / "audit.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def test_every_command_is_in_the_table() -> None:
    """A command that is new says here whether it reads landing, and as what."""
    assert sorted(commands(typer.main.get_command(app))) == sorted(CALLS)


@pytest.mark.parametrize("call", TRIED, ids=lambda call: call.words)
def test_landing_is_read_by_whom_the_table_says(
    seen: Seen, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who shows what landed leaves one entry before the first read; who neither shows nor works on it opens nothing."""
    before = len(entries(seen))
    status, events = called(seen, call, tmp_path, monkeypatch)
    assert status == 0
    left = entries(seen)[before:]
    assert [entry["action"] for entry in left] == ([call.action] if call.action else [])
    read = [at for at, (_, path) in enumerate(events) if path.is_relative_to(seen.home / "landing")]
    if call.shows:
        assert left[0]["what"]["dataset"] == "attrition"
        assert events.index(("written", seen.home / "evidence" / "audit.jsonl")) < read[0]
    elif not call.works:
        assert read == []


@pytest.mark.parametrize("call", SHOWING, ids=lambda call: call.words)
def test_without_an_entry_nothing_is_read(
    seen: Seen, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the audit log can't be written no landed byte is read."""
    log = seen.home / "evidence" / "audit.jsonl"
    log.rename(log.with_name("aside"))
    log.mkdir()
    try:
        _, events = called(seen, call, tmp_path, monkeypatch)
    finally:
        log.rmdir()
        log.with_name("aside").rename(log)
    assert [path for _, path in events if path.is_relative_to(seen.home / "landing")] == []
