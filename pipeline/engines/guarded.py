"""Child processes that end with us, whatever ends us."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

GUARD = Path(__file__).with_name("guard.py")
#: What the guard itself may take beyond the grace that it gives.
GUARD_SECONDS = 5.0


class GuardedProcess:
    """A command under a guard (see guard.py): it and all that it starts end when we let go, or are killed.

    Args:
        command: the program and its arguments.
        env: variables beside those of this process.
        grace: seconds between being asked to end and being killed.
        stdout: where its standard output goes, as for subprocess.Popen.
        stderr: likewise its standard error.
        pass_fds: open files that it and its descendants keep.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        grace: float,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
        pass_fds: Sequence[int] = (),
    ) -> None:
        self._grace = grace
        self._guard = subprocess.Popen(
            [sys.executable, "-I", str(GUARD), str(grace), *command],
            stdin=subprocess.PIPE,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, **(env or {})},
            pass_fds=pass_fds,
            start_new_session=True,
        )
        self.stdout = self._guard.stdout
        self.stderr = self._guard.stderr

    @property
    def session(self) -> int:
        """Number of the session that the guard leads."""
        return self._guard.pid

    def poll(self) -> int | None:
        """Exit status, or None while it runs."""
        return self._guard.poll()

    def wait(self) -> int:
        """Wait for its end; the exit status, 128 + signal where a signal ended it."""
        return self._guard.wait()

    def let_go(self) -> None:
        """Ask the guard to end everything, without waiting."""
        if self._guard.stdin and not self._guard.stdin.closed:
            self._guard.stdin.close()

    def end(self) -> int:
        """End everything and wait until nothing is left."""
        self.let_go()
        try:
            return self._guard.wait(self._grace + GUARD_SECONDS)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            return self._guard.wait()
