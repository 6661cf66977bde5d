"""Text from a source becomes a typed column, or is told to be of the wrong type. No value is guessed."""

from collections.abc import Mapping

from pyspark.sql import Column as Expression
from pyspark.sql import functions as F
from pyspark.sql.types import BooleanType, DataType, DateType, DoubleType, LongType, StringType, TimestampType

from pipeline.contracts.model import Column

SPARK_TYPES: Mapping[str, DataType] = {
    "string": StringType(),
    "integer": LongType(),
    "number": DoubleType(),
    "boolean": BooleanType(),
    "date": DateType(),
    "timestamp": TimestampType(),
}
#: Spark's own casts also take '1d', 'yes', '2019' or 'NaN'; only these forms are meant by ODCS.
_FORMS: Mapping[str, str] = {
    "integer": r"^[+-]?\d{1,18}$",
    "number": r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$",
    "boolean": r"^(true|false)$",
    "date": r"^\d{4}-\d{2}-\d{2}$",
    "timestamp": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})$",
}


def typed(column: Column) -> Expression:
    """The column's text as its Spark type; null where it is null or not of that form."""
    text = F.col(column.name)
    if column.logical_type == "string":
        return text
    return F.when(text.rlike(_FORMS[column.logical_type]), text.try_cast(SPARK_TYPES[column.logical_type]))
