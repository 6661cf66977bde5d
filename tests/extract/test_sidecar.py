"""Commands that run while we pull."""

import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from pipeline.errors import SourceError
from pipeline.extract.sidecar import running, speaks_http

HTTP = """
import http.server, os, pathlib, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health" else 404)
        self.end_headers()
    def log_message(self, *_): pass
pathlib.Path("pid").write_text(str(os.getpid()))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
TUNNEL = """
import os, pathlib, socket, sys, time
pathlib.Path("pid").write_text(str(os.getpid()))
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    listener.accept()[0].close()
"""


def sidecar(folder: Path, script: str) -> tuple[str, ...]:
    (folder / "server.py").write_text(script)
    return ("{python}", "server.py", "{port}")


def is_up(port: str) -> bool:
    return speaks_http(f"http://127.0.0.1:{port}")


def gone(pid: int) -> bool:
    try:
        return not psutil.wait_procs([psutil.Process(pid)], timeout=10)[1]
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("script", [HTTP, TUNNEL])
def test_runs_for_as_long_as_needed(tmp_path: Path, script: str) -> None:
    """The command is up inside the block, on the port that it was given, and gone after it."""
    with running(sidecar(tmp_path, script), tmp_path, is_up) as port:
        socket.create_connection(("127.0.0.1", int(port)), timeout=5).close()
        pid = int((tmp_path / "pid").read_text())
        assert psutil.pid_exists(pid)
    assert gone(pid)


def test_without_a_command(tmp_path: Path) -> None:
    """Without a sidecar nothing runs and nothing is asked."""
    with running((), tmp_path, lambda _: False) as port:
        assert port == ""


def test_a_command_that_ends(tmp_path: Path) -> None:
    """A command that ends before it answers is an error with its exit status, and nothing of what it said."""
    broken = sidecar(tmp_path, "import sys; print('secret'); sys.exit(7)")
    with pytest.raises(SourceError) as caught, running(broken, tmp_path, is_up):
        pass
    assert str(caught.value) == "the sidecar ended before it answered\n  given:   exit status 7"


def test_an_error_inside_ends_the_command(tmp_path: Path) -> None:
    """The command ends as well when pulling fails."""
    with pytest.raises(ZeroDivisionError), running(sidecar(tmp_path, HTTP), tmp_path, is_up):
        raise ZeroDivisionError
    assert gone(int((tmp_path / "pid").read_text()))


def test_never_outlives_a_killed_parent(tmp_path: Path) -> None:
    """After SIGKILL of the process that pulls, the command ends by itself."""

    def pull() -> None:
        with running(sidecar(tmp_path, HTTP), tmp_path, is_up):
            os.kill(os.getpid(), signal.SIGKILL)

    target: Callable[[], None] = pull
    process = multiprocessing.get_context("fork").Process(target=target)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert gone(int((tmp_path / "pid").read_text()))
