"""What a table is like before it is read: its columns, whether its key is one, and the ranges it is read in."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from pipeline.contracts.sources import SqlSource
from pipeline.errors import SourceError
from pipeline.extract.postgres_session import Session

#: First and last key (exclusive) of a range; None is no bound.
Range = tuple[int | None, int | None]
#: Bytes of a range, and how many ranges there are at most: of a very large table each has more.
RANGE_BYTES, MOST_RANGES = 16 << 20, 256
#: Bytes of a table that are looked at to find bounds.
_SAMPLE_BYTES = 1 << 20
_KEY_TYPES = ("smallint", "integer", "bigint")
_TIME_TYPES = ("date", "timestamp without time zone", "timestamp with time zone")
#: What began this long before a snapshot is over by then; more than any two time zones differ by.
_IN_FLIGHT = "1 day"
_SIZE = """SELECT coalesce(sum(pg_table_size(relid)), pg_table_size(max(root)))::bigint
    FROM (SELECT %s::oid AS root) AS asked LEFT JOIN LATERAL pg_partition_tree(root) ON TRUE"""
_COLUMNS = """SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
    WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped ORDER BY attnum"""
_UNIQUE = """SELECT EXISTS (
    SELECT FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0]
    WHERE indrelid = %s AND attname = %s AND indisunique AND indisvalid AND indpred IS NULL AND indnkeyatts = 1)"""


@dataclass(frozen=True)
class Window:
    """Rows changed from `since` (None: ever) up to `until` (exclusive), as ISO 8601; rows without a time always."""

    since: str | None
    until: str


@dataclass(frozen=True)
class Table:
    """A table that a session has locked against changes of its columns.

    Attributes:
        name: quoted.
        columns: name and type of each, in order.
    """

    spec: SqlSource
    source: str
    name: sql.Identifier
    oid: int
    columns: tuple[tuple[str, str], ...]

    @property
    def layout(self) -> dict[str, list[list[str]]]:
        """Its columns, as they are written down."""
        return {"columns": [list(column) for column in self.columns]}

    @property
    def key(self) -> sql.Identifier:
        return sql.Identifier(self.spec.key)

    def copy(self, window: Window, ranges: Sequence[Range]) -> sql.Composed:
        """The command that sends the rows of some ranges and a window in the order of their keys."""
        columns = sql.SQL(", ").join(sql.Identifier(name) for name, _ in self.columns)
        within = sql.SQL(" OR ").join(self._between(*bounds) for bounds in ranges)
        query = "COPY (SELECT {} FROM {} WHERE ({}) AND {} ORDER BY {}) TO STDOUT"
        return sql.SQL(query).format(columns, self.name, within, self.changed(window), self.key)

    def changed(self, window: Window) -> sql.Composable:
        """The condition that a row is in the window."""
        if self.spec.high_water is None:
            return sql.SQL("TRUE")
        column = sql.Identifier(self.spec.high_water)
        since = sql.SQL("{} >= {} AND ").format(column, sql.Literal(window.since)) if window.since else sql.SQL("")
        return sql.SQL("({}{} < {} OR {} IS NULL)").format(since, column, sql.Literal(window.until), column)

    def mark(self, session: Session, window: Window) -> str | None:
        """From when on a later pull must read again: the newest change, or a day ago if that is earlier.

        A change that was under way when the snapshot was taken may bear a time before it.
        """
        if self.spec.high_water is None:
            return None
        column, kind = sql.Identifier(self.spec.high_water), sql.SQL(dict(self.columns)[self.spec.high_water])
        earlier = sql.SQL("CAST(now() - {}::interval AS {})").format(sql.Literal(_IN_FLIGHT), kind)
        # LEAST alone would take `earlier` where there is no row at all.
        newest = sql.SQL("CASE WHEN max({0}) IS NOT NULL THEN LEAST(max({0}), {1}) END").format(column, earlier)
        query = sql.SQL("SELECT ({})::text FROM {} WHERE {}").format(newest, self.name, self.changed(window))
        found: str | None = _one(session, query)
        return found or window.since

    def ranges(self, session: Session, window: Window) -> list[Range]:
        """Ranges of about `RANGE_BYTES`, all keys among them; by a sample, so that gaps between keys don't matter."""
        size = _one(session, _SIZE, self.oid)
        if not size or size <= RANGE_BYTES:
            return [(None, None)]
        query = "SELECT {}, {} FROM {} TABLESAMPLE SYSTEM ({}) REPEATABLE (0)"
        share = sql.Literal(min(100.0, 100.0 * _SAMPLE_BYTES / size))
        sample = session.execute(sql.SQL(query).format(self.key, self.changed(window), self.name, share)).fetchall()
        keys = sorted(key for key, wanted in sample if wanted)
        if not keys:
            return [(None, None)]
        count = min(-(-size * len(keys) // (len(sample) * RANGE_BYTES)), MOST_RANGES)
        bounds = sorted({keys[len(keys) * at // count] for at in range(1, count)})
        return list(zip([None, *bounds], [*bounds, None], strict=True))

    def _between(self, first: int | None, last: int | None) -> sql.Composable:
        ends = [(first, ">="), (last, "<")]
        given = [(sql.SQL(sign), sql.Literal(end)) for end, sign in ends if end is not None]
        found = [sql.SQL("{} {} {}").format(self.key, sign, end) for sign, end in given]
        return sql.SQL(" AND ").join(found) if found else sql.SQL("TRUE")


def open_table(session: Session, spec: SqlSource, source: str) -> Table:
    """Lock the source's table against changes of its columns, and look at it; the session's first command.

    Raises:
        SourceError: there is no such table or column, we may not read it, or its key or high-water mark can't be one.
    """
    name = sql.Identifier(*spec.table.split("."))
    session.execute(sql.SQL("LOCK TABLE {} IN ACCESS SHARE MODE").format(name))
    oid = _one(session, "SELECT to_regclass(%s)::oid", name.as_string(session))
    found = session.execute(_COLUMNS, (oid,)).fetchall()
    table = Table(spec, source, name, oid, tuple((column, kind) for column, kind, _ in found))
    _check_type(table, spec.key, "key", _KEY_TYPES)
    if spec.high_water:
        _check_type(table, spec.high_water, "high_water", _TIME_TYPES)
    required = {column for column, _, not_null in found if not_null}
    if spec.key not in required or not _one(session, _UNIQUE, oid, spec.key):
        _check_key(session, table)
    return table


def missing_columns(table: Table, wanted: Collection[str]) -> list[str]:
    """Which of the columns that a contract wants the table has not."""
    known = dict(table.columns)
    return [name for name in wanted if name not in known]


def _check_type(table: Table, column: str, role: str, allowed: Sequence[str]) -> None:
    kind = dict(table.columns).get(column)
    if kind is None:
        raise SourceError(
            f"the table of {table.source} has no column for {role}",
            given=column,
            allowed=[name for name, _ in table.columns],
        )
    if re.sub(r"\(\d\)", "", kind) not in allowed:  # timestamp(3) is one as well
        raise SourceError(f"{role} of {table.source} can't be of that type", given=kind, allowed=", ".join(allowed))


def _check_key(session: Session, table: Table) -> None:
    """Where no constraint says so: rows without a key would be in no range, equal keys have no order."""
    query = sql.SQL("SELECT count(*) - count({0}), count({0}) - count(DISTINCT {0}) FROM {1}")
    row = session.execute(query.format(table.key, table.name)).fetchone()
    nulls, doubles = row or (0, 0)
    if nulls or doubles:
        raise SourceError(
            f"the key of {table.source} does not tell its rows apart",
            given=f"{nulls:,} rows without one, {doubles:,} with one that another row has",
            allowed="a unique column without nulls",
        )


def _one(session: Session, query: Any, *values: object) -> Any:
    row = session.execute(query, values or None).fetchone()
    return row[0] if row else None
