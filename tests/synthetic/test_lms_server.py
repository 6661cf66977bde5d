"""The generated company's learning system: up when loaded, read only, and gone when it should be."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from pipeline.extract.connections import PostgresAddress
from pipeline.extract.postgres_session import takes_sessions
from pipeline.extract.sidecar import free_port, running
from pipeline.synthetic.lms_server import DATABASE, READER

SCHEMA = "CREATE TABLE trainings (training_id bigint PRIMARY KEY, feedback text);\n"
ROWS = "1\t\\N\n2\ta\\tb\n3\tGrüße\n"
ADDRESS = PostgresAddress(host="127.0.0.1", database=DATABASE, user=READER)


@pytest.fixture
def company() -> Iterator[Path]:
    """A company's folder that the server's user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="clearwell-test-lms-"))
    folder.chmod(0o755)
    (folder / "lms").mkdir()
    (folder / "lms" / "schema.sql").write_text(SCHEMA)
    (folder / "lms" / "trainings.copy").write_text(ROWS)
    (folder / "credentials").mkdir(mode=0o700)
    (folder / "credentials" / "lms").touch(mode=0o600)
    (folder / "credentials" / "lms").write_text("s3cret\n")
    yield folder
    shutil.rmtree(folder)


def command(port: object) -> tuple[str, ...]:
    return (sys.executable, "-m", "pipeline.synthetic.lms_server", "--data", "lms", "--port", str(port))


@contextmanager
def served(company: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """The server, up; killed after the block if it still runs."""
    port = free_port()
    with subprocess.Popen(command(port), cwd=company, start_new_session=True) as server:
        try:
            deadline = time.monotonic() + 60
            while not takes_sessions(ADDRESS, str(port)):
                assert server.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
            yield server, port
        finally:
            server.terminate()


def ask(port: int, query: str, password: str = "s3cret") -> Any:
    with psycopg.connect(
        host="127.0.0.1", port=port, dbname=DATABASE, user=READER, password=password, autocommit=True
    ) as session:
        return session.execute(query).fetchall()


def processes(port: int) -> list[psutil.Process]:
    return [item for item in psutil.process_iter(["cmdline"]) if f"--port={port}" in (item.info["cmdline"] or [])]


def wait_until_gone(port: int) -> float:
    began = time.monotonic()
    while processes(port) and time.monotonic() < began + 20:
        time.sleep(0.05)
    assert not processes(port)
    return time.monotonic() - began


def test_serves_what_was_generated(company: Path) -> None:
    """All rows are there at the first answer; wrong passwords and writes are refused; a second start is no reload."""
    with served(company) as (server, port):
        assert ask(port, "SELECT * FROM trainings ORDER BY 1") == [(1, None), (2, "a\tb"), (3, "Grüße")]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            ask(port, "SELECT 1", password="wrong")
        for write in ("DELETE FROM trainings", "CREATE TABLE mine (a int)", "CREATE TEMP TABLE mine (a int)"):
            with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction)):
                ask(port, write)
        server.terminate()
        assert server.wait(10) == 0
    made = (company / "lms" / ".cluster").stat().st_ino
    with served(company) as (_, port):
        assert ask(port, "SELECT count(*) FROM trainings") == [(3,)]
    assert (company / "lms" / ".cluster").stat().st_ino == made


def test_other_data_is_loaded_anew(company: Path) -> None:
    """The cluster is of the data and the password that are there now."""
    with served(company):
        pass
    (company / "lms" / "trainings.copy").write_text("7\tx\n")
    (company / "credentials" / "lms").write_text("renewed")
    with served(company) as (_, port):
        assert ask(port, "SELECT training_id FROM trainings", password="renewed") == [(7,)]


def test_a_second_server_has_its_own(company: Path) -> None:
    """Two sources of one system may be pulled at the same time; the second's files go when it ends."""
    before = set(Path(tempfile.gettempdir()).glob("clearwell-lms-*"))
    with served(company) as (_, first), served(company) as (_, second):
        assert ask(first, "SELECT count(*) FROM trainings") == ask(second, "SELECT count(*) FROM trainings")
    wait_until_gone(second)
    assert set(Path(tempfile.gettempdir()).glob("clearwell-lms-*")) <= before


def test_an_unreachable_company_leaves_nothing_behind(company: Path) -> None:
    """Where the server's user can't look, the cluster is a temporary one."""
    before = set(Path(tempfile.gettempdir()).glob("clearwell-lms-*"))
    company.chmod(0o700)
    with served(company) as (_, port):
        assert ask(port, "SELECT count(*) FROM trainings") == [(3,)]
    wait_until_gone(port)
    assert set(Path(tempfile.gettempdir()).glob("clearwell-lms-*")) <= before


@pytest.mark.parametrize("seconds", [0.5, 1.2])
def test_killed_while_it_loads(company: Path, seconds: float) -> None:
    """A half loaded cluster is never used: the next start serves all rows."""
    (company / "lms" / "trainings.copy").write_text("".join(f"{n}\trow {n}\n" for n in range(50_000)))
    port = free_port()
    with subprocess.Popen(command(port), cwd=company, start_new_session=True) as server:
        time.sleep(seconds)
        os.killpg(server.pid, signal.SIGKILL)
    with served(company) as (_, port):
        assert ask(port, "SELECT count(*) FROM trainings") == [(50_000,)]


def test_dies_with_its_parent(company: Path) -> None:
    """SIGKILL of our process alone ends PostgreSQL within seconds."""
    with served(company) as (server, port):
        session = psycopg.connect(host="127.0.0.1", port=port, dbname=DATABASE, user=READER, password="s3cret")
        server.kill()
        assert wait_until_gone(port) < 5
        session.close()


def test_as_a_sidecar(company: Path) -> None:
    """It is up inside the block and gone after it, though a session is still open."""
    words = tuple("{port}" if word == "0" else word for word in command(0))
    with running(words, company, lambda port: takes_sessions(ADDRESS, port)) as port:
        session = psycopg.connect(host="127.0.0.1", port=int(port), dbname=DATABASE, user=READER, password="s3cret")
        assert not [item for item in processes(int(port)) if "s3cret" in " ".join(item.info["cmdline"])]
    assert wait_until_gone(int(port)) < 1
    session.close()


def test_no_password_no_server(company: Path) -> None:
    """Without a secret it says so and serves nothing."""
    (company / "credentials" / "lms").unlink()
    done = subprocess.run(command(free_port()), cwd=company, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: the credential 'lms' is missing or empty")
