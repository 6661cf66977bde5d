"""All row rules of a contract as one expression: the reasons why a row is rejected, every one of them.

Each condition is evaluated once a row, into a bit (bits.py); the reasons (rules.py) are made of rows with bits alone.
"""

from collections.abc import Callable, Iterator, Mapping

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract
from pipeline.quality import sql_text as sql
from pipeline.quality.bits import Bits, Named
from pipeline.quality.rules import RECORD, UNKNOWN_FIELD, column_rules, discards, refuses_unknown_fields, row_rule
from pipeline.quality.string_formats import STRING_FORMATS
from pipeline.quality.types import SPARK_TYPES, normal_time, told, typed

REASON = "_reason"
WRONG_TYPES = "_wrong_types"
STRANGER = "_stranger"
REASONS = "_reasons"
COUNTS = "_counts"

#: SQL that is true where the value breaks the limit.
_LIMITS: Mapping[str, Callable[[str, str], str]] = {
    "minimum": lambda value, limit: f"{value} < {limit}",
    "maximum": lambda value, limit: f"{value} > {limit}",
    "exclusiveMinimum": lambda value, limit: f"{value} <= {limit}",
    "exclusiveMaximum": lambda value, limit: f"{value} >= {limit}",
    "minLength": lambda value, length: f"char_length({value}) < {length}",
    "maxLength": lambda value, length: f"char_length({value}) > {length}",
}
_NUMERIC = ("integer", "number")
#: Parts of a quotient that may be lost to rounding: absolute, and relative for quotients of many digits.
_ROUNDING, _LOST_DIGITS = 1e-9, 1e-15
_NONE = "cast(array() AS array<string>)"


def checked(parsed: DataFrame, contract: Contract) -> DataFrame:
    """`parsed` (see `read_landed`) with typed columns for texts and `_reasons` for what parsing found.

    Returns:
        One row for each row of `parsed`; `_reasons` is an array of strings, empty where the row is kept. `_counts`
        gains, 1 each: `frozen:<column>` (a value that does not fit and whose column says `freeze`), `warned:<rule>`
        (a row rule of severity warning is broken), and of kept rows `discarded:<column>` (a value for which there is
        null now) and `missing:<column>` (see `counted_before_masking`).
    """
    broken = Bits("_broken_", list(_broken(contract)))
    noted = Bits("_noted_", list(_noted(contract)))
    noted_of_kept = Bits("_noted_of_kept_", list(_noted_of_kept(contract)))
    texts = {_text(column): told(column) for column in contract.columns if column.logical_type != "string"}
    bits = broken.columns() | noted.columns() | noted_of_kept.columns()
    found = {REASONS: _found(broken)}
    if noted.columns() or noted_of_kept.columns():
        found[COUNTS] = _counted(broken, noted, noted_of_kept)
    frame = parsed
    for made in (texts, {column.name: typed(column) for column in contract.columns}, bits, found):
        frame = frame.withColumns({name: F.expr(text) for name, text in made.items()})
    return frame.drop(*texts, *bits, REASON, WRONG_TYPES, STRANGER)


def _found(broken: Bits) -> str:
    """The reasons: of a record that could not be read that alone."""
    return (
        f"CASE WHEN {REASON} IS NOT NULL THEN array(concat('{RECORD}:', {REASON})) "
        f"WHEN {broken.none()} THEN {_NONE} ELSE {broken.names()} END"
    )


def _counted(broken: Bits, noted: Bits, noted_of_kept: Bits) -> str:
    """`_counts` with one of each thing noted."""
    kept = f"{REASON} IS NULL AND {broken.none()}"
    names = f"concat({noted.names()}, CASE WHEN {kept} THEN {noted_of_kept.names()} ELSE {_NONE} END)"
    ones = f"map_from_entries(transform({names}, name -> struct(name, 1L)))"
    return f"CASE WHEN {noted.none()} AND {noted_of_kept.none()} THEN {COUNTS} ELSE map_concat({COUNTS}, {ones}) END"


