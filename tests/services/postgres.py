"""A real PostgreSQL for tests: one server a session, a database a test."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from pipeline.extract.sidecar import free_port
from pipeline.synthetic.postgres import Cluster

READER, PASSWORD = "reader", "only-the-reader-knows"
_numbers = count(1)
_TRAININGS = """
CREATE TABLE trainings (
    training_id bigint PRIMARY KEY, learner_email text, learner_name text, course_code text, category text,
    mandatory boolean, hours numeric(5,1), score integer, completed_on date, feedback text, updated_at timestamptz
)
"""
_FILL = """
INSERT INTO trainings
SELECT n, 'first.last' || n % 20000 || '@meridian.example', 'Ünal Last ' || n % 20000, 'C-' || n % 300,
       (ARRAY['compliance', 'technical', 'safety'])[1 + n % 3], n % 2 = 0, (n % 80) / 2.0,
       CASE WHEN n % 7 > 0 THEN n % 100 END, date '2006-01-01' + (n * 7000 / %(last)s)::int,
       CASE WHEN n % 4 = 0 THEN E'A good course,\n I learnt\ta \\lot: ' || n END,
       timestamptz '2006-01-01Z' + (n * 7000 / %(last)s) * interval '1 day'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
"""


@dataclass
class Database:
    """One database of the test server."""

    cluster: Cluster
    port: int
    name: str
    _owner: psycopg.Connection[Any] | None = field(default=None, repr=False)

    def run(self, command: Any, values: Any = None) -> Any:
        """Run a command as the owner; its rows, if it has any."""
        if self._owner is None or self._owner.closed:
            self._owner = self.cluster.connect(self.port, self.name)
        done = self._owner.execute(command, values)
        return done.fetchall() if done.description else None

    def fill_trainings(self, rows: int, first: int = 1) -> None:
        """Make the table of trainings, if it is not there, and add rows up to the key `rows`."""
        if self.run("SELECT to_regclass('trainings')") == [(None,)]:
            self.run(_TRAININGS)
            self.run(f"GRANT SELECT ON trainings TO {READER}")
        self.run(_FILL.replace(" % ", " %% "), {"first": first, "last": rows})
        self.run("ANALYZE trainings")

    def copied(self, query: str) -> bytes:
        """What COPY sends for a query, in the forms that clearwell asks for."""
        with self.cluster.connect(self.port, self.name) as owner:
            owner.execute("SET TimeZone TO 'UTC'")
            with owner.cursor().copy(f"COPY ({query}) TO STDOUT") as copy:
                return b"".join(bytes(row) for row in copy)

    def connection(self, **more: Any) -> dict[str, Any]:
        """How connections.yaml says where it is."""
        address = {"host": "127.0.0.1", "port": self.port, "database": self.name, "user": READER}
        return {"postgres": address, "credential": "lms", "tries": 2, **more}

    def close(self) -> None:
        if self._owner is not None:
            self._owner.close()


@dataclass
class PostgresServer:
    """The test server."""

    cluster: Cluster
    port: int

    def new_database(self) -> Database:
        name = f"test_{next(_numbers)}"
        with self.cluster.connect(self.port) as owner:
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return Database(self.cluster, self.port, name)

    def restart(self) -> None:
        """End the server and start it again: every session is cut."""
        self.cluster.stop()
        self.cluster.start(self.port)


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server with the role `reader`, gone after the block with all that it wrote."""
    folder = Path(tempfile.mkdtemp(prefix="clearwell-test-postgres-"))
    folder.chmod(0o711)  # the server's user passes through
    cluster, port = Cluster(folder / "cluster"), free_port()
    try:
        cluster.create()
        cluster.start(port)
        with cluster.connect(port) as owner:
            owner.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'")
        yield PostgresServer(cluster, port)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
