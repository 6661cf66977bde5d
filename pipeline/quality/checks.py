"""All row rules of a contract as one expression: the reasons why a row is rejected, every one of them.

A reason is `column:rule`; rules about the whole record have the column `record`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract
from pipeline.quality.types import SPARK_TYPES, typed

REASON = "_reason"
WRONG_TYPES = "_wrong_types"
STRANGER = "_stranger"
REASONS = "_reasons"
COUNTS = "_counts"
UNKNOWN_FIELD = "record:schema.unknown_field"

_Check = Callable[[Expression, Any], Expression]
#: Each is true where the value breaks the rule.
_OPTION_CHECKS: Mapping[str, _Check] = {
    "minimum": lambda value, limit: value < limit,
    "maximum": lambda value, limit: value > limit,
    "exclusiveMinimum": lambda value, limit: value <= limit,
    "exclusiveMaximum": lambda value, limit: value >= limit,
    "multipleOf": lambda value, step: F.abs(value / step - F.round(value / step)) > 1e-9,
    "minLength": lambda value, length: F.char_length(value) < length,
    "maxLength": lambda value, length: F.char_length(value) > length,
    "pattern": lambda value, pattern: ~value.rlike(pattern),
}
_TEMPORAL = ("date", "timestamp")


def checked(parsed: DataFrame, contract: Contract) -> DataFrame:
    """`parsed` (see `read_landed`) with typed columns for texts and `_reasons` for what parsing found.

    Returns:
        One row for each row of `parsed`; `_reasons` is an array of strings, empty where the row is kept. `_counts`
        gains `discarded:<column>` (a value of a kept row for which there is null now) and `frozen:<column>` (a value
        whose column says `freeze`).
    """
    typed_columns = {column.name: typed(column) for column in contract.columns}
    texts = {f"_text_{column.name}": F.col(column.name) for column in contract.columns}
    frame = parsed.withColumns(texts).withColumns(typed_columns)
    found = F.array_compact(F.array(*_reasons(contract)))
    whole = F.array(F.concat(F.lit("record:"), F.col(REASON)))
    reasons = F.when(F.col(REASON).isNotNull(), whole).otherwise(found)
    counted = _counted(frame.withColumn(REASONS, reasons), contract)
    return counted.drop(*texts, REASON, WRONG_TYPES, STRANGER)


def _counted(frame: DataFrame, contract: Contract) -> DataFrame:
    """Add to `_counts` what became of values that do not fit, one each; a contract without such words costs nothing."""
    names = list(_count_names(contract))
    if not names:
        return frame
    found = F.array_compact(F.array(*names))
    own = F.map_from_arrays(found, F.transform(found, lambda _: F.lit(1).cast("long")))
    return frame.withColumn(COUNTS, F.when(F.size(found) == 0, F.col(COUNTS)).otherwise(F.map_concat(COUNTS, own)))


def _count_names(contract: Contract) -> Iterator[Expression]:
    kept = F.size(REASONS) == 0
    for column in contract.columns:
        if _discards(column):
            yield F.when(kept & _misfit(column), F.lit(f"discarded:{column.name}"))
        elif column.on_mismatch == "freeze":
            yield F.when(_misfit(column), F.lit(f"frozen:{column.name}"))


def _discards(column: Column) -> bool:
    """Whether a value that does not fit becomes null and its row is kept."""
    return column.on_mismatch == "discard_value" and not column.required


def _misfit(column: Column) -> Expression:
    """A value was there and does not fit the column's type."""
    text, value = F.col(f"_text_{column.name}"), F.col(column.name)
    return F.array_contains(WRONG_TYPES, column.name) | (text.isNotNull() & value.isNull())


def _reasons(contract: Contract) -> Iterator[Expression]:
    if contract.new_columns in ("freeze", "discard_row"):
        yield F.when(F.col(STRANGER), F.lit(UNKNOWN_FIELD))
    for column in contract.columns:
        yield from _column_reasons(column)
    for rule in contract.row_rules:
        broken = ~F.expr(rule.condition)
        yield F.when(broken, F.lit(f"record:{rule.name}"))


def _column_reasons(column: Column) -> Iterator[Expression]:
    text, value = F.col(f"_text_{column.name}"), F.col(column.name)
    if not _discards(column):
        yield F.when(_misfit(column), _name(column, "type"))
    if column.required:
        wrong = F.array_contains(WRONG_TYPES, column.name)
        yield F.when(text.isNull() & ~wrong, _name(column, "required"))
    for option, limit in column.options.items():
        bound = F.lit(limit)
        if column.logical_type in _TEMPORAL:
            bound = bound.cast(SPARK_TYPES[column.logical_type])
        yield F.when(_OPTION_CHECKS[option](value, limit if option == "pattern" else bound), _name(column, option))
    if column.valid_values:
        yield F.when(~value.isin(*column.valid_values), _name(column, "validValues"))


def _name(column: Column, rule: str) -> Expression:
    return F.lit(f"{column.name}:{rule}")
