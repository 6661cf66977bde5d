"""Sessions with a PostgreSQL server, and what its failures mean in our words: never its own, they may quote values."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.pq import PGconn, Ping

from pipeline.errors import SourceError
from pipeline.extract.connections import PostgresAddress, SqlConnection

Session = psycopg.Connection[tuple[Any, ...]]

#: The same text for the same value, whatever the server's, the database's or the user's settings.
_SETTINGS = {
    "client_encoding": "UTF8",
    "DateStyle": "ISO, YMD",
    "TimeZone": "UTC",
    "IntervalStyle": "iso_8601",
    "bytea_output": "hex",
    "extra_float_digits": "3",
    "lc_monetary": "C",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "lock_timeout": "60s",
}
#: A dead line is noticed after a minute and a half, though nothing is sent on it.
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 15, "keepalives_count": 4}
_CONNECT_WITHIN = 10
_BUFFER = 512 << 10
#: libpq gives no code for a connection that is refused: (in its message, what that means, hint).
_REFUSALS = (
    ("password authentication failed|no password supplied", "refuses our password", "renew its credential"),
    ("pg_hba|role .* does not exist", "lets nobody in as this user from here", "ask its administrator"),
    ("database .* does not exist", "has no such database", "compare connections.yaml with the server"),
    ("permission denied for database", "lets this user not into the database", "GRANT CONNECT ON DATABASE"),
    ("certificate|SSL|root.crt", "can't prove who it is", "look at sslmode and root_certificate in connections.yaml"),
)
#: By SQLSTATE, or its class: (what that means, hint).
_FAILURES: Mapping[str, tuple[str, str | None]] = {
    "42P01": ("has no such table", "compare dataset.yaml with the database"),
    "42501": ("does not let this user read the table", "GRANT SELECT ON TABLE, and USAGE ON SCHEMA"),
    "3F000": ("has no such schema", "compare dataset.yaml with the database"),
}
#: Lost connections, ends of the server, too few resources, conflicts on a standby, locks, snapshots that are gone.
_MAY_PASS = re.compile(r"(08|53|57|58|XX|40).{3}|55P03|22023|42704")


class ServerTroubleError(SourceError):
    """A failure that may pass: worth another try."""


@dataclass(frozen=True)
class Server:
    """A database and how to be let in.

    Attributes:
        source: what it is called in messages.
        connection: with its port.
        password: empty where none is asked for.
        folder: that paths are relative to.
    """

    source: str
    connection: SqlConnection
    password: str = field(repr=False)
    folder: Path

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session in a transaction that sees one state of the database and writes nothing.

        Raises:
            ServerTroubleError: the server can't be reached, or is lost.
            SourceError: it refuses.
        """
        try:
            session = psycopg.connect(**self._arguments(), autocommit=True)
        except psycopg.Error as error:
            raise _refusal(self.source, str(error)) from None
        with closing(session), failures_named(self.source):
            settings = "; ".join(f"SET {name} TO '{value}'" for name, value in _SETTINGS.items())
            session.execute(settings)
            # libpq's buffer grows to its longest message: from then on one call reads hundreds of rows, not dozens.
            session.execute(f"SELECT repeat(' ', {_BUFFER})")
            session.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield session

    def _arguments(self) -> dict[str, Any]:
        """Everything that libpq would otherwise take from the environment or from files of the user."""
        address = self.connection.postgres
        checked = {"sslrootcert": self._root_certificate(address)} if "verify" in address.protection else {}
        return {
            "host": address.host,
            "port": address.port,
            "dbname": address.database,
            "user": address.user,
            "password": self.password,
            "passfile": os.devnull,
            "sslmode": address.protection,
            "gssencmode": "disable",
            "options": "",
            "application_name": "clearwell",
            "connect_timeout": _CONNECT_WITHIN,
            **checked,
            **_KEEPALIVE,
        }

    def _root_certificate(self, address: PostgresAddress) -> str:
        return str(self.folder / address.root_certificate) if address.root_certificate else "system"


def takes_sessions(address: PostgresAddress, port: str) -> bool:
    """Whether a server is up on `port`; asks for no password."""
    target = f"host='{address.host}' port='{port}' connect_timeout=2"
    return PGconn.ping(target.encode()) == Ping.OK


@contextmanager
def failures_named(source: str) -> Iterator[None]:
    """Turn the driver's errors into ours: their messages may hold values."""
    try:
        yield
    except psycopg.Error as error:
        raise failure(source, error.sqlstate) from None


def failure(source: str, state: str | None) -> SourceError:
    """What a command's failure means, by its SQLSTATE; None where the connection was lost."""
    if state is None or _MAY_PASS.fullmatch(state):
        return ServerTroubleError(
            f"the database of {source} was lost or can't answer",
            given=f"SQLSTATE {state}" if state else None,
            hint="what landed before is kept; pull again",
        )
    what, hint = _FAILURES.get(state, ("refuses a command", "look at the server's log"))
    return SourceError(f"the database of {source} {what}", given=f"SQLSTATE {state}", hint=hint)


def _refusal(source: str, said: str) -> SourceError:
    for pattern, what, hint in _REFUSALS:
        if re.search(pattern, said):
            return SourceError(f"the database of {source} {what}", hint=hint)
    return ServerTroubleError(
        f"the database of {source} can't be reached", hint="is its address right, and the server up?"
    )
