"""Names and values as Spark SQL text.

A contract of 500 columns has thousands of conditions. Spark reads a text in one call; an expression made of objects
takes a call to the JVM for every part of it.
"""

from collections.abc import Iterable

from pyspark.sql.types import DataType


def name(column: str) -> str:
    return f"`{column.replace('`', '``')}`"


def text(value: str) -> str:
    """A literal. A dollar sign is escaped, since Spark puts its settings where `${` stands."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("$", "\\u0024")
    return f"'{escaped}'"


def number(value: float) -> str:
    """A literal of the same type as in Python."""
    return str(value) if isinstance(value, int) else f"{value!r}D"


def typed_text(value: object, type_: DataType) -> str:
    """A value of a contract, as it is written there, as a Spark type."""
    return f"CAST({text(str(value))} AS {type_.simpleString()})"


def listed(parts: Iterable[str]) -> str:
    return f"({', '.join(parts)})"
