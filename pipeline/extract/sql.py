"""Pulls one table of a PostgreSQL database: ranges of its keys side by side, all from one snapshot.

A pull that was cut short goes on with a new snapshot: ranges that are in are not read again, but what changed in them
since is. Deleted rows are not noticed by a pull that builds upon an earlier one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import Event, local
from typing import Any

from psycopg import sql
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from pipeline.contracts.model import Contract
from pipeline.contracts.sources import SqlSource
from pipeline.errors import SourceError
from pipeline.extract.landing import LandedObject, SourceManifest
from pipeline.extract.postgres_copy import Target, land_rows
from pipeline.extract.postgres_session import Server, ServerTroubleError, Session, failures_named
from pipeline.extract.postgres_table import Range, Table, Window, missing_columns, open_table
from pipeline.extract.sift import keep_new
from pipeline.extract.writer import LandingWriter
from pipeline.storage.objects import FolderStore

Columns = list[list[str]]
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0


@dataclass(frozen=True)
class TablePull:
    """All that the pull of a table needs.

    Attributes:
        until: the first moment that is too late, as ISO 8601.
        base: an earlier pull that this one may build upon.
        open_writer: opens the landing, given what it builds upon; goes on with what is committed there.
        start_over: forgets what is committed.
    """

    spec: SqlSource
    contract: Contract
    server: Server
    store: FolderStore
    until: str
    base: SourceManifest | None
    open_writer: Callable[[SourceManifest | None], LandingWriter]
    start_over: Callable[[], None]
    tell: Callable[[str], None]

    def run(self) -> SourceManifest:
        """Land the table, trying again with a new snapshot when the server was lost.

        Raises:
            SourceError: it stays lost, refuses, or is not as the contract has it; what was committed stays.
        """
        tries = Retrying(
            retry=retry_if_exception_type(ServerTroubleError),
            stop=stop_after_attempt(self.server.connection.tries),
            wait=wait_exponential(_FIRST_WAIT, _LONGEST_WAIT),
            reraise=True,
        )
        return tries(self._attempt)

    def _attempt(self) -> SourceManifest:
        with self.server.session() as session:
            table = open_table(session, self.spec, self.server.source)
            self._check_columns(table)
            base = self._fitting_base(table)
            window = Window(base.state["mark"] if base else None, self.until)
            with self._writer(base, table) as writer:
                attempt = _Attempt(self, session, table, window, writer)
                attempt.land()
                state = {"mark": attempt.mark, "columns": _columns(table)} if attempt.mark else {}
                return writer.complete(base.objects if base else (), state, by_key=True)

    def _check_columns(self, table: Table) -> None:
        wanted = {column.place or column.name: column for column in self.contract.columns}
        missing = missing_columns(table, wanted)
        fatal = [name for name in missing if wanted[name].required or wanted[name].on_mismatch == "freeze"]
        if fatal:
            raise SourceError(
                f"the table of {table.source} lacks columns that its contract needs",
                given=", ".join(fatal),
                allowed=[name for name, _ in table.columns],
            )
        if missing:
            self.tell(f"{table.source}: the table has no {', '.join(missing)}; they will be null")
        new = [name for name, _ in table.columns if name not in wanted]
        if new:
            self.tell(f"{table.source}: columns that the contract does not name: {len(new)}")

    def _fitting_base(self, table: Table) -> SourceManifest | None:
        """The base, unless a column's type changed since: then rows of both would not go together."""
        if self.base is None or "mark" not in self.base.state:
            return None
        before = dict(self.base.state["columns"])
        changed = [name for name, kind in table.columns if before.get(name, kind) != kind]
        if changed:
            self.tell(f"{table.source}: the type of {', '.join(changed)} changed: everything is read again")
            return None
        return self.base

    @contextmanager
    def _writer(self, base: SourceManifest | None, table: Table) -> Iterator[LandingWriter]:
        """The landing, from its start where what is committed can't be gone on with."""
        writer = self.open_writer(base)
        if writer.done and (self.spec.high_water is None or writer.done[0]["columns"] != _columns(table)):
            why = "its columns changed" if self.spec.high_water else "without high_water nobody knows what changed"
            self.tell(f"{table.source}: the pull that was cut short starts over: {why}")
            writer.close()
            self.start_over()
            writer = self.open_writer(base)
        try:
            yield writer
        finally:
            writer.close()


