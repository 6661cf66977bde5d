"""Commands that run while we pull."""

import multiprocessing
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from pipeline.errors import SourceError
from pipeline.extract.connections import ApiConnection
from pipeline.extract.sidecar import running

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


def connection(folder: Path, script: str) -> ApiConnection:
    (folder / "server.py").write_text(script)
    return ApiConnection(url="http://127.0.0.1:{port}", sidecar=("{python}", "server.py", "{port}"))


def gone(pid: int) -> bool:
    try:
        return not psutil.wait_procs([psutil.Process(pid)], timeout=10)[1]
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("script", [HTTP, TUNNEL])
def test_runs_for_as_long_as_needed(tmp_path: Path, script: str) -> None:
    """The command is up inside the block, on the port of the address, and gone after it."""
    with running(connection(tmp_path, script), tmp_path) as url:
        socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=5).close()
        pid = int((tmp_path / "pid").read_text())
        assert psutil.pid_exists(pid)
    assert gone(pid)


def test_without_a_command(tmp_path: Path) -> None:
    """A connection without a sidecar is used as it is."""
    with running(ApiConnection(url="https://example.org/api"), tmp_path) as url:
        assert url == "https://example.org/api"


def test_a_command_that_ends(tmp_path: Path) -> None:
    """A command that ends before it answers is an error with its exit status, and nothing of what it said."""
    broken = connection(tmp_path, "import sys; print('secret'); sys.exit(7)")
    with pytest.raises(SourceError) as caught, running(broken, tmp_path):
        pass
    assert str(caught.value) == "the sidecar ended before it answered\n  given:   exit status 7"


def test_an_error_inside_ends_the_command(tmp_path: Path) -> None:
    """The command ends as well when pulling fails."""
    with pytest.raises(ZeroDivisionError), running(connection(tmp_path, HTTP), tmp_path):
        raise ZeroDivisionError
    assert gone(int((tmp_path / "pid").read_text()))


def test_never_outlives_a_killed_parent(tmp_path: Path) -> None:
    """After SIGKILL of the process that pulls, the command ends by itself."""

    def pull() -> None:
        with running(connection(tmp_path, HTTP), tmp_path):
            os.kill(os.getpid(), signal.SIGKILL)

    target: Callable[[], None] = pull
    process = multiprocessing.get_context("fork").Process(target=target)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert gone(int((tmp_path / "pid").read_text()))
