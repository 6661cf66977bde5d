"""Queries of quality rules (`type: sql`): one SELECT over kept rows of the dataset's sources that gives one number."""

import re
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from pipeline.contracts.place import Place
from pipeline.contracts.sql import parse_statements
from pipeline.contracts.vocabulary import absent

if TYPE_CHECKING:
    from sqlglot import exp

#: ODCS 3.1 writes `${table}` in its schema and `{object}` in its text; both are read.
_PLACEHOLDER = re.compile(r"\$?\{(table|object|schema|column|property)\}")
_LIKE = "such as SELECT count(*) FROM ${table} WHERE ${column} > 100"


def read_query(text: str, source: str, column: str | None, place: Place) -> str:
    """The query with its placeholders put in.

    Raises:
        ContractError: it is not one SELECT of one value that is the same at every run.
    """

    def named(found: re.Match[str]) -> str:
        if found[1] not in ("column", "property"):
            return f"`{source}`"
        if column is None:
            raise place.refusal(f"{found[0]} in a rule of the whole source", allowed="${table}, ${object}, ${schema}")
        return f"`{column}`"

    query = _PLACEHOLDER.sub(named, text).strip()
    _check_shape(parse_statements(query, place), query, place)
    return query


def check_query(query: str, sources: Mapping[str, Collection[str]], place: Place) -> None:
    """Whether all that the query names is there.

    Args:
        query: as `read_query` gave it.
        sources: columns that reach the refined table, by source.
        place: of the query.

    Raises:
        ContractError: an unknown source, or a column that its tables do not have, or more than one of them.
    """
    from sqlglot.errors import SqlglotError  # noqa: PLC0415 - 0.1 s to import
    from sqlglot.optimizer.qualify import qualify  # noqa: PLC0415

    tree = parse_statements(query, place)
    for name in tables_of(tree):
        if name not in sources:
            raise absent(f"no source {name}", name, sources, place)
    columns: dict[str, object] = {name: dict.fromkeys(kept, "string") for name, kept in sources.items()}
    try:
        qualify(tree, dialect="spark", schema=columns)
    except SqlglotError as error:
        found = re.search(r"'([^']+)' could not|column: (\w+)", str(error))
        if not found:
            raise place.refusal("its names can't be resolved", hint="of two tables, write table.column") from None
        given = found[1] or found[2]
        known = {column for name in tables_of(tree) for column in sources[name]}
        if given in known:
            raise place.refusal(f"{given} is in more than one table", hint=f"write table.{given}") from None
        raise absent(f"no column {given} among those kept", given, sorted(known), place) from None


def tables_of(tree: "exp.Expr") -> list[str]:
    """The sources that a query reads, each once."""
    from sqlglot import exp  # noqa: PLC0415 - 0.1 s to import

    own = {table.alias for table in tree.find_all(exp.CTE)}
    return list(dict.fromkeys(table.name for table in tree.find_all(exp.Table) if table.name not in own))


def _check_shape(tree: "exp.Expr", query: str, place: Place) -> None:
    from sqlglot import exp  # noqa: PLC0415 - 0.1 s to import

    if not isinstance(tree, exp.Select):
        raise place.refusal("a rule's query is one SELECT", given=query, allowed=_LIKE)
    strange = (exp.TableSample, exp.QueryTransform, exp.Into, exp.Version, exp.Lateral, exp.Values, exp.Pivot, exp.Hint)
    found = next(tree.find_all(*strange), None)
    files = any(table.db or not isinstance(table.this, exp.Identifier) for table in tree.find_all(exp.Table))
    if found or files:
        raise place.refusal(
            "a rule's query reads sources of the dataset by name",
            given=type(found).__name__ if found else "another kind of table",
            allowed=_LIKE,
        )
    values = tree.expressions
    if len(values) != 1 or isinstance(values[0], exp.Star) or not _gives_one_row(tree):
        raise place.refusal(
            "a rule's query gives one number",
            given=query,
            allowed=_LIKE,
            hint="select one aggregate, without GROUP BY",
        )


def _gives_one_row(tree: "exp.Select") -> bool:
    """An aggregate over everything, or nothing but subqueries that are compared."""
    from sqlglot import exp  # noqa: PLC0415 - 0.1 s to import

    if tree.args.get("from") is None and tree.args.get("from_") is None:
        return True
    aggregates = (found for found in tree.expressions[0].find_all(exp.AggFunc) if found.parent_select is tree)
    whole = any(not isinstance(found.parent, exp.Window) for found in aggregates)
    return whole and not tree.args.get("group")