class _Attempt:
    """One snapshot's share of a pull.

    Attributes:
        mark: from when on a later pull must read.
    """

    def __init__(self, pull: TablePull, session: Session, table: Table, window: Window, writer: LandingWriter) -> None:
        self._pull = pull
        self._session = session
        self._table = table
        self._window = window
        self._writer = writer
        self._over = Event()
        origin = f"{pull.spec.connection}/{pull.spec.table}"
        self._target = Target(table.source, pull.store, origin, {"columns": _columns(table)}, self._check_not_over)
        self.mark = table.mark(session, window)

    def land(self) -> None:
        """Land what is missing: changes in ranges that are in, then the other ranges."""
        done = self._writer.done
        if not done:
            ranges = self._table.ranges(self._session, self._window)
            self._writer.commit({"columns": _columns(self._table), "ranges": ranges})
        ranges = [tuple(bounds) for bounds in self._writer.done[0]["ranges"]]
        marks = {at: item["mark"] for item in done[1:] for at in item["ranges"]}
        if marks:
            self._land_changes(ranges, marks)
        self._land_ranges(ranges, [at for at in range(len(ranges)) if at not in marks])

    def _land_changes(self, ranges: Sequence[Range], marks: Mapping[int, str | None]) -> None:
        """What changed in ranges since they were read; rows that came again as they were are left out."""
        since = None if None in marks.values() else min(filter(None, marks.values()))
        window = Window(since or self._window.since, self._window.until)
        key = self._writer.key(len(ranges) + sum("changes" in item for item in self._writer.done) + 1)
        statement = self._table.copy(window, _joined([ranges[at] for at in sorted(marks)]))
        landed = land_rows(self._session, statement.as_bytes(self._session), key, self._target)
        self._commit(keep_new(self._pull.store, landed, self._writer.objects), sorted(marks), changes=True)

    def _land_ranges(self, ranges: Sequence[Range], missing: Sequence[int]) -> None:
        snapshot = self._session.execute("SELECT pg_export_snapshot()").fetchone()
        assert snapshot is not None
        with ExitStack() as sessions:
            land = _Lander(self._pull.server, snapshot[0], self._target, sessions)
            pool = ThreadPoolExecutor(self._pull.server.connection.workers)
            try:
                running: dict[Future[LandedObject], int] = {
                    pool.submit(land, self._table.copy(self._window, [ranges[at]]), self._writer.key(at + 1)): at
                    for at in missing
                }
                for future in as_completed(running):
                    self._commit(future.result(), [running[future]])
            finally:
                self._over.set()
                pool.shutdown(cancel_futures=True)

    def _commit(self, landed: LandedObject | None, ranges: Sequence[int], **more: Any) -> None:
        if landed is not None and landed.records:
            self._writer.adopt(landed)
        self._writer.commit({"ranges": list(ranges), "mark": self.mark, **more})
        self._pull.tell(f"{self._table.source}: {self._writer.records:,} records so far")

    def _check_not_over(self) -> None:
        if self._over.is_set():
            raise SourceError("the pull ended meanwhile")


class _Lander:
    """Lands ranges in any thread: each has one session of its own, and all see the same snapshot."""

    def __init__(self, server: Server, snapshot: str, target: Target, sessions: ExitStack) -> None:
        self._server = server
        self._snapshot = snapshot
        self._target = target
        self._sessions = sessions
        self._mine = local()

    def __call__(self, statement: sql.Composed, key: str) -> LandedObject:
        """Land what one COPY command sends as the object `key`."""
        self._target.check()
        with failures_named(self._server.source):
            session = self._session()
            return land_rows(session, statement.as_bytes(session), key, self._target)

    def _session(self) -> Session:
        if not hasattr(self._mine, "session"):
            session = self._sessions.enter_context(self._server.session())
            session.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(sql.Literal(self._snapshot)))
            self._mine.session = session
        found: Session = self._mine.session
        return found


def _columns(table: Table) -> Columns:
    return [list(column) for column in table.columns]


def _joined(ranges: Sequence[Range]) -> list[Range]:
    """The same keys in as few ranges as can be."""
    joined: list[Range] = []
    for first, last in ranges:
        if joined and joined[-1][1] == first:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined
