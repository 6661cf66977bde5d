"""The few calls of Airflow's REST API that a laptop needs."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import ClearwellError

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class TaskState:
    """One task of a run, or one of a mapped task's.

    Attributes:
        task: the task's name.
        label: what Airflow's page shows: the source, where mapped, once it has started.
        map_index: -1 where it is not mapped.
        state: Airflow's word; None before it is scheduled.
        tries: how often it was started.
        seconds: how long its last try took, None while it runs or before.
    """

    task: str
    label: str
    map_index: int
    state: str | None
    tries: int
    seconds: float | None


class AirflowClient:
    """Talks to an API server that gives a token without a password.

    Args:
        url: such as `http://127.0.0.1:8080`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._token: str | None = None

    def healthy(self) -> bool:
        """Whether API server, scheduler and DAG processor all answer or beat."""
        try:
            health = self._call("GET", "/api/v2/monitor/health", signed=False)
        except OSError:
            return False
        return all(health[part]["status"] == "healthy" for part in ("scheduler", "dag_processor"))

    def has_dag(self, dag: str) -> bool:
        """Whether the DAG processor has read it."""
        try:
            self._call("GET", f"/api/v2/dags/{dag}")
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return False
            raise
        return True

    def ensure_pool(self, name: str, slots: int) -> None:
        """Make the pool where it is missing."""
        try:
            self._call("POST", "/api/v2/pools", {"name": name, "slots": slots})
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise

    def trigger(self, dag: str, params: Mapping[str, Any]) -> str:
        """Start a run.

        Returns:
            Airflow's id of it.

        Raises:
            ClearwellError: Airflow refuses the parameters.
        """
        try:
            answer = self._call("POST", f"/api/v2/dags/{dag}/dagRuns", {"logical_date": None, "conf": dict(params)})
        except urllib.error.HTTPError as error:
            raise ClearwellError(f"Airflow does not start {dag}", given=f"HTTP {error.code}") from None
        return str(answer["dag_run_id"])

    def run_state(self, dag: str, run: str) -> str:
        """Airflow's word for the run's state."""
        return str(self._call("GET", f"/api/v2/dags/{dag}/dagRuns/{_quote(run)}")["state"])

    def tasks(self, dag: str, run: str) -> list[TaskState]:
        """All tasks of a run."""
        answer = self._call("GET", f"/api/v2/dags/{dag}/dagRuns/{_quote(run)}/taskInstances?limit=1000")
        return [
            TaskState(
                task["task_id"],
                task["rendered_map_index"] or task["task_id"],
                task["map_index"],
                task["state"],
                task["try_number"],
                task["duration"],
            )
            for task in answer["task_instances"]
        ]

    def said(self, dag: str, run: str, task: TaskState) -> list[str]:
        """The lines that the job of a task's last try printed."""
        path = f"/api/v2/dags/{dag}/dagRuns/{_quote(run)}/taskInstances/{task.task}/logs/{task.tries}"
        answer = self._call("GET", f"{path}?map_index={task.map_index}&full_content=true")
        return [line["event"] for line in answer["content"] if line.get("logger") == "task.stdout"]

    def _call(self, method: str, path: str, body: object = None, *, signed: bool = True) -> Any:
        request = urllib.request.Request(self.url + path, method=method)  # noqa: S310 - always http on loopback
        request.add_header("Accept", "application/json")
        if signed:
            self._token = self._token or self._call("GET", "/auth/token", signed=False)["access_token"]
            request.add_header("Authorization", f"Bearer {self._token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        with _DIRECT.open(request, timeout=TIMEOUT_SECONDS) as answer:
            return json.load(answer)


#: Loopback never goes through a proxy.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _quote(run: str) -> str:
    return urllib.parse.quote(run, safe="")