def counted_before_masking(contract: Contract) -> list[str]:
    """Columns whose nulls a gate asks for and the refined table can't tell, as they are masked or not there."""
    asked = {gate.column for gate in contract.gates if gate.metric in ("nullValues", "missingValues")}
    return [item.name for item in contract.columns if item.name in asked and item.privacy.action != "keep"]


def _broken(contract: Contract) -> Iterator[Named]:
    """Reasons and when a row has them, as rules.py orders them."""
    if refuses_unknown_fields(contract):
        yield Named(UNKNOWN_FIELD.reason, STRANGER)
    for column in contract.columns:
        for rule in column_rules(column):
            yield Named(rule.reason, _breaks(column, rule.rule))
    for row in contract.row_rules:
        if row.severity == "error":
            yield Named(row_rule(row).reason, f"NOT (\n{row.condition}\n)")


def _noted(contract: Contract) -> Iterator[Named]:
    for column in contract.columns:
        if column.on_mismatch == "freeze":
            yield Named(f"frozen:{column.name}", _misfit(column))
    for row in contract.row_rules:
        if row.severity == "warning":
            yield Named(f"warned:{row.name}", f"{REASON} IS NULL AND NOT (\n{row.condition}\n)")


def _noted_of_kept(contract: Contract) -> Iterator[Named]:
    for column in contract.columns:
        if discards(column):
            yield Named(f"discarded:{column.name}", _misfit(column))
    for name in counted_before_masking(contract):
        yield Named(f"missing:{name}", f"{sql.name(name)} IS NULL")


def _breaks(column: Column, rule: str) -> str:
    """SQL that is true where the row breaks one rule of a column. An absent value breaks `required` alone."""
    value = sql.name(column.name)
    if rule == "type":
        return _misfit(column)
    if rule == "required":
        return f"{sql.name(_text(column))} IS NULL AND NOT {_wrong(column)}"
    if rule == "validValues":
        values = (_literal(column, value) for value in column.valid_values)
        return f"{value} NOT IN {sql.listed(values)}"
    if rule == "validPattern":
        return _unlike(value, column.valid_pattern)
    return _breaks_option(column, rule, value)


def _breaks_option(column: Column, option: str, value: str) -> str:
    limit = column.options[option]
    if option == "pattern":
        return _unlike(value, limit)
    if option == "format":
        return _unlike(value, STRING_FORMATS[limit])
    if option == "multipleOf":
        return _no_multiple(value, limit)
    plain = option in ("minLength", "maxLength") or column.logical_type in _NUMERIC
    return _LIMITS[option](value, sql.number(limit) if plain else _literal(column, limit))


def _unlike(value: str, pattern: str) -> str:
    return f"NOT rlike({value}, {sql.text(pattern)})"


def _no_multiple(value: str, step: float) -> str:
    """Exact for whole steps; else up to what a double loses: 0.3 is a multiple of 0.1."""
    if isinstance(step, int):
        return f"{value} % {step} <> 0"
    quotient = f"({value} / {sql.number(step)})"
    lost = f"greatest({_ROUNDING!r}D, abs({quotient}) * {_LOST_DIGITS!r}D)"
    return f"abs({quotient} - rint({quotient})) > {lost}"


def _literal(column: Column, value: object) -> str:
    found = sql.typed_text(value, SPARK_TYPES[column.logical_type])
    return normal_time(found) if column.logical_type == "time" else found


def _misfit(column: Column) -> str:
    """SQL: a value was there and does not fit the column's type; then there is none now."""
    value = sql.name(column.name)
    if column.logical_type == "string":
        return f"{value} IS NULL AND {_wrong(column)}"
    return f"{value} IS NULL AND ({sql.name(_text(column))} IS NOT NULL OR {_wrong(column)})"


def _wrong(column: Column) -> str:
    return f"array_contains({WRONG_TYPES}, {sql.text(column.name)})"


def _text(column: Column) -> str:
    """Where the text of a column lies beside its typed value; a string is its own."""
    return column.name if column.logical_type == "string" else f"_text_{column.name}"
