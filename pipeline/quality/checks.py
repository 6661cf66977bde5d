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
    """`parsed` (every column as text, `_reason`, `_wrong_types`) with typed columns and `_reasons` in their place.

    Returns:
        One row for each row of `parsed`; `_reasons` is an array of strings, empty where the row is kept.
    """
    typed_columns = {column.name: typed(column) for column in contract.columns}
    texts = {f"_text_{column.name}": F.col(column.name) for column in contract.columns}
    frame = parsed.withColumns(texts).withColumns(typed_columns)
    found = F.array_compact(F.array(*_reasons(contract)))
    whole = F.array(F.concat(F.lit("record:"), F.col(REASON)))
    reasons = F.when(F.col(REASON).isNotNull(), whole).otherwise(found)
    return frame.withColumn(REASONS, reasons).drop(*texts, REASON, WRONG_TYPES, STRANGER)


def _reasons(contract: Contract) -> Iterator[Expression]:
    for column in contract.columns:
        yield from _column_reasons(column)
    for rule in contract.row_rules:
        broken = ~F.expr(rule.condition)
        yield F.when(broken, F.lit(f"record:{rule.name}"))


def _column_reasons(column: Column) -> Iterator[Expression]:
    text, value = F.col(f"_text_{column.name}"), F.col(column.name)
    wrong = F.array_contains(WRONG_TYPES, column.name)
    yield F.when(wrong | (text.isNotNull() & value.isNull()), F.lit(f"{column.name}:type"))
    if column.required:
        yield F.when(text.isNull() & ~wrong, F.lit(f"{column.name}:required"))
    for option, limit in column.options.items():
        bound = F.lit(limit)
        if column.logical_type in _TEMPORAL:
            bound = bound.cast(SPARK_TYPES[column.logical_type])
        yield F.when(_OPTION_CHECKS[option](value, limit if option == "pattern" else bound), _name(column, option))
    if column.valid_values:
        yield F.when(~value.isin(*column.valid_values), _name(column, "validValues"))


def _name(column: Column, rule: str) -> Expression:
    return F.lit(f"{column.name}:{rule}")
