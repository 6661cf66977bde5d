"""A table of a PostgreSQL database as a new source: its address, its key, and a sample of its rows."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from psycopg import sql
from pydantic import ValidationError

from pipeline.errors import KeySourceError, SettingsError, SourceError
from pipeline.extract.connections import PostgresAddress, SqlConnection
from pipeline.extract.postgres_session import Server, Session, failures_named
from pipeline.keys import KeySource
from pipeline.onboarding.files import MOST_BYTES
from pipeline.onboarding.sampled import MOST_RECORDS, Sampled, framed, read_columns
from pipeline.parsing import FORMATS

_LIKE = "postgresql://USER@HOST:5432/DATABASE?table=TABLE"
_TABLE = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?")
_COLUMNS = """SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
_KEYS = """SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
    WHERE indrelid = %s::regclass AND indisunique AND indisvalid AND indpred IS NULL AND indnkeyatts = 1
    AND attnotnull AND format_type(atttypid, atttypmod) IN ('smallint', 'integer', 'bigint')
    ORDER BY indisprimary DESC, attnum"""


@dataclass(frozen=True)
class GivenTable:
    """A table that the user named.

    Attributes:
        connection: how to reach the database.
        table: its name, with its schema if it has one.
    """

    connection: SqlConnection
    table: str

    @property
    def source(self) -> str:
        """Name of the source."""
        return self.table.rpartition(".")[2]


def is_address(text: str) -> bool:
    """Whether a database is meant and not a file."""
    return re.match(r"[a-z]+://", text) is not None


def read_address(text: str, keys: KeySource, name: str) -> GivenTable:
    """The table at an address; its password is the credential that it names, or the one called `name` if there is one.

    Raises:
        SettingsError: it is no such address, or has a password in it. It is never shown.
    """
    parts = urlsplit(text)
    words = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if parts.password:
        raise SettingsError(
            "a password in an address would be kept by the shell",
            allowed=_LIKE,
            hint=f"store it as {_where(keys, name)} (mode 0600), and leave it out",
        )
    table = words.pop("table", "")
    if parts.scheme not in ("postgresql", "postgres") or not parts.username or not _TABLE.fullmatch(table):
        raise SettingsError("that is no address of a table", given=parts.scheme, allowed=_LIKE)
    credential = words.pop("credential", None) or _known(keys, name)
    try:
        address = PostgresAddress.model_validate(
            {
                "host": parts.hostname or "",
                "port": parts.port or 5432,
                "database": unquote(parts.path.strip("/")),
                "user": unquote(parts.username),
                **words,
            }
        )
    except (ValidationError, ValueError):
        raise SettingsError("that is no address of a table", given=parts.scheme, allowed=_LIKE) from None
    return GivenTable(SqlConnection(postgres=address, credential=credential), table)


def sample_table(given: GivenTable, keys: KeySource, folder: Path, name: str) -> Sampled:
    """The first rows of the table.

    Raises:
        SourceError: the database can't be reached, or the table has no key or no rows.
        KeySourceError: the credential can't be had.
    """
    credential = given.connection.credential
    password = keys.credential(credential) if credential else ""
    server = Server(given.source, given.connection, password, folder)
    try:
        with server.session() as session, failures_named(given.source):
            return _sample(session, given)
    except SourceError as error:
        if "password" in error.what or "nobody in" in error.what:
            hint = f"store the password as {_where(keys, credential or name)} (mode 0600), and say it again"
            raise SourceError(error.what, given=error.given, hint=hint) from None
        raise


def _sample(session: Session, given: GivenTable) -> Sampled:
    name = sql.Identifier(*given.table.split("."))
    text = name.as_string(session)
    columns = [(column, kind) for column, kind in session.execute(_COLUMNS, (text,)).fetchall()]
    found = session.execute(_KEYS, (text,)).fetchall()
    if not found:
        raise SourceError(
            f"the table of {given.source} has no key that it can be pulled by",
            allowed="a unique column of integers without nulls",
            hint="add one, or export the table as CSV",
        )
    listed = sql.SQL(", ").join(sql.Identifier(column) for column, _ in columns)
    query = sql.SQL("COPY (SELECT {} FROM {} LIMIT {}) TO STDOUT").format(listed, name, sql.Literal(MOST_RECORDS + 1))
    body = io.BytesIO()
    with session.cursor().copy(query) as rows:
        for piece in rows:
            if body.tell() < MOST_BYTES:
                body.write(piece)
    layout = {"columns": [list(column) for column in columns]}
    data = body.getvalue()
    records, whole = framed(data, list(FORMATS["copy"].frame(io.BytesIO(data), layout)), len(data) < MOST_BYTES)
    texts, rejected = read_columns("copy", records, [column for column, _ in columns], layout)
    declared = {"table": given.table, "key": found[0][0]}
    return Sampled("sql", declared, texts, len(records) - sum(rejected.values()), whole, rejected)


def _known(keys: KeySource, name: str) -> str | None:
    try:
        keys.credential(name)
    except KeySourceError:
        return None
    return name


def _where(keys: KeySource, name: str) -> str:
    folder = getattr(keys, "credentials", Path("credentials"))
    return f"{folder}/{name}"
