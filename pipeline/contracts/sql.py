"""Spark SQL of contracts, parsed while a contract is read, so that no run fails on a slip of the pen."""

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from pipeline.contracts.place import Place
from pipeline.contracts.terms import words
from pipeline.contracts.vocabulary import absent, nearest

if TYPE_CHECKING:
    from sqlglot import exp

#: They give something else at every run or on every machine.
_UNSTEADY = words(
    "rand random randn randstr uniform uuid shuffle now curdate current_date current_time current_timestamp "
    "localtimestamp current_timezone current_user user session_user current_catalog current_database current_schema "
    "version monotonically_increasing_id spark_partition_id input_file_name input_file_block_start "
    "input_file_block_length first last first_value last_value any_value"
)
#: They reach beyond the row, or put values into errors.
_REACHING = words("reflect java_method try_reflect raise_error assert_true")
#: Functions of Spark SQL that pyspark has no function for.
_SQL_ONLY = words("if nvl int bigint smallint tinyint float double decimal string boolean date timestamp")
_LIKE = "such as end_date >= start_date"


def parse_condition(text: str, place: Place) -> "exp.Expr":
    """A condition over the columns of one row.

    Raises:
        ContractError: it can't be parsed, looks at more than one row, gives something else another time, or is no
            condition.
    """
    from sqlglot import exp  # noqa: PLC0415 - 0.1 s to import

    tree = parse_expression(text, place)
    if isinstance(tree, exp.Literal | exp.Null | exp.Neg | exp.Cast) or _is_arithmetic(tree):
        raise place.refusal("is no condition", given=text, allowed=_LIKE)
    return tree


def parse_expression(text: str, place: Place) -> "exp.Expr":
    """An expression over the columns of one row; raises ContractError as `parse_condition` does."""
    from sqlglot import exp  # noqa: PLC0415 - 0.1 s to import

    tree = _parsed(text, exp.Condition, place)
    many = (exp.AggFunc, exp.Window, exp.Query, exp.Star, exp.UDTF, exp.Explode, exp.Inline)
    if found := next(tree.find_all(*many), None):
        raise place.refusal(
            "a row rule sees one row", given=_name(found), allowed=_LIKE, hint="a rule over all rows is of type sql"
        )
    return tree


def parse_statements(text: str, place: Place) -> "exp.Expr":
    """One statement of SQL, of whatever kind."""
    return _parsed(text, None, place)


def columns_of(tree: "exp.Expr") -> Iterator[tuple[str, str]]:
    """What stands before the dot, or nothing, and the name of every column."""
    from sqlglot import exp  # noqa: PLC0415 - 0.1 s to import

    for column in tree.find_all(exp.Column):
        before = ".".join(part.name for part in column.parts[:-1])
        yield before, column.name


def check_columns(tree: "exp.Expr", known: Mapping[str, Collection[str]], place: Place) -> None:
    """Raises ContractError where the tree names a column that is not known.

    `known`: names of columns by what stands before their dot, which is empty for plain ones.
    """
    used = list(columns_of(tree))
    for before, name in used:
        if name not in known.get(before, ()):
            every = [f"{table}.{column}" if table else column for table in known for column in known[table]]
            given = f"{before}.{name}" if before else name
            raise absent(f"no column {given}", given, every, place)
    if not used:
        raise place.refusal("names no column", given=tree.sql(dialect="spark"), allowed=_LIKE)


def _parsed(text: str, into: Any, place: Place) -> "exp.Expr":
    import sqlglot  # noqa: PLC0415 - 0.1 s to import
    from sqlglot import exp  # noqa: PLC0415
    from sqlglot.errors import ParseError, SqlglotError  # noqa: PLC0415

    try:
        tokens = sqlglot.tokenize(text, dialect="spark")
        if any(token.comments or token.token_type is sqlglot.TokenType.SEMICOLON for token in tokens):
            raise place.refusal("SQL without comments and semicolons", given=text)
        tree: exp.Expr = sqlglot.parse_one(text, dialect="spark", into=into)
    except SqlglotError as error:
        first = error.errors[0] if isinstance(error, ParseError) and error.errors else {}
        after = str(first.get("start_context") or "")[-40:] + str(first.get("highlight") or "")
        raise place.refusal("can't be read as Spark SQL", given=text, hint=after and f"up to: {after}") from None
    except RecursionError:
        raise place.refusal("nested too deep", given=f"SQL of {len(text):,} signs") from None
    if placeholder := tree.find(exp.Placeholder, exp.Parameter):
        raise place.refusal(
            f"nothing is put in for {placeholder.sql(dialect='spark')}",
            allowed="${table}, ${object}, ${schema}, ${column}, ${property} in queries",
        )
    _check_functions(tree, place)
    return tree


def _check_functions(tree: "exp.Expr", place: Place) -> None:
    from sqlglot import exp  # noqa: PLC0415 - 0.1 s to import

    for function in tree.find_all(exp.Func):
        names = {_name(function)} | {name.lower() for name in type(function).sql_names()}
        if names & _UNSTEADY:
            raise place.refusal(
                "what is judged must be the same at every run", given=f"{_name(function)}()", hint="use columns only"
            )
        if names & _REACHING:
            raise place.refusal("this function may not be called here", given=f"{_name(function)}()")
        if isinstance(function, exp.Anonymous):
            _check_known(function.name.lower(), place)


def _check_known(name: str, place: Place) -> None:
    """A name that the parser does not know is one of Spark's functions, or nobody's."""
    from pyspark.sql import functions  # noqa: PLC0415 - 0.4 s to import, for rare functions only

    known = _SQL_ONLY.union(vars(functions))
    if name not in known:
        raise place.refusal("no such function", given=f"{name}()", hint=nearest(name, known))


def _is_arithmetic(tree: "exp.Expr") -> bool:
    from sqlglot import exp  # noqa: PLC0415 - 0.1 s to import

    return isinstance(tree, exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Mod | exp.IntDiv | exp.DPipe)


def _name(node: "exp.Expr") -> str:
    """How people write a node: a function's name, else its kind."""
    from sqlglot import exp  # noqa: PLC0415 - 0.1 s to import

    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    return node.sql_name().lower() if isinstance(node, exp.Func) else type(node).__name__.lower()
