"""Jobs as child processes: their output, their end, and that nothing outlives them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pipeline.engines.local import TAIL_LINES, run_job

GRACE = 0.2
#: Starts a grandchild in a session of its own that ignores being asked to end, notes its number, then sleeps.
STUBBORN = """
import pathlib, subprocess, sys, time
child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
process = subprocess.Popen([sys.executable, "-c", child], start_new_session=True, stdout=subprocess.PIPE)
process.stdout.readline()
pathlib.Path(sys.argv[1]).write_text(str(process.pid))
time.sleep(float(sys.argv[2]))
"""


def _python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", code, *arguments]


def _eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("", 0),
        ("raise SystemExit(1)", 1),
        ("raise SystemExit(3)", 3),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", 128 + signal.SIGKILL),
    ],
)
def test_exit_status(code: str, status: int) -> None:
    """The status is the job's own, or 128 and the signal that ended it; only 3 is a failed gate."""
    completed = run_job(_python(code))
    assert (completed.status, completed.gate_failed) == (status, status == 3)


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("print('one'); print('two')", "two"),
        ("print('one'); print()", "one"),
        ("import sys; print('said'); print('logged', file=sys.stderr)", "said"),
        ("", ""),
    ],
)
def test_answer_is_the_last_line_of_standard_output(code: str, answer: str) -> None:
    """Logs on standard error and blank lines are not the answer."""
    assert run_job(_python(code)).answer == answer


def test_all_output_is_passed_on_and_the_tail_is_bounded() -> None:
    """Both outputs reach the listener whole; only the last lines are kept."""
    seen: list[str] = []
    completed = run_job(
        _python("import sys; [print(n, file=(sys.stdout, sys.stderr)[n % 2]) for n in range(100)]"), on_line=seen.append
    )
    assert sorted(map(int, seen)) == list(range(100))
    assert len(completed.tail) == TAIL_LINES


def test_environment_is_added_to_ours() -> None:
    """A job sees our variables and those given to it."""
    code = "import os; print(os.environ['GIVEN'], 'PATH' in os.environ)"
    assert run_job(_python(code), {"GIVEN": "yes"}).answer == "yes True"


def test_a_job_leaves_nothing_behind(tmp_path: Path) -> None:
    """What a job started and forgot ends with it, even if it moved to a session of its own."""
    note = tmp_path / "pid"
    assert run_job(_python(STUBBORN, str(note), "0"), grace=GRACE).status == 0
    assert _gone(int(note.read_text()))


def test_an_exception_ends_the_job(tmp_path: Path) -> None:
    """A timeout in the caller, raised as an exception, leaves no process."""
    note = tmp_path / "pid"
    main = threading.main_thread().ident
    assert main is not None

    def interrupt() -> None:
        _eventually(note.exists)
        signal.pthread_kill(main, signal.SIGALRM)

    def raise_timeout(*_: object) -> None:
        raise TimeoutError

    previous = signal.signal(signal.SIGALRM, raise_timeout)
    threading.Thread(target=interrupt).start()
    try:
        with pytest.raises(TimeoutError):
            run_job(_python(STUBBORN, str(note), "600"), grace=GRACE)
    finally:
        signal.signal(signal.SIGALRM, previous)
    assert _gone(int(note.read_text()))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_job_ends_with_who_asked_for_it(tmp_path: Path, number: signal.Signals) -> None:
    """Whoever runs the job may be killed outright: the job and its children end all the same."""
    note = tmp_path / "pid"
    code = (
        f"from pipeline.engines.local import run_job; run_job({_python(STUBBORN, str(note), '600')!r}, grace={GRACE})"
    )
    asker = subprocess.Popen(_python(code))
    assert _eventually(note.exists)
    os.kill(asker.pid, number)
    asker.wait()
    assert _eventually(lambda: _gone(int(note.read_text())))
