"""Pulls one table of a PostgreSQL database, from one snapshot, upon an earlier pull or anew.

Deleted rows are not noticed by a pull that builds upon an earlier one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from pipeline.contracts.model import Contract
from pipeline.contracts.sources import SqlSource
from pipeline.errors import SourceError
from pipeline.extract.landing import SourceManifest
from pipeline.extract.postgres_attempt import Attempt
from pipeline.extract.postgres_session import Server, ServerTroubleError
from pipeline.extract.postgres_table import Table, Window, missing_columns, open_table
from pipeline.extract.writer import LandingWriter
from pipeline.storage.objects import FolderStore

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
                attempt = Attempt(self.server, session, table, window, self.store, writer, self.tell)
                attempt.land()
                state = {"mark": attempt.mark, **table.layout} if attempt.mark else {}
                return writer.complete(base.objects if base else (), state, by_key=True)

    def _check_columns(self, table: Table) -> None:
        wanted = {column.source_name: column for column in self.contract.columns}
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
        if writer.done and (self.spec.high_water is None or writer.done[0]["columns"] != table.layout["columns"]):
            why = "its columns changed" if self.spec.high_water else "without high_water nobody knows what changed"
            self.tell(f"{table.source}: the pull that was cut short starts over: {why}")
            writer.close()
            self.start_over()
            writer = self.open_writer(base)
        try:
            yield writer
        finally:
            writer.close()
