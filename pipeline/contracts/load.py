"""An ODCS file becomes a Contract. What clearwell does not obey is refused, never half obeyed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from pipeline.contracts.acknowledgements import read_acknowledgements
from pipeline.contracts.forms import read_form
from pipeline.contracts.model import Column, Contract, Identity, LogicalType, Reference
from pipeline.contracts.privacy import read_privacy
from pipeline.contracts.quality import read_column_quality, read_source_quality
from pipeline.contracts.vocabulary import custom_properties, evolution, refuse_unknown
from pipeline.errors import ContractError

READABLE_VERSIONS = ("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0", "v3.2.0")
_SOURCE_KEYS = {
    "name",
    "physicalName",
    "description",
    "logicalType",
    "properties",
    "quality",
    "customProperties",
    "tags",
}
_COLUMN_KEYS = {
    "name", "physicalName", "logicalType", "logicalTypeOptions", "required", "primaryKey", "primaryKeyPosition",
    "description", "relationships", "quality", "customProperties", "classification", "businessName", "tags", "examples",
}  # fmt: skip
_OPTIONS: Mapping[str, set[str]] = {
    "string": {"minLength", "maxLength", "pattern"},
    "integer": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
    "date": {"minimum", "maximum", "format"},
    "timestamp": {"minimum", "maximum", "format"},
    "boolean": set(),
}


def load_contract(path: Path, source: str) -> Contract:
    """Read the contract of `source`.

    Raises:
        ContractError: the file is missing, is not ODCS, or asks for what clearwell does not do; says where.
    """
    if not path.is_file():
        raise ContractError(f"source {source} has no contract", allowed=f"contracts/{path.name}")
    raw = path.read_bytes()
    document = _parse(raw, path.name)
    tables = document["schema"]
    if len(tables) != 1 or tables[0].get("name") != source:
        raise ContractError(
            f"{path.name}: a contract has one schema, with its source's name",
            given=[table.get("name") for table in tables],
            allowed=source,
        )
    return _compile(document, tables[0], source, hashlib.sha256(raw).hexdigest(), path.name)


def _parse(raw: bytes, name: str) -> dict[str, Any]:
    from open_data_contract_standard.model import OpenDataContractStandard  # noqa: PLC0415 - 0.3 s to import

    try:
        document = yaml.safe_load(raw)
        OpenDataContractStandard.model_validate(document)
    except yaml.YAMLError as error:
        raise ContractError(f"{name} is not YAML", given=str(error).splitlines()[0]) from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContractError(f"{name}: {where} is not ODCS", allowed=first["msg"]) from None
    if document.get("kind") != "DataContract" or document.get("apiVersion") not in READABLE_VERSIONS:
        raise ContractError(
            f"{name}: not a contract that can be read",
            given=f"kind {document.get('kind')}, apiVersion {document.get('apiVersion')}",
            allowed=f"kind DataContract, apiVersion {' '.join(READABLE_VERSIONS)}",
        )
    if not document.get("schema"):
        raise ContractError(f"{name}: no schema")
    return dict(document)


def _compile(document: Mapping[str, Any], table: Mapping[str, Any], source: str, digest: str, file: str) -> Contract:
    place = f"{file}: {source}"
    refuse_unknown(table, _SOURCE_KEYS, place)
    columns = tuple(_column(item, place) for item in table.get("properties") or ())
    names = [column.name for column in columns]
    if len(set(names)) != len(names) or not names:
        raise ContractError(f"{place}: columns must be there and differ", given=names)
    custom = custom_properties(
        table, {"identity", "eventTime", "knowledgeTime", "newColumns", "acknowledgements"}, place
    )
    rules, gates = read_source_quality(table.get("quality") or (), place)
    gates += tuple(
        gate
        for item in table["properties"]
        for gate in read_column_quality(item.get("quality") or (), item["name"], f"{place}.{item['name']}").gates
    )
    contract = Contract(
        id=str(document.get("id", source)),
        source=source,
        version=str(document.get("version", "1.0.0")),
        columns=columns,
        primary_key=_primary_key(table["properties"]),
        identity=_identity(custom.get("identity")),
        event_time=custom.get("eventTime"),
        knowledge_time=custom.get("knowledgeTime"),
        row_rules=rules,
        gates=gates,
        digest=digest,
        references=tuple(
            reference
            for item in table["properties"]
            for reference in _references(item.get("relationships") or (), item["name"], f"{place}.{item['name']}")
        ),
        new_columns=evolution(custom, "newColumns", "discard_value", place),
        acknowledgements=read_acknowledgements(custom.get("acknowledgements"), place),
    )
    _check_names(contract, place)
    return contract


def _column(item: Mapping[str, Any], place: str) -> Column:
    name = item.get("name")
    place = f"{place}.{name}"
    refuse_unknown(item, _COLUMN_KEYS, place)
    logical_type = item.get("logicalType", "string")
    if not isinstance(name, str) or logical_type not in get_args(LogicalType):
        raise ContractError(f"{place}: unknown logicalType", given=logical_type, allowed=get_args(LogicalType))
    options = item.get("logicalTypeOptions") or {}
    refuse_unknown(options, _OPTIONS[logical_type], f"{place}.logicalTypeOptions")
    custom = custom_properties(item, {"privacy", "decimal", "booleans", "onMismatch"}, place)
    return Column(
        name=name,
        logical_type=logical_type,
        privacy=read_privacy(custom.get("privacy"), logical_type, place),
        required=bool(item.get("required") or item.get("primaryKey")),
        options={option: limit for option, limit in options.items() if option != "format"},
        valid_values=read_column_quality(item.get("quality") or (), name, place).valid_values,
        description=" ".join(str(item.get("description") or "").split()),
        place=str(item.get("physicalName") or ""),
        form=read_form(logical_type, options, custom, place),
        on_mismatch=evolution(custom, "onMismatch", "discard_row", place),
    )


def _primary_key(items: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    keyed = [item for item in items if item.get("primaryKey")]
    return tuple(item["name"] for item in sorted(keyed, key=lambda item: item.get("primaryKeyPosition", 0)))


def _identity(value: Mapping[str, Any] | None) -> Identity | None:
    if not value:
        return None
    links = tuple(value.get("linksBy", ()))
    entity = next(key for key in value if key != "linksBy")
    keys = value[entity]
    return Identity(entity=entity, key=keys[0] if keys else None, links_by=links)


def _references(relationships: Iterable[Mapping[str, Any]], name: str, place: str) -> Iterator[Reference]:
    for relationship in relationships:
        refuse_unknown(relationship, {"type", "to", "customProperties"}, f"{place}.relationships")
        source, _, column = str(relationship.get("to", "")).partition(".")
        if not source or not column:
            raise ContractError(f"{place}: a relationship names `source.column`", given=relationship.get("to"))
        custom = custom_properties(relationship, {"condition"}, f"{place}.relationships")
        yield Reference((name,), source, (column,), custom.get("condition"))


def _check_names(contract: Contract, place: str) -> None:
    """Every name that the contract uses must be a column of it."""
    known = {column.name for column in contract.columns}
    identity = contract.identity
    used = [contract.event_time, contract.knowledge_time]
    used += [identity.key, *identity.links_by] if identity else []
    missing = [name for name in used if name and name not in known]
    if missing:
        raise ContractError(f"{place}: names a column that is not there", given=missing, allowed=sorted(known))
    if not contract.primary_key:
        raise ContractError(f"{place}: no primaryKey", hint="mark the columns that tell one record from another")
    dropped = {column.name for column in contract.columns} - {column.name for column in contract.kept_columns}
    lost = sorted(dropped & set(contract.primary_key))
    if lost:
        raise ContractError(f"{place}: a key can't be dropped", given=lost, hint="pseudonymise it")
