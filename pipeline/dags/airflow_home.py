"""The folder of a laptop's Airflow: its configuration, database and locks."""

import base64
import configparser
import fcntl
import json
import os
import secrets
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import psutil

from pipeline.errors import SettingsError

DAGS_FOLDER = Path(__file__).parent
ENDED = ("success", "failed", "skipped", "upstream_failed", "removed")
KILL_SECONDS = 10.0


class AirflowHome:
    """Paths of one Airflow, and what must be true of them before it starts.

    Args:
        folder: made where missing.
        version: Airflow's; each has its own database, so that none meets another's tables.
    """

    def __init__(self, folder: Path, version: str) -> None:
        self.folder = folder
        self.config = folder / "airflow.cfg"
        self.database = folder / f"airflow-{version}.db"
        self.logs = folder / "logs"
        self.logs.mkdir(parents=True, exist_ok=True)

    def write_config(self, *, port: int, command: Path, parallelism: int) -> None:
        """Write airflow.cfg; its secrets stay those of the last start.

        Args:
            port: of the API server, on loopback.
            command: the executable that runs jobs.
            parallelism: tasks at a time.
        """
        config = configparser.RawConfigParser()
        config.read(self.config)
        kept = {name: config.get(*name, fallback=None) for name in _SECRETS}
        config.read_dict(self._options(port, command, parallelism))
        for (section, option), value in kept.items():
            if not config.has_section(section):
                config.add_section(section)
            config.set(section, option, value or base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
        draft = self.config.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            config.write(file)
        draft.replace(self.config)

    def _options(self, port: int, command: Path, parallelism: int) -> dict[str, dict[str, str]]:
        """Few processes and short waits: one person's machine. Without a password, therefore loopback only."""
        return {
            "core": {
                "dags_folder": str(DAGS_FOLDER),
                "executor": "LocalExecutor",
                "parallelism": str(parallelism),
                "load_examples": "False",
                "dags_are_paused_at_creation": "False",
                "simple_auth_manager_all_admins": "True",
                "execution_api_server_url": f"http://127.0.0.1:{port}/execution/",
            },
            "database": {"sql_alchemy_conn": f"sqlite:///{self.database}"},
            "logging": {"base_log_folder": str(self.logs)},
            "api": {"host": "127.0.0.1", "port": str(port), "workers": "1"},
            "dag_processor": {"parsing_processes": "1"},
            "scheduler": {"scheduler_idle_sleep_time": "0.2"},
            "clearwell": {"command": str(command)},
        }

    def fail_abandoned_runs(self) -> int:
        """Mark runs failed that ended with an Airflow that was killed; it would wait minutes for their heartbeats.

        To be called while no Airflow runs. Written as SQL because Airflow's own models take seconds to load.

        Returns:
            How many there were.
        """
        terminal = ", ".join("?" * len(ENDED))
        with sqlite3.connect(self.database) as database:
            database.execute(
                f"UPDATE task_instance SET state = 'failed' WHERE state NOT IN ({terminal}) AND run_id IN "
                "(SELECT run_id FROM dag_run WHERE state IN ('running', 'queued'))",
                ENDED,
            )
            changed = database.execute(
                "UPDATE dag_run SET state = 'failed', end_date = CURRENT_TIMESTAMP WHERE state IN ('running', 'queued')"
            )
        database.close()
        return changed.rowcount

    @contextmanager
    def owned(self) -> Iterator[IO[str]]:
        """Hold this home for one process, and end what a killed owner's Airflow left running.

        Two locks: `owner.lock` is ours alone; the file that is yielded goes to every process of Airflow as well, which
        holds its lock for as long as one of them lives. Locks end with their holders, so none is ever stale.

        Raises:
            SettingsError: another process holds this home.
        """
        with (self.folder / "owner.lock").open("a+") as owner, (self.folder / "alive.lock").open("a+") as alive:
            if not _try_lock(owner):
                raise SettingsError(
                    "Airflow is already running on this home",
                    given=self.folder.parent.name,
                    hint="stop it first (make stop), or give another CLEARWELL_HOME",
                )
            owner.truncate(0)
            owner.write(str(os.getpid()))
            owner.flush()
            if not _try_lock(alive):
                _kill_sessions(alive)
            alive.truncate(0)
            yield alive

    def owner(self) -> int | None:
        """Process number of who holds this home now, if anybody does."""
        path = self.folder / "owner.lock"
        if not path.exists():
            return None
        with path.open("r+") as file:
            return None if _try_lock(file) else int(file.read() or 0) or None


_SECRETS = (("core", "fernet_key"), ("api", "secret_key"), ("api_auth", "jwt_secret"))


def note_sessions(alive: IO[str], sessions: list[int]) -> None:
    """Write down which sessions Airflow's processes are in, for a next start after a kill."""
    alive.truncate(0)
    alive.write(json.dumps(sessions))
    alive.flush()


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _kill_sessions(alive: IO[str]) -> None:
    """Kill what holds the lock. While it is held, a member of a noted session lives, so its number is still its own."""
    alive.seek(0)
    sessions = set(json.loads(alive.read() or "[]"))
    deadline = time.monotonic() + KILL_SECONDS
    while not _try_lock(alive):
        if time.monotonic() > deadline:
            raise SettingsError("processes of an earlier Airflow do not end", given=f"sessions {sorted(sessions)}")
        for pid in psutil.pids():
            with suppress(ProcessLookupError, PermissionError):
                if os.getsid(pid) in sessions:
                    os.kill(pid, signal.SIGKILL)
        time.sleep(0.1)
