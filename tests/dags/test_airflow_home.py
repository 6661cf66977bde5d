"""The folder of a laptop's Airflow: configuration, abandoned runs, and one owner at a time."""

import configparser
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from pipeline.dags.airflow_home import AirflowHome, note_sessions
from pipeline.dags.standalone import running_airflow
from pipeline.errors import SettingsError
from pipeline.settings import Settings


@pytest.fixture
def home(tmp_path: Path) -> AirflowHome:
    return AirflowHome(tmp_path / "airflow", "3.0.0")


def _config(home: AirflowHome) -> configparser.RawConfigParser:
    config = configparser.RawConfigParser()
    config.read(home.config)
    return config


def test_configuration_keeps_its_secrets_from_start_to_start(home: AirflowHome) -> None:
    """A second start changes the port and nothing that Airflow has encrypted or signed with."""
    home.write_config(port=1111, command=Path("clearwell"), parallelism=2)
    first = _config(home)
    home.write_config(port=2222, command=Path("clearwell"), parallelism=2)
    second = _config(home)
    assert (first["api"]["port"], second["api"]["port"]) == ("1111", "2222")
    for section, option in (("core", "fernet_key"), ("api", "secret_key"), ("api_auth", "jwt_secret")):
        assert len(first[section][option]) == 44
        assert first[section][option] == second[section][option]


def test_configuration_is_for_its_owner_and_loopback_only(home: AirflowHome) -> None:
    """Nobody else reads the secrets, and a page without a password answers on loopback only."""
    home.write_config(port=1111, command=Path("clearwell"), parallelism=2)
    assert stat.S_IMODE(home.config.stat().st_mode) == 0o600
    assert _config(home)["api"]["host"] == "127.0.0.1"


def test_runs_of_a_killed_airflow_are_failed(home: AirflowHome) -> None:
    """Running and queued runs fail with their open tasks; what had ended stays as it was."""
    with sqlite3.connect(home.database) as database:
        database.execute("CREATE TABLE dag_run (run_id, state, end_date)")
        database.execute("CREATE TABLE task_instance (run_id, state)")
        rows = [("a", "running"), ("b", "queued"), ("c", "success"), ("d", "failed")]
        database.executemany("INSERT INTO dag_run VALUES (?, ?, NULL)", rows)
        tasks = [("a", "success"), ("a", "running"), ("a", None), ("b", "up_for_retry"), ("c", "success")]
        database.executemany("INSERT INTO task_instance VALUES (?, ?)", tasks)
    assert home.fail_abandoned_runs() == 2
    runs = database.execute("SELECT run_id, state, end_date IS NOT NULL FROM dag_run ORDER BY run_id").fetchall()
    assert runs == [("a", "failed", 1), ("b", "failed", 1), ("c", "success", 0), ("d", "failed", 0)]
    assert database.execute("SELECT run_id, state FROM task_instance").fetchall() == [
        ("a", "success"),
        ("a", "failed"),
        ("a", None),
        ("b", "failed"),
        ("c", "success"),
    ]


def test_a_home_has_one_owner(home: AirflowHome) -> None:
    """A second Airflow on the same home is refused with the whole message; afterwards the home is free again."""
    with home.owned():
        assert home.owner() == os.getpid()
        with pytest.raises(SettingsError) as refused, home.owned():
            pass
    assert str(refused.value) == (
        "Airflow is already running on this home\n"
        f"  given:   {home.folder.parent.name}\n"
        "  hint:    stop it first (make stop), or give another CLEARWELL_HOME"
    )
    assert home.owner() is None


def test_what_a_killed_owner_left_running_is_ended(home: AirflowHome) -> None:
    """A process of an earlier Airflow that still lives is killed; one that is no part of it is not."""
    starter = textwrap.dedent(f"""
        import os, pathlib, subprocess, sys
        from pipeline.dags.airflow_home import AirflowHome, note_sessions
        with AirflowHome(pathlib.Path({str(home.folder)!r}), "3.0.0").owned() as alive:
            child = subprocess.Popen(
                [sys.executable, "-c", "import time; time.sleep(600)"],
                start_new_session=True, pass_fds=(alive.fileno(),), stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            note_sessions(alive, [child.pid])
            print(child.pid, flush=True)
            os.kill(os.getpid(), 9)
    """)
    killed = subprocess.run([sys.executable, "-c", starter], capture_output=True, text=True, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    left = int(killed.stdout)
    bystander = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        assert psutil.pid_exists(left)
        with home.owned() as alive:
            note_sessions(alive, [])
            assert _gone(left)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_production_has_no_airflow_without_a_password(tmp_path: Path) -> None:
    """The laptop's Airflow, open to anybody on the machine, is refused in production."""
    with (
        pytest.raises(SettingsError, match="no password"),
        running_airflow(Settings(home=tmp_path, production=True)),
    ):
        pass
    assert not (tmp_path / "airflow").exists()
