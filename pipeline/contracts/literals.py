"""Spark SQL of values that a contract accepts."""

from collections.abc import Sequence


def condition_of(column: str, logical_type: str, values: Sequence[str], pattern: str) -> str:
    """The condition that a value of `column` is among `values` and matches `pattern`; either may be empty."""
    bare = logical_type in ("integer", "number", "boolean")
    parts = []
    if values:
        parts.append(f"`{column}` IN ({', '.join(value if bare else quoted(value) for value in values)})")
    if pattern:
        parts.append(f"`{column}` RLIKE {quoted(pattern)}")
    return " AND ".join(parts)


def quoted(value: str) -> str:
    """A text as a literal."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
