"""The pull of a PostgreSQL table, against one bare COPY of it to a file.

Ours: two sessions, every row framed and hashed, the index and the manifest written; as `clearwell job extract` does it.
"""

import os
import shutil
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg

from pipeline.contracts.model import Column, Contract, Privacy
from pipeline.contracts.sources import SqlSource
from pipeline.extract.connections import SqlConnection
from pipeline.extract.journal import Journal
from pipeline.extract.place import Place
from pipeline.extract.postgres_session import Server
from pipeline.extract.segment import BodyKind
from pipeline.extract.sql import TablePull
from pipeline.extract.writer import LandingWriter
from pipeline.storage.objects import FolderStore
from tests.benchmarks.harness import compare
from tests.services.postgres import PASSWORD, READER, Database, running_postgres

ROWS = int(os.environ.get("ROWS", "1000000"))
_SPEC = SqlSource(kind="sql", connection="lms", table="trainings", key="training_id", high_water="updated_at")
_CONTRACT = Contract(
    "b.t", "t", "1", (Column("training_id", "integer", Privacy("keep")),), (), None, None, None, (), (), ""
)


def main() -> None:
    """Compare on a table of `ROWS` rows."""
    with running_postgres() as server, tempfile.TemporaryDirectory() as folder:
        database = server.new_database()
        with closing(database):
            database.fill_trainings(ROWS)
            work = _Work(database, Path(folder))
            compare("sql", work.peer, work.ours, ROWS / 1e3, "k rows", equal=lambda first, second: first == second)


class _Work:
    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    def peer(self) -> int:
        """One COPY, one connection, one file."""
        address = f"host=127.0.0.1 port={self._database.port} dbname={self._database.name} user={READER}"
        path = self._folder / "peer"
        with (
            psycopg.connect(address, password=PASSWORD) as session,
            session.cursor().copy("COPY trainings TO STDOUT") as copy,
            path.open("wb") as file,
        ):
            for row in copy:
                file.write(row)
        return path.stat().st_size

    def ours(self) -> int:
        """A whole pull into an empty landing; its bytes."""
        shutil.rmtree(self._folder / "landing", ignore_errors=True)
        store, place = FolderStore(self._folder / "landing"), Place("bench", date(2040, 1, 1), "t")
        connection = SqlConnection.model_validate(self._database.connection())
        manifest = TablePull(
            spec=_SPEC,
            contract=_CONTRACT,
            server=Server("t", connection, PASSWORD, self._folder),
            store=store,
            until="2040-01-02",
            base=None,
            open_writer=lambda _: LandingWriter(store, place, Journal("", 1, ""), BodyKind("lms", "copy", {})),
            start_over=lambda: None,
            tell=lambda _: None,
        ).run()
        assert sum(landed.records for landed in manifest.objects) == ROWS
        return sum(landed.bytes for landed in manifest.objects)


if __name__ == "__main__":
    main()
