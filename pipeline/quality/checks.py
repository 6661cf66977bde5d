"""All row rules of a contract as one expression: the reasons why a row is rejected, every one of them.

Each condition is evaluated once a row, into a bit (bits.py); the reasons (rules.py) are made of rows with bits alone.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract
from pipeline.quality.bits import Named, names_of, none_of, words
from pipeline.quality.rules import RECORD, UNKNOWN_FIELD, column_rules, discards, refuses_unknown_fields, row_rule
from pipeline.quality.string_formats import STRING_FORMATS
from pipeline.quality.types import SPARK_TYPES, normal_time, told, typed

REASON = "_reason"
WRONG_TYPES = "_wrong_types"
STRANGER = "_stranger"
REASONS = "_reasons"
COUNTS = "_counts"
_BROKEN, _NOTED, _NOTED_OF_KEPT = "_broken_", "_noted_", "_noted_of_kept_"

#: Each is true where the value breaks the limit.
_LIMITS: Mapping[str, Callable[[Expression, Expression], Expression]] = {
    "minimum": lambda value, limit: value < limit,
    "maximum": lambda value, limit: value > limit,
    "exclusiveMinimum": lambda value, limit: value <= limit,
    "exclusiveMaximum": lambda value, limit: value >= limit,
    "minLength": lambda value, length: F.char_length(value) < length,
    "maxLength": lambda value, length: F.char_length(value) > length,
}
#: Parts of a quotient that may be lost to rounding: absolute, and relative for quotients of many digits.
_ROUNDING, _LOST_DIGITS = 1e-9, 1e-15


def checked(parsed: DataFrame, contract: Contract) -> DataFrame:
    """`parsed` (see `read_landed`) with typed columns for texts and `_reasons` for what parsing found.

    Returns:
        One row for each row of `parsed`; `_reasons` is an array of strings, empty where the row is kept. `_counts`
        gains, 1 each: `frozen:<column>` (a value that does not fit and whose column says `freeze`), `warned:<rule>`
        (a row rule of severity warning is broken), and of kept rows `discarded:<column>` (a value for which there is
        null now) and `missing:<column>` (see `counted_before_masking`).
    """
    broken, noted, noted_of_kept = list(_broken(contract)), list(_noted(contract)), list(_noted_of_kept(contract))
    texts = {_text(column): told(column) for column in contract.columns if column.logical_type != "string"}
    frame = parsed.withColumns(texts).withColumns({column.name: typed(column) for column in contract.columns})
    bits = words(broken, _BROKEN) | words(noted, _NOTED) | words(noted_of_kept, _NOTED_OF_KEPT)
    frame = frame.withColumns(bits)
    whole = F.array(F.concat(F.lit(f"{RECORD}:"), F.col(REASON)))
    none = F.array().cast("array<string>")
    clean = none_of(broken, _BROKEN)
    reasons = F.when(F.col(REASON).isNotNull(), whole).when(clean, none).otherwise(names_of(broken, _BROKEN))
    made = {REASONS: reasons}
    if noted or noted_of_kept:
        found = names_of(noted, _NOTED)
        of_kept = F.when(F.col(REASON).isNull() & clean, names_of(noted_of_kept, _NOTED_OF_KEPT)).otherwise(none)
        nothing = none_of(noted, _NOTED) & none_of(noted_of_kept, _NOTED_OF_KEPT)
        made[COUNTS] = F.when(nothing, F.col(COUNTS)).otherwise(_with_ones(F.concat(found, of_kept)))
    return frame.withColumns(made).drop(*texts, *bits, REASON, WRONG_TYPES, STRANGER)


def counted_before_masking(contract: Contract) -> list[str]:
    """Columns whose nulls a gate asks for and the refined table can't tell, as they are masked or not there."""
    asked = {gate.column for gate in contract.gates if gate.metric in ("nullValues", "missingValues")}
    return [item.name for item in contract.columns if item.name in asked and item.privacy.action != "keep"]


def _with_ones(names: Expression) -> Expression:
    ones = F.transform(names, lambda _: F.lit(1).cast("long"))
    return F.map_concat(COUNTS, F.map_from_arrays(names, ones))


def _broken(contract: Contract) -> Iterator[Named]:
    """Reasons and when a row has them, as rules.py orders them."""
    if refuses_unknown_fields(contract):
        yield UNKNOWN_FIELD.reason, F.col(STRANGER)
    for column in contract.columns:
        for rule in column_rules(column):
            yield rule.reason, _breaks(column, rule.rule)
    for row in contract.row_rules:
        if row.severity == "error":
            yield row_rule(row).reason, ~F.expr(row.condition)


def _noted(contract: Contract) -> Iterator[Named]:
    for column in contract.columns:
        if column.on_mismatch == "freeze":
            yield f"frozen:{column.name}", _misfit(column)
    for row in contract.row_rules:
        if row.severity == "warning":
            yield f"warned:{row.name}", F.col(REASON).isNull() & ~F.expr(row.condition)


def _noted_of_kept(contract: Contract) -> Iterator[Named]:
    for column in contract.columns:
        if discards(column):
            yield f"discarded:{column.name}", _misfit(column)
    for name in counted_before_masking(contract):
        yield f"missing:{name}", F.col(name).isNull()


def _breaks(column: Column, rule: str) -> Expression:
    """Whether the row breaks one rule of a column. An absent value breaks `required` alone."""
    value = F.col(column.name)
    if rule == "type":
        return _misfit(column)
    if rule == "required":
        return F.col(_text(column)).isNull() & ~F.array_contains(WRONG_TYPES, column.name)
    if rule == "validValues":
        return ~value.isin(*_literals(column, column.valid_values))
    if rule == "validPattern":
        return ~value.rlike(column.valid_pattern)
    return _breaks_option(column, rule, value)


def _breaks_option(column: Column, option: str, value: Expression) -> Expression:
    limit = column.options[option]
    if option == "pattern":
        return ~value.rlike(limit)
    if option == "format":
        return ~value.rlike(STRING_FORMATS[limit])
    if option == "multipleOf":
        return _no_multiple(value, limit)
    plain = option in ("minLength", "maxLength") or column.logical_type in ("integer", "number")
    return _LIMITS[option](value, F.lit(limit) if plain else _literals(column, [limit])[0])


def _no_multiple(value: Expression, step: float) -> Expression:
    """Exact for whole steps; else as exact as a double, in which 0.3 is no multiple of 0.1."""
    if isinstance(step, int):
        return value % step != 0
    quotient = value / step
    return F.abs(quotient - F.round(quotient)) > F.greatest(F.lit(_ROUNDING), F.abs(quotient) * _LOST_DIGITS)


def _literals(column: Column, values: Iterable[Any]) -> list[Expression]:
    """Values of a contract as the column's type."""
    found = [F.lit(value).cast(SPARK_TYPES[column.logical_type]) for value in values]
    return [normal_time(value) for value in found] if column.logical_type == "time" else found


def _misfit(column: Column) -> Expression:
    """A value was there and does not fit the column's type; then there is none now."""
    wrong = F.array_contains(WRONG_TYPES, column.name)
    if column.logical_type == "string":
        return F.col(column.name).isNull() & wrong
    return F.col(column.name).isNull() & (F.col(_text(column)).isNotNull() | wrong)


def _text(column: Column) -> str:
    """Where the text of a column lies beside its typed value; a string is its own."""
    return column.name if column.logical_type == "string" else f"_text_{column.name}"
