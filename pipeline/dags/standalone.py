"""A real Airflow on one machine, for as long as a block of code runs."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path

from pipeline.dags.airflow_home import AirflowHome, note_sessions
from pipeline.dags.client import AirflowClient
from pipeline.dags.outline import SPARK_POOL
from pipeline.engines.guarded import GuardedProcess
from pipeline.errors import ClearwellError, SettingsError
from pipeline.extract.sidecar import free_port
from pipeline.settings import Settings

BIN = Path(sys.executable).parent
#: Started side by side these are up in 11 s; `airflow standalone`, which loads Airflow once more to do it, takes 13.
#: There is no triggerer because no task defers.
COMPONENTS = (("api-server",), ("dag-processor",), ("scheduler", "--skip-serve-logs"))
TASKS_AT_A_TIME = 2
START_SECONDS = 180.0
GRACE_SECONDS = 2.0
POLL_SECONDS = 0.2


class StandaloneAirflow:
    """A started Airflow.

    Attributes:
        client: its API.
        url: of its page.
    """

    def __init__(self, home: AirflowHome, port: int, components: dict[str, GuardedProcess]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.client = AirflowClient(self.url)
        self._home = home
        self._components = components

    def wait_until_ready(self) -> None:
        """Wait until it is healthy, and give it its pool of one Spark at a time.

        Raises:
            ClearwellError: a component ended, or is not healthy in time.
        """
        self._wait("healthy", self.client.healthy)
        self.client.ensure_pool(SPARK_POOL, 1)

    def wait_for_dag(self, dag: str) -> None:
        """Wait until the DAG processor has read a DAG.

        Raises:
            ClearwellError: a component ended, or the DAG does not come.
        """
        self._wait(f"showing the DAG {dag}", lambda: self.client.has_dag(dag))

    def check(self) -> None:
        """Notice a component that ended by itself.

        Raises:
            ClearwellError: one did.
        """
        for name, process in self._components.items():
            status = process.poll()
            if status is not None:
                raise ClearwellError(f"Airflow's {name} ended", given=f"status {status}", hint=self._log_hint(name))

    def _wait(self, what: str, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise ClearwellError(f"Airflow was not {what} after {START_SECONDS:.0f} s", hint=self._log_hint())
            time.sleep(POLL_SECONDS)

    def _log_hint(self, component: str = "*") -> str:
        return f"see {self._home.logs}/{component}.log"


@contextmanager
def running_airflow(
    settings: Settings, *, command: Path = BIN / "clearwell", port: int | None = None
) -> Iterator[StandaloneAirflow]:
    """Start Airflow under `<home>/airflow`; whatever ends the block ends all of its processes.

    It is not yet healthy when the block begins, so that the caller may do other work meanwhile.

    Args:
        settings: whose home and datasets it serves.
        command: the executable that runs jobs.
        port: of the page; a free one by default.

    Raises:
        SettingsError: production (anybody on the machine may use it), or another process runs it on this home.
        ClearwellError: its database can't be made.
    """
    if settings.production:
        raise SettingsError("Airflow on a laptop has no password", given="CLEARWELL_PRODUCTION", allowed="a laptop")
    home = AirflowHome(settings.root / "airflow", version("apache-airflow-core"))
    port = port or free_port()
    with ExitStack() as stack:
        alive = stack.enter_context(home.owned())
        env = _environment(settings, home)
        home.write_config(port=port, command=command, parallelism=TASKS_AT_A_TIME)
        if not home.database.exists():
            _make_database(home, env)
        home.fail_abandoned_runs()
        components = {words[0]: _start(stack, words, env, home, alive.fileno()) for words in COMPONENTS}
        note_sessions(alive, [process.session for process in components.values()])
        try:
            yield StandaloneAirflow(home, port, components)
        finally:
            for process in components.values():
                process.let_go()


def _environment(settings: Settings, home: AirflowHome) -> dict[str, str]:
    """What Airflow and its jobs get beside our own environment: absolute paths, and lines that a log need not break."""
    return {
        "COLUMNS": "200",
        "AIRFLOW_HOME": str(home.folder),
        "CLEARWELL_HOME": str(settings.root),
        "CLEARWELL_DATASETS": os.pathsep.join(str(folder.absolute()) for folder in settings.datasets),
        "CLEARWELL_CONNECTIONS": str(settings.connections_file.absolute()),
        "CLEARWELL_NAME_MODEL": settings.name_model,
        "CLEARWELL_PLANTED": str(settings.planted),
    }


def _make_database(home: AirflowHome, env: dict[str, str]) -> None:
    """Make it under another name first: a database that has its name is whole."""
    draft = home.database.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with (home.logs / "migrate.log").open("wb") as log:
        migrate = GuardedProcess(
            [str(BIN / "airflow"), "db", "migrate"],
            env={**env, "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{draft}"},
            grace=GRACE_SECONDS,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            status = migrate.wait()
        finally:
            migrate.end()
    if status != 0:
        raise ClearwellError("Airflow's database can't be made", given=f"status {status}", hint=f"see {log.name}")
    draft.rename(home.database)


def _start(
    stack: ExitStack, words: tuple[str, ...], env: dict[str, str], home: AirflowHome, alive: int
) -> GuardedProcess:
    log = stack.enter_context((home.logs / f"{words[0]}.log").open("wb"))
    process = GuardedProcess(
        [str(BIN / "airflow"), *words],
        env=env,
        grace=GRACE_SECONDS,
        stdout=log,
        stderr=subprocess.STDOUT,
        pass_fds=(alive,),
    )
    stack.callback(process.end)
    return process
