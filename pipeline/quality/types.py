"""Text from a source becomes a typed column, or is told to be of the wrong type. No value is guessed.

What stands for no value (`missingValues`) is null before anything else is asked of it. Blanks and line breaks around a
number, date, time or boolean are no part of it; around a string they are.
"""

import sys
from collections.abc import Callable, Mapping

from pyspark.sql.types import BooleanType, DataType, DateType, DoubleType, LongType, StringType, TimestampType

from pipeline.contracts.forms import date_pattern
from pipeline.contracts.model import Column
from pipeline.quality import sql_text as sql

SPARK_TYPES: Mapping[str, DataType] = {
    "string": StringType(),
    "integer": LongType(),
    "number": DoubleType(),
    "boolean": BooleanType(),
    "date": DateType(),
    "timestamp": TimestampType(),
    "time": StringType(),
}
#: Spark's own casts also take '1d', 'yes', '2019' or 'NaN'; only these forms are meant by ODCS. Digits give nothing
#: back (++), or a long text of digits would be tried at every place.
_INTEGER = r"[+-]?\d{1,18}"
_WHOLE = r"[+-]?\d{1,18}(\.0*)?"
_NUMBER = r"[+-]?(\d++\.?\d*+|\.\d++)([eE][+-]?\d{1,3})?"
_BOOLEAN = "(true|false)"
_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"
_TIMESTAMP = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})"
#: What `_whole` lets stand around a value.
_BLANKS = " \t\n\x0b\f\r"


def told(column: Column) -> str:
    """SQL of the column's text; null where it is null or one of the source's words for no value."""
    text = sql.name(column.name)
    if not column.missing_values:
        return text
    word = text if column.logical_type == "string" else _without_blanks(text)
    return f"if({word} IN {sql.listed(map(sql.text, column.missing_values))}, NULL, {text})"


def typed(column: Column) -> str:
    """SQL of the column's text as its Spark type; null where it is null or not of that form.

    A time becomes text without blanks and without zeros at the end of its fraction, so that texts compare as times do.
    """
    return _TYPED[column.logical_type](column, told(column))


def _string(_: Column, text: str) -> str:
    return text


def _integer(column: Column, text: str) -> str:
    """`evolve` takes 3.0 as 3, as a file does that had to write an integer column with gaps."""
    if column.on_mismatch == "evolve":
        return _taken(column, text, _WHOLE, f"substring_index({text}, '.', 1)")
    return _taken(column, text, _INTEGER, text)


def _number(column: Column, text: str) -> str:
    comma = column.form.decimal == ","
    form = _NUMBER.replace(r"\.", ",") if comma else _NUMBER
    plain = f"replace({text}, ',', '.')" if comma else text
    number = f"try_cast({plain} AS double)"
    return f"if({_is(text, form)} AND abs({number}) <= {sys.float_info.max!r}D, {number}, NULL)"


def _boolean(column: Column, text: str) -> str:
    words = column.form.booleans
    if not words:
        return f"if({_is(text, _BOOLEAN)}, contains({text}, 't'), NULL)"
    word, trues = _without_blanks(text), [word for word, meant in words.items() if meant]
    known, meant = sql.listed(map(sql.text, words)), sql.listed(map(sql.text, trues))
    return f"if({word} IN {known}, {word} IN {meant}, NULL)"


def _date(column: Column, text: str) -> str:
    """Spark's cast refuses a day that is not in the calendar; its parser of patterns may roll it over."""
    if column.form.date:
        pattern = date_pattern(column.form.date, column.logical_type, column.name)
        iso = f"regexp_replace({text}, {sql.text(_whole(pattern.regex))}, {sql.text(pattern.iso)})"
        return _taken(column, text, pattern.regex, iso)
    return _taken(column, text, _DATE if column.logical_type == "date" else _TIMESTAMP, text)


def _time(_: Column, text: str) -> str:
    return f"if({_is(text, _TIME)}, {normal_time(_without_blanks(text))}, NULL)"


def normal_time(text: str) -> str:
    """SQL of a time's text without zeros at the end of its fraction."""
    return f"if(contains({text}, '.'), trim(TRAILING '.' FROM trim(TRAILING '0' FROM {text})), {text})"


def _taken(column: Column, text: str, form: str, plain: str) -> str:
    """`plain` as the column's type where `text` is of the form."""
    spark_type = SPARK_TYPES[column.logical_type].simpleString()
    return f"if({_is(text, form)}, try_cast({plain} AS {spark_type}), NULL)"


def _is(text: str, form: str) -> str:
    return f"rlike({text}, {sql.text(_whole(form))})"


def _whole(form: str) -> str:
    return rf"^\s*{form}\s*$"


def _without_blanks(text: str) -> str:
    return f"btrim({text}, {sql.text(_BLANKS)})"


_TYPED: Mapping[str, Callable[[Column, str], str]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _date,
    "time": _time,
}
