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
    values = {column.name: typed(column) for column in contract.columns}
    counts = {COUNTS: _counted(noted, noted_of_kept)} if noted.columns() or noted_of_kept.columns() else {}
    frame = parsed
    for made in (texts, values, bits, {REASONS: _found(broken)}, counts):
        frame = frame.withColumns({name: F.expr(text) for name, text in made.items()})
    return frame.drop(*texts, *bits, REASON, WRONG_TYPES, STRANGER)


def _found(broken: Bits) -> str:
    """SQL of the reasons; a record that could not be read has that alone.

    Types that were wrong in the source are rare, and looked at last: their values are null, but not missing.
    """
    names = broken.names(but=_wrong("concat(column, ':required')"), also=_wrong("concat(column, ':type')"))
    return (
        f"CASE WHEN {REASON} IS NOT NULL THEN array(concat('{RECORD}:', {REASON})) "
        f"WHEN {broken.none()} AND size({WRONG_TYPES}) = 0 THEN {_NONE} ELSE {names} END"
    )


def _counted(noted: Bits, noted_of_kept: Bits) -> str:
    """SQL of `_counts` with one of each thing noted."""
    found = noted.names(also=_wrong("concat('frozen:', column)"))
    of_kept = noted_of_kept.names(also=_wrong("concat('discarded:', column)"))
    kept = f"{REASON} IS NULL AND size({REASONS}) = 0"
    ones = f"transform(concat({found}, if({kept}, {of_kept}, {_NONE})), name -> struct(name, 1L))"
    nothing = f"{noted.none()} AND {noted_of_kept.none()} AND size({WRONG_TYPES}) = 0"
    return f"if({nothing}, {COUNTS}, map_concat({COUNTS}, map_from_entries({ones})))"


def _wrong(named: str) -> str:
    """SQL over `name`: whether it is that of a column whose type was wrong in the source."""
    return f"exists({WRONG_TYPES}, column -> name = {named})"


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
        return f"{sql.name(_text(column))} IS NULL"
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
    """SQL: a text was there that does not fit the column's type; then there is no value now."""
    if column.logical_type == "string":
        return "false"
    return f"{sql.name(column.name)} IS NULL AND {sql.name(_text(column))} IS NOT NULL"


def _text(column: Column) -> str:
    """Where the text of a column lies beside its typed value; a string is its own."""
    return column.name if column.logical_type == "string" else f"_text_{column.name}"
