"""The command line: help that teaches, one message for a failure, an exit status that says what kind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import ClearwellError, ContractError


def clearwell(home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CLEARWELL_HOME": str(home), "COLUMNS": "160", **variables}
    command = [sys.executable, "-m", "pipeline.cli", *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=60)


def test_help_teaches(tmp_path: Path) -> None:
    """Every command stands in the help with what it does."""
    told = clearwell(tmp_path, "--help").stdout
    for command in (
        "generate",
        "check",
        "run",
        "job",
        "quarantine",
        "versions",
        "verify",
        "audit",
        "promote",
        "dictionary",
        "new",
        "preview",
        "baseline",
        "scan",
    ):
        assert command in told


@pytest.mark.parametrize(
    ("words", "says", "status"),
    [
        (("run", "attritoin"), "no dataset 'attritoin'", 3),
        (("versions", "nothing"), "no dataset 'nothing'", 3),
        (("job", "refine", "--dataset", "attrition", "--run", "beef"), "no run beef of attrition", 1),
        (("job", "refine", "--dataset", "attrition"), "refine needs a run", 1),
        (("quarantine", "list", "attrition"), "attrition was never run here", 1),
        (("verify", "attrition"), "attrition has no version yet", 1),
    ],
)
def test_a_failure_is_one_message(tmp_path: Path, words: tuple[str, ...], says: str, status: int) -> None:
    """What is wrong, without a traceback, and a status that tells a verdict from a fault."""
    done = clearwell(tmp_path, *words)
    assert done.returncode == status
    assert done.stderr.startswith(f"error: {says}")
    assert "Traceback" not in done.stderr


def test_a_setting_that_can_not_be_used_is_named(tmp_path: Path) -> None:
    """The variable, what was given, what is allowed."""
    done = clearwell(tmp_path, "versions", "attrition", CLEARWELL_CORES="none")
    assert "CLEARWELL_CORES can't be used" in done.stderr


def test_no_version_is_no_error(tmp_path: Path) -> None:
    """Asked for versions before the first run, people get the next step and programs an empty list."""
    assert clearwell(tmp_path, "versions", "attrition", "--json").stdout == "[]\n"
    assert "clearwell run attrition" in clearwell(tmp_path, "versions", "attrition").stdout


def test_an_error_shows_all_four_parts() -> None:
    """What, what was given, what is allowed, a hint."""
    error = ClearwellError("it is wrong", given=1, allowed=(2, 3), hint="try 2")
    assert str(error) == "it is wrong\n  given:   1\n  allowed: (2, 3)\n  hint:    try 2"


def test_an_error_survives_pickling() -> None:
    """An error from a worker process comes back whole."""
    import pickle

    error = pickle.loads(pickle.dumps(ContractError("a", given="b", allowed="c", hint="d")))
    assert (type(error), str(error)) == (ContractError, str(ContractError("a", given="b", allowed="c", hint="d")))
