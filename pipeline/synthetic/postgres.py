"""A real PostgreSQL of our own: a cluster of its files, and the server while it runs."""

import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import PGconn, Ping

from pipeline.errors import SourceError
from pipeline.synthetic.postgres_program import OLDEST, find_program, reachable, server_user

OWNER = "clearwell_owner"
_START_WITHIN, _END_WITHIN, _POLL = 60.0, 3.0, 0.02
#: Nothing here is worth a wait for the disk: a cluster that is not whole is made anew.
_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "4GB",
    "logging_collector": "off",
}
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


@dataclass
class Cluster:
    """A PostgreSQL cluster in a folder, which `create` makes and nothing else is in.

    Attributes:
        folder: where it lies; reachable for `server_user`.
        password: of the superuser `OWNER`; empty for a cluster that was made earlier.
    """

    folder: Path
    password: str = field(default="", repr=False)
    _server: "subprocess.Popen[bytes] | None" = None

    def create(self) -> None:
        """Make an empty cluster.

        Raises:
            SourceError: there is no PostgreSQL, or it refuses.
        """
        program = find_program()
        if program is None:
            raise SourceError(
                "there is no PostgreSQL", allowed=f"version {OLDEST} or later", hint="make setup, or install one"
            )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.password = secrets.token_hex(16)
        handover = self.folder / "owner"
        handover.touch(mode=0o600)
        handover.write_text(self.password, encoding="ascii")
        if not reachable(program):
            program = shutil.copytree(program.parent, self.folder / "program", symlinks=True) / "bin"
        (self.folder / "bin").symlink_to(program)
        self._give_away()
        self._run("--pwfile", handover, "--username", OWNER, "--auth", "scram-sha-256", "--encoding", "UTF8")
        handover.unlink()

    def start(self, port: int, inherit: tuple[int, ...] = (), **options: str) -> None:
        """Run the server on loopback, and wait until it answers.

        Args:
            port: to listen on.
            inherit: file descriptors that its processes keep open, such as a lock's.
            options: of the server, beside our own.

        Raises:
            SourceError: it ends, or does not answer in time.
        """
        words = [f"--{name}={value}" for name, value in {**_OPTIONS, "port": str(port), **options}.items()]
        self._server = subprocess.Popen(
            [self.folder / "bin" / "postgres", "-D", self.folder / "data", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=inherit,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509 - we have one thread here
            **self._identity(),
        )
        deadline = time.monotonic() + _START_WITHIN
        while PGconn.ping(f"host=127.0.0.1 port={port}".encode()) != Ping.OK:
            if self._server.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SourceError("PostgreSQL does not start", hint="is the port free, and memory left?")
            time.sleep(_POLL)

    def stop(self) -> None:
        """End the server: connections are cut, and if that is not enough, without ado."""
        if self._server is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            self._server.send_signal(number)
            try:
                self._server.wait(_END_WITHIN)
                break
            except subprocess.TimeoutExpired:
                continue
        self._server = None

    def wait(self) -> int:
        """Wait until the server ends; its exit status."""
        assert self._server is not None
        return self._server.wait()

    def write_to_disk(self) -> None:
        """Make the files durable; the server must not run."""
        self._run("--sync-only")

    def let_in(self, *rules: str) -> None:
        """Say who may connect, and nobody else; lines of pg_hba.conf."""
        (self.folder / "data" / "pg_hba.conf").write_text("".join(f"{rule}\n" for rule in rules), encoding="ascii")

    def connect(self, port: int, database: str = "postgres") -> psycopg.Connection[Any]:
        """A connection of the superuser that commits each command by itself."""
        return psycopg.connect(
            host="127.0.0.1", port=port, user=OWNER, password=self.password, dbname=database, autocommit=True
        )

    def _run(self, *words: str | Path) -> None:
        command = [self.folder / "bin" / "initdb", "-D", self.folder / "data", "--no-locale", *words]
        if "--sync-only" not in words:
            command.append("--no-sync")
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, stdin=subprocess.DEVNULL, check=False, **self._identity()
        )
        if done.returncode != 0:
            raise SourceError("a PostgreSQL cluster can't be made", given=f"initdb's exit status {done.returncode}")

    def _identity(self) -> dict[str, Any]:
        user = server_user()
        base = {"env": {"HOME": str(self.folder), "PATH": os.defpath, "LC_ALL": "C"}}
        return {**base, "user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else base

    def _give_away(self) -> None:
        if user := server_user():
            for path in (self.folder, self.folder / "owner"):
                os.chown(path, user.pw_uid, user.pw_gid)


def _die_with_parent() -> Callable[[], object] | None:
    """What makes the server end when we are killed: Linux sends it SIGINT then."""
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None)
    return lambda: library.prctl(_DEATH_SIGNAL, signal.SIGINT)
