"""A command that runs while we pull, such as a tunnel or a server, and never outlives us.

It runs under a supervisor in a session of its own, whose standard input is a pipe from us: when we end, however we end,
the pipe closes and the supervisor ends the whole group.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from pipeline.errors import SourceError
from pipeline.extract import supervisor
from pipeline.extract.connections import PORT

#: Seconds until the system must be up; one that first loads a database takes its time.
START_WITHIN = 120.0
_POLL = 0.05
_direct = build_opener(ProxyHandler({}))


@contextmanager
def running(sidecar: Sequence[str], folder: Path, is_up: Callable[[str], bool]) -> Iterator[str]:
    """Run a command in `folder` until the block ends, and yield the port that it was given.

    Args:
        sidecar: the command; without one nothing runs, and the port is empty.
        folder: where it runs.
        is_up: whether the system answers, given the port.

    Raises:
        SourceError: the command can't be started, ends, or is not up within `START_WITHIN` seconds.
    """
    if not sidecar:
        yield ""
        return
    port = str(free_port())
    command = [part.replace(PORT, port).replace("{python}", sys.executable) for part in sidecar]
    process = subprocess.Popen(
        [sys.executable, "-I", supervisor.__file__, *command],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _wait(process, lambda: is_up(port))
        yield port
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def _wait(process: subprocess.Popen[bytes], is_up: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while not is_up():
        if process.poll() is not None:
            raise SourceError("the sidecar ended before it answered", given=f"exit status {process.returncode}")
        if time.monotonic() > deadline:
            raise SourceError("the sidecar does not answer", allowed=f"an answer within {START_WITHIN:.0f} s")
        time.sleep(_POLL)


def speaks_http(url: str) -> bool:
    """Whether the server is healthy; one that speaks no HTTP counts as soon as it takes connections."""
    try:
        with _direct.open(f"{url.rstrip('/')}/health", timeout=2):
            return True
    except HTTPError as error:
        return error.code < 500
    except (OSError, HTTPException):
        return _takes_connections(url)


def _takes_connections(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 80), timeout=2).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
