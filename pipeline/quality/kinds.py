"""How the refined values of a column are profiled: as what kind, and in which form Spark hands them to a reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from pyspark.sql import Column as Expression
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract
from pipeline.privacy.masking import band_labels
from pipeline.quality.readers import (
    BooleanReader,
    CategoryReader,
    DateReader,
    IdentifierReader,
    NumberReader,
    Reader,
    TextReader,
    column_key,
)

Kind = Literal["number", "category", "date", "text", "identifier", "boolean"]
Form = Literal["number", "integer", "category", "hour", "day", "moment", "text", "identifier", "boolean"]

KINDS: Mapping[Form, Kind] = {
    "number": "number",
    "integer": "number",
    "category": "category",
    "hour": "category",
    "day": "date",
    "moment": "date",
    "text": "text",
    "identifier": "identifier",
    "boolean": "boolean",
}
_BY_ACTION: Mapping[str, Form] = {
    "pseudonymise": "identifier",
    "redact": "text",
    "band": "category",
    "rank": "number",
    "ratio": "number",
    "round": "number",
    "aggregate": "number",
}
_BY_TYPE: Mapping[str, Form] = {
    "string": "category",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "day",
    "timestamp": "moment",
    "time": "hour",
}
_HOURS = tuple(f"{hour:02}:00" for hour in range(24))
_SAMPLE = 400  # characters that tell a language


@dataclass(frozen=True)
class Plan:
    """What a worker is told of one column."""

    name: str
    form: Form
    names: tuple[str, ...] = ()
    """Categories that may be told by name, since the contract tells them."""

    @property
    def kind(self) -> Kind:
        return KINDS[self.form]

    def reader(self, key: bytes) -> Reader:
        """Counts the column; `key` is the dataset's."""
        return _READERS[self.form](self, key)

    def shown(self, sampled: Expression) -> Expression:
        """The column as its reader takes it; `sampled` is true for rows whose text may be looked at."""
        return _SHOWN[self.form](self, F.col(self.name), sampled)


def plan_of(column: Column, contract: Contract) -> Plan:
    """How a column of the refined table is profiled; strings that tell rows apart are identifiers."""
    form = _BY_ACTION.get(column.privacy.action) or _BY_TYPE[column.logical_type]
    keys = [contract.primary_key, *(unique.columns for unique in contract.uniques)]
    if form == "category" and (column.name,) in keys:
        form = "identifier"
    names = column.valid_values
    if column.privacy.action == "band":
        names = band_labels(column)
    elif form == "hour":
        names = _HOURS
    return Plan(column.name, form, names)


def _hash(_: Plan, value: Expression, __: Expression) -> Expression:
    return F.when(value.isNotNull(), F.xxhash64(value))


def _hour(plan: Plan, value: Expression, sampled: Expression) -> Expression:
    return _category(plan, F.concat(F.substring(value, 1, 2), F.lit(":00")), sampled)


def _category(plan: Plan, value: Expression, _: Expression) -> Expression:
    """The value's hash, and its place among the names from 1, or 0."""
    place = F.array_position(F.array(*map(F.lit, plan.names)), value) if plan.names else F.lit(0).cast("long")
    return F.when(value.isNotNull(), F.struct(F.xxhash64(value).alias("hash"), place.alias("name")))


def _text(_: Plan, value: Expression, sampled: Expression) -> Expression:
    parts = F.struct(
        F.xxhash64(value).alias("hash"),
        F.char_length(value).cast("long").alias("length"),
        F.when(sampled, F.substring(value, 1, _SAMPLE)).alias("sample"),
    )
    return F.when(value.isNotNull(), parts)


_SHOWN: Mapping[Form, Callable[[Plan, Expression, Expression], Expression]] = {
    "number": lambda _, value, __: value.cast("double"),
    "integer": lambda _, value, __: value.cast("double"),
    "category": _category,
    "hour": _hour,
    "day": lambda _, value, __: F.unix_date(value).cast("long"),
    "moment": lambda _, value, __: F.unix_micros(value),
    "text": _text,
    "identifier": _hash,
    "boolean": lambda _, value, __: value,
}


def _categories(plan: Plan, key: bytes) -> Reader:
    return CategoryReader(plan.names, column_key(key, plan.name))


_READERS: Mapping[Form, Callable[[Plan, bytes], Reader]] = {
    "number": lambda *_: NumberReader(whole=False),
    "integer": lambda *_: NumberReader(whole=True),
    "category": _categories,
    "hour": _categories,
    "day": lambda *_: DateReader("D"),
    "moment": lambda *_: DateReader("us"),
    "text": lambda *_: TextReader(),
    "identifier": lambda *_: IdentifierReader(),
    "boolean": lambda *_: BooleanReader(),
}
