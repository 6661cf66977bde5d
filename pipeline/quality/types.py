"""Text from a source becomes a typed column, or is told to be of the wrong type. No value is guessed.

What stands for no value (`missingValues`) is null before anything else is asked of it. Blanks and line breaks around a
number, date, time or boolean are no part of it; around a string they are.
"""

import sys
from collections.abc import Callable, Mapping

from pyspark.sql import Column as Expression
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, DataType, DateType, DoubleType, LongType, StringType, TimestampType

from pipeline.contracts.forms import date_pattern
from pipeline.contracts.model import Column

SPARK_TYPES: Mapping[str, DataType] = {
    "string": StringType(),
    "integer": LongType(),
    "number": DoubleType(),
    "boolean": BooleanType(),
    "date": DateType(),
    "timestamp": TimestampType(),
    "time": StringType(),
}
#: Spark's own casts also take '1d', 'yes', '2019' or 'NaN'; only these forms are meant by ODCS.
_INTEGER = r"[+-]?\d{1,18}"
_WHOLE = r"[+-]?\d{1,18}(\.0*)?"
_NUMBER = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?"
_BOOLEAN = "(true|false)"
_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"
_TIMESTAMP = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})"
#: What `_whole` lets stand around a value.
_BLANKS = " \t\n\x0b\f\r"


def told(column: Column) -> Expression:
    """The column's text; null where it is null or one of the source's words for no value."""
    text = F.col(column.name)
    if not column.missing_values:
        return text
    word = text if column.logical_type == "string" else F.btrim(text, F.lit(_BLANKS))
    return F.when(~word.isin(*column.missing_values), text)


def typed(column: Column) -> Expression:
    """The column's text as its Spark type; null where it is null or not of that form.

    A time becomes text without blanks and without zeros at the end of its fraction, so that texts compare as times do.
    """
    return _TYPED[column.logical_type](column, told(column))


def _string(_: Column, text: Expression) -> Expression:
    return text


def _integer(column: Column, text: Expression) -> Expression:
    """`evolve` takes 3.0 as 3, as a file does that had to write an integer column with gaps."""
    if column.on_mismatch == "evolve":
        return _taken(column, text, _WHOLE, F.substring_index(text, ".", 1))
    return _taken(column, text, _INTEGER, text)


def _number(column: Column, text: Expression) -> Expression:
    comma = column.form.decimal == ","
    form = _NUMBER.replace(r"\.", ",") if comma else _NUMBER
    number = _taken(column, text, form, F.replace(text, F.lit(","), F.lit(".")) if comma else text)
    return F.when(F.abs(number) <= sys.float_info.max, number)


def _boolean(column: Column, text: Expression) -> Expression:
    words = column.form.booleans
    if not words:
        return F.when(text.rlike(_whole(_BOOLEAN)), text.contains("t"))
    word, trues = F.btrim(text, F.lit(_BLANKS)), [word for word, meant in words.items() if meant]
    return F.when(word.isin(list(words)), word.isin(trues))


def _date(column: Column, text: Expression) -> Expression:
    """Spark's cast refuses a day that is not in the calendar; its parser of patterns may roll it over."""
    if column.form.date:
        pattern = date_pattern(column.form.date, column.logical_type, column.name)
        return _taken(column, text, pattern.regex, F.regexp_replace(text, _whole(pattern.regex), pattern.iso))
    return _taken(column, text, _DATE if column.logical_type == "date" else _TIMESTAMP, text)


def _time(_: Column, text: Expression) -> Expression:
    return F.when(text.rlike(_whole(_TIME)), normal_time(F.btrim(text, F.lit(_BLANKS))))


def normal_time(text: Expression) -> Expression:
    return F.when(text.contains("."), F.rtrim(F.rtrim(text, F.lit("0")), F.lit("."))).otherwise(text)


def _taken(column: Column, text: Expression, form: str, plain: Expression) -> Expression:
    """`plain` as the column's type where `text` is of the form."""
    return F.when(text.rlike(_whole(form)), plain.try_cast(SPARK_TYPES[column.logical_type]))


def _whole(form: str) -> str:
    return rf"^\s*{form}\s*$"


_TYPED: Mapping[str, Callable[[Column, Expression], Expression]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _boolean,
    "date": _date,
    "timestamp": _date,
    "time": _time,
}
