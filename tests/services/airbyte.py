"""A stand-in for an Airbyte server: the part of its HTTP API that the operator speaks. No Airbyte runs behind it."""

import json
import threading
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

_STATES = ("pending", "running", "running")


@dataclass
class _Job:
    connection: str
    polls: int = 0


class StandInAirbyte:
    """Takes sync jobs; each is pending, then running, then succeeded, or failed for the connection `failing`."""

    def __init__(self, failing: str = "") -> None:
        self._failing = failing
        self._jobs: dict[int, _Job] = {}
        self._lock = threading.Lock()
        self._refused = 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                # The token is asked for by a form, a job by JSON.
                asked = json.loads(body) if "json" in self.headers.get("Content-Type", "") else {}
                self._answer(outer.answer(self.path, asked, self.headers.get("Authorization")))

            def do_GET(self) -> None:
                self._answer(outer.answer(self.path, None, self.headers.get("Authorization")))

            def _answer(self, answer: tuple[int, dict[str, Any]]) -> None:
                body = json.dumps(answer[1]).encode()
                self.send_response(answer[0])
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def airflow_connection(self) -> str:
        """Airflow's connection to it, as the environment names one."""
        host = f"http://127.0.0.1:{self._server.server_address[1]}/api/public/v1"
        return json.dumps(
            {"conn_type": "airbyte", "host": host, "login": "id", "password": "secret", "schema": "applications/token"}
        )

    def jobs_of(self, connection: str) -> list[str]:
        """States of the connection's jobs, in order."""
        return [self._state(job) for job in self._jobs.values() if job.connection == connection]

    def polls_of(self, connection: str) -> int:
        """How often its jobs were asked for."""
        return Counter({job.connection: job.polls for job in self._jobs.values()})[connection]

    @property
    def authorised(self) -> bool:
        """Whether every request but that for the token brought the token."""
        return self._refused == 0

    def answer(self, path: str, asked: dict[str, Any] | None, authorization: str | None) -> tuple[int, dict[str, Any]]:
        """Status and body."""
        with self._lock:
            if path.endswith("/applications/token"):
                return 200, {"access_token": "token-of-the-stand-in", "token_type": "Bearer", "expires_in": 3600}
            if authorization != "Bearer token-of-the-stand-in":
                self._refused += 1
                return 401, {"message": "unauthorized"}
            if path.endswith("/jobs") and asked is not None and asked.get("jobType") == "sync":
                number = len(self._jobs) + 1
                self._jobs[number] = _Job(asked["connectionId"])
                return 200, self._describe(number)
            number = int(path.rpartition("/")[2])
            self._jobs[number].polls += 1
            return 200, self._describe(number)

    def _describe(self, number: int) -> dict[str, Any]:
        job = self._jobs[number]
        known = {"jobId": number, "jobType": "sync", "startTime": "2026-01-01T00:00:00Z"}
        return known | {"connectionId": job.connection, "status": self._state(job)}

    def _state(self, job: _Job) -> str:
        if job.polls < len(_STATES):
            return _STATES[job.polls]
        return "failed" if job.connection == self._failing else "succeeded"
