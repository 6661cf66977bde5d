"""Threads that land ranges of a table side by side: each has one session of its own, and all see the same snapshot."""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from threading import local
from typing import Self

from psycopg import sql

from pipeline.extract.landing import LandedObject
from pipeline.extract.postgres_copy import Target, land_rows
from pipeline.extract.postgres_session import Server, Session, failures_named


class Workers:
    """As many as the connection allows; leaving the block ends what they are at."""

    def __init__(self, server: Server, session: Session, target: Target) -> None:
        """Workers for the snapshot of `session`, which has to stay open."""
        snapshot = session.execute("SELECT pg_export_snapshot()").fetchone()
        assert snapshot is not None
        self._snapshot = sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(snapshot[0]))
        self._server = server
        self._target = target
        self._sessions = ExitStack()
        self._mine = local()
        self._pool = ThreadPoolExecutor(server.connection.workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._sessions:
            self._target.over.set()
            self._pool.shutdown(cancel_futures=True)

    def land(self, statement: sql.Composed, key: str) -> Future[LandedObject]:
        """Begin to land what one COPY command sends as the object `key`, as `land_rows` does."""
        return self._pool.submit(self._land, statement, key)

    def _land(self, statement: sql.Composed, key: str) -> LandedObject:
        self._target.check()
        with failures_named(self._server.source):
            session = self._session()
            return land_rows(session, statement.as_bytes(session), key, self._target)

    def _session(self) -> Session:
        if not hasattr(self._mine, "session"):
            session = self._sessions.enter_context(self._server.session())
            session.execute(self._snapshot)
            self._mine.session = session
        found: Session = self._mine.session
        return found
