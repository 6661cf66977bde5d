"""Runs one job as a child process on this machine."""

import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.engines.guarded import GuardedProcess

#: Exit status of a job that a gate stopped: the same input would fail again, so nobody should retry it.
GATE_FAILED = 3
TAIL_LINES = 30
#: For a Spark driver to end its workers.
GRACE_SECONDS = 10.0


@dataclass(frozen=True)
class CompletedJob:
    """How a job ended.

    Attributes:
        args: what was run.
        status: exit status; 128 + number of the signal where a signal ended it.
        answer: last line of standard output, "" where there was none.
        tail: last lines of both outputs, oldest first.
    """

    args: tuple[str, ...]
    status: int
    answer: str
    tail: tuple[str, ...]

    @property
    def gate_failed(self) -> bool:
        return self.status == GATE_FAILED


class LocalJob:
    """A job that runs; its output goes to `on_line` line by line while it does."""

    def __init__(
        self,
        args: Sequence[str],
        env: Mapping[str, str] | None = None,
        on_line: Callable[[str], None] = print,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self._args = tuple(args)
        self._on_line = on_line
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self._process = GuardedProcess(args, env=env, grace=grace, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def wait(self) -> CompletedJob:
        """Pass its output on until it ends."""
        errors = threading.Thread(target=self._pump, args=(self._process.stderr,), daemon=True)
        errors.start()
        answer = self._pump(self._process.stdout)
        errors.join()
        return CompletedJob(self._args, self._process.wait(), answer, tuple(self._tail))

    def let_go(self) -> None:
        """Ask it to end; `wait` then returns soon. Safe in a signal handler."""
        self._process.let_go()

    def end(self) -> None:
        """End it and all that it started; returns when nothing of it is left."""
        self._process.end()

    def _pump(self, stream: Iterable[bytes] | None) -> str:
        last = ""
        for raw in stream or ():
            line = raw.decode("utf-8", errors="replace").rstrip()
            self._tail.append(line)
            self._on_line(line)
            last = line or last
        return last


def run_job(
    args: Sequence[str],
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], None] = print,
    grace: float = GRACE_SECONDS,
) -> CompletedJob:
    """Run a job to its end; an exception meanwhile, a timeout's included, ends it first.

    Args:
        args: the program and its arguments.
        env: variables beside those of this process.
        on_line: gets every line of output.
        grace: seconds between being asked to end and being killed.
    """
    job = LocalJob(args, env, on_line, grace)
    try:
        return job.wait()
    finally:
        job.end()
