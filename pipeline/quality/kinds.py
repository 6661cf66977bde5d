"""How the refined values of a column are profiled: as what kind, and in which form Spark hands them to a reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from pyspark.sql import Column as Expression
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract
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
_SAMPLE = 400  # characters that tell a language


@dataclass(frozen=True)
class Plan:
    """What a worker is told of one column."""

    name: str
    form: Form
    named: frozenset[str] | None = frozenset()
    """Categories that may be told by name; None where the contract itself makes all of them."""

    @property
    def kind(self) -> Kind:
        return KINDS[self.form]

    def reader(self, key: bytes) -> Reader:
        """Counts the column; `key` is the dataset's."""
        return _READERS[self.form](self, key)

    def shown(self, sampled: Expression) -> Expression:
        """The column as its reader takes it; `sampled` is true for rows whose text may be looked at."""
        return _SHOWN[self.form](F.col(self.name), sampled)


def plan_of(column: Column, contract: Contract) -> Plan:
    """How a column of the refined table is profiled; strings that tell rows apart are identifiers."""
    form = _BY_ACTION.get(column.privacy.action) or _BY_TYPE[column.logical_type]
    keys = [contract.primary_key, *(unique.columns for unique in contract.uniques)]
    if form == "category" and (column.name,) in keys:
        form = "identifier"
    by_contract = form == "hour" or column.privacy.action == "band"
    return Plan(column.name, form, None if by_contract else frozenset(column.valid_values))


def _hash(value: Expression, _: Expression) -> Expression:
    return F.when(value.isNotNull(), F.xxhash64(value))


def _text(value: Expression, sampled: Expression) -> Expression:
    parts = F.struct(
        F.xxhash64(value).alias("hash"),
        F.char_length(value).cast("long").alias("length"),
        F.when(sampled, F.substring(value, 1, _SAMPLE)).alias("sample"),
    )
    return F.when(value.isNotNull(), parts)


def _plain(value: Expression, _: Expression) -> Expression:
    return value


_SHOWN: Mapping[Form, Callable[[Expression, Expression], Expression]] = {
    "number": lambda value, _: value.cast("double"),
    "integer": lambda value, _: value.cast("double"),
    "category": _plain,
    "hour": lambda value, _: F.concat(F.substring(value, 1, 2), F.lit(":00")),
    "day": lambda value, _: F.unix_date(value).cast("long"),
    "moment": lambda value, _: F.unix_micros(value),
    "text": _text,
    "identifier": _hash,
    "boolean": _plain,
}


def _category(plan: Plan, key: bytes) -> Reader:
    return CategoryReader(plan.named, column_key(key, plan.name))


_READERS: Mapping[Form, Callable[[Plan, bytes], Reader]] = {
    "number": lambda *_: NumberReader(whole=False),
    "integer": lambda *_: NumberReader(whole=True),
    "category": _category,
    "hour": _category,
    "day": lambda *_: DateReader("D"),
    "moment": lambda *_: DateReader("us"),
    "text": lambda *_: TextReader(),
    "identifier": lambda *_: IdentifierReader(),
    "boolean": lambda *_: BooleanReader(),
}
