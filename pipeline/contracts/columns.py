"""One property of a contract becomes a Column, with all that its rules come to."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, get_args

from pipeline.contracts.findings import Quality, Subject
from pipeline.contracts.forms import read_form
from pipeline.contracts.library import valid_values
from pipeline.contracts.model import Column, LogicalType, Unique
from pipeline.contracts.options import read_options
from pipeline.contracts.place import Place
from pipeline.contracts.privacy import read_privacy
from pipeline.contracts.quality import read_quality
from pipeline.contracts.relationships import Placed, read_relationships
from pipeline.contracts.terms import COLUMN, ENUM_VALUE, check_terms
from pipeline.contracts.vocabulary import custom_properties, evolution, flag, mapping, mappings, one_of, text

#: As SQL and files of all formats have it; those with a _ in front are ours.
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,127}")
_NAME_HINT = "letters of ASCII, digits and _; where the source has another name, say it as physicalName"
_NESTED = {
    "object": "make each field inside a column, with physicalName for its place, such as address.city",
    "array": "make each item that is needed a column, with physicalName for its place",
}


class ReadColumn(NamedTuple):
    """A column, and what else its property says."""

    column: Column
    place: Place
    quality: Quality
    references: list[Placed]
    privacy_at: Place
    key_position: int | None
    """Among the columns of the primary key; None: not one of them."""


def read_column(item: Mapping[str, Any], source: str, place: Place) -> ReadColumn:
    """Read one property.

    Raises:
        ContractError: a word or value that is not understood, does not fit the type or can't be obeyed, with its line.
    """
    name = _name(item, place)
    place = place.named(f"{source}.{name}")
    check_terms(item, COLUMN, place)
    logical_type = _logical_type(item, place)
    at = place / "logicalTypeOptions"
    given = mapping(item.get("logicalTypeOptions"), at)
    custom = custom_properties(item, {"privacy", "decimal", "booleans", "onMismatch"}, place)
    quality = read_quality(item, Subject(source, name, logical_type), place)
    key = _key_position(item, place)
    if flag(item, "unique", place):
        quality.uniques.insert(0, (Unique((name,)), place / "unique"))
    column = Column(
        name=name,
        logical_type=logical_type,
        privacy=read_privacy(custom.get("privacy"), logical_type, custom.at("privacy")),
        required=flag(item, "required", place) or key is not None or quality.required,
        options=read_options(logical_type, given, at),
        valid_values=_enum(item, logical_type, quality, place),
        valid_pattern=quality.valid_pattern,
        missing_values=quality.missing_values,
        description=text(item, "description", place),
        place=_physical_name(item, place),
        form=read_form(logical_type, given, custom.values, at / "format" if "format" in given else custom.around),
        on_mismatch=evolution(custom, "onMismatch", "discard_row"),
    )
    return ReadColumn(
        column, place, quality, list(read_relationships(item, source, name, place)), custom.at("privacy"), key
    )


def _name(item: Mapping[str, Any], place: Place) -> str:
    name = item.get("name")
    if not isinstance(name, str) or not name:
        raise (place / "name").refusal("a column needs a name", hint=_NAME_HINT)
    if not NAME.fullmatch(name):
        raise (place / "name").refusal("not a column's name", given=name, hint=_NAME_HINT)
    return name


def _logical_type(item: Mapping[str, Any], place: Place) -> LogicalType:
    types: tuple[LogicalType, ...] = get_args(LogicalType)
    told = item.get("logicalType") or "string"
    if isinstance(told, str) and told in _NESTED:
        raise (place / "logicalType").refusal(
            f"{told} is no type of a column", allowed=", ".join(types), hint=_NESTED[told]
        )
    if item.get("semanticType") == "measure":
        raise (place / "semanticType").refusal("a measure is not computed here", hint="compute it in features.py")
    one_of(told, types, "logicalType", place / "logicalType")
    return next(known for known in types if known == told)


def _key_position(item: Mapping[str, Any], place: Place) -> int | None:
    position = item.get("primaryKeyPosition")
    if position is not None and (isinstance(position, bool) or not isinstance(position, int)):
        raise (place / "primaryKeyPosition").refusal("primaryKeyPosition is an integer", allowed="1, 2 and so on")
    if flag(item, "primaryKey", place):
        return position or 0
    if position is not None and position > 0:
        raise (place / "primaryKeyPosition").refusal("primaryKeyPosition without primaryKey: true")
    return None


def _enum(item: Mapping[str, Any], logical_type: LogicalType, quality: Quality, place: Place) -> tuple[str, ...]:
    """Accepted values: those of the property's `enum`, or of its rule `invalidValues`."""
    if item.get("enum") is None:
        return quality.valid_values
    if quality.valid_values:
        raise (place / "enum").refusal("accepted values are said twice", hint="by enum or by invalidValues")
    values = []
    for entry, at in mappings(item, "enum", place):
        check_terms(entry, ENUM_VALUE, at)
        values.append(entry.get("value"))
    return valid_values(values, logical_type, place / "enum")


def _physical_name(item: Mapping[str, Any], place: Place) -> str:
    told = item.get("physicalName")
    if told is not None and (not isinstance(told, str) or not told):
        raise (place / "physicalName").refusal("physicalName is a text", hint="put it in quotes")
    return told or ""
