"""ODCS files become Contracts. What clearwell does not obey is refused with its line, never half obeyed."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.contracts.acknowledgements import read_acknowledgements
from pipeline.contracts.columns import NAME, read_column
from pipeline.contracts.findings import Subject
from pipeline.contracts.model import Contract, Gate
from pipeline.contracts.names import check_names
from pipeline.contracts.place import Place
from pipeline.contracts.processing import read_processing, under
from pipeline.contracts.quality import read_quality
from pipeline.contracts.queries import check_query
from pipeline.contracts.relationships import Placed, check_references, read_relationships
from pipeline.contracts.roles import primary_key, read_identity
from pipeline.contracts.terms import CONTRACT, SOURCE, check_terms
from pipeline.contracts.validated import validated
from pipeline.contracts.vocabulary import Custom, custom_properties, evolution, mappings, one_of, text
from pipeline.contracts.yaml_lines import Document, read_yaml
from pipeline.errors import ContractError

READABLE_VERSIONS = ("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0", "v3.2.0")
_CUSTOM = {"identity", "eventTime", "knowledgeTime", "newColumns", "acknowledgements", "processing"}


class _Read(NamedTuple):
    """A contract, and where the parts stand that other contracts have a say in."""

    contract: Contract
    references: list[Placed]
    gates: list[tuple[Gate, Place]]


def load_contract(path: Path, source: str) -> Contract:
    """Read the contract of `source`, by itself.

    Raises:
        ContractError: the file is missing, is not ODCS, or asks for what clearwell does not do; says file and line.
    """
    return _read(path, source).contract


def load_contracts(folder: Path, sources: Iterable[str]) -> dict[str, Contract]:
    """Read the contracts of all sources, and whether they hold together.

    Args:
        folder: of `<source>.odcs.yaml`.
        sources: their names.

    Raises:
        ContractError: as `load_contract`; a reference or query that names what is not there or can't be compared.
    """
    read = {source: _read(folder / f"{source}.odcs.yaml", source) for source in sources}
    contracts = {source: found.contract for source, found in read.items()}
    check_references({source: found.references for source, found in read.items()}, contracts)
    kept = {source: [column.name for column in contract.kept_columns] for source, contract in contracts.items()}
    for found in read.values():
        for gate, place in found.gates:
            if gate.metric == "sql":
                check_query(gate.query, kept, place)
    return contracts


def _read(path: Path, source: str) -> _Read:
    from open_data_contract_standard.model import OpenDataContractStandard  # noqa: PLC0415 - 0.3 s to import

    if not NAME.fullmatch(source):
        raise ContractError("not a source's name", given=source, allowed="letters of ASCII, digits and _")
    if not path.is_file():
        raise ContractError(f"source {source} has no contract", allowed=f"contracts/{path.name}")
    raw = path.read_bytes()
    document = read_yaml(raw, path.name)
    tables = _tables(document)
    if len(tables) != 1 or tables[0][0].get("name") != source:
        raise (document.place / "schema").refusal(
            "a contract has one schema, with its source's name",
            given=", ".join(str(table.get("name")) for table, _ in tables) or "none",
            allowed=source,
        )
    read = _compile(document, *tables[0], source, hashlib.sha256(raw).hexdigest())
    validated(OpenDataContractStandard, document, "is not ODCS")
    return read


def _tables(document: Document) -> list[tuple[Mapping[str, Any], Place]]:
    """The schema objects of a file that says that it is ODCS."""
    content, place = document
    one_of(content.get("kind"), ("DataContract",), "kind", place / "kind")
    one_of(content.get("apiVersion"), READABLE_VERSIONS, "apiVersion", place / "apiVersion")
    check_terms(content, CONTRACT, place)
    return list(mappings(content, "schema", place))


def _compile(document: Document, table: Mapping[str, Any], place: Place, source: str, digest: str) -> _Read:
    place = place.named(source)
    check_terms(table, SOURCE, place)
    custom = custom_properties(table, _CUSTOM, place)
    processing = read_processing(custom.get("processing"), custom.at("processing"))
    columns = [read_column(item, source, at) for item, at in mappings(table, "properties", place)]
    columns = [read._replace(column=under(read.column, processing)) for read in columns]
    quality = read_quality(table, Subject(source), place)
    every = [quality, *(read.quality for read in columns)]
    references = [found for read in columns for found in read.references]
    references += read_relationships(table, source, None, place)
    contract = Contract(
        id=text(document.content, "id", document.place, source),
        source=source,
        version=text(document.content, "version", document.place, "1.0.0"),
        columns=tuple(read.column for read in columns),
        primary_key=primary_key(columns),
        identity=read_identity(custom.get("identity"), custom.at("identity")),
        event_time=_time(custom, "eventTime"),
        knowledge_time=_time(custom, "knowledgeTime"),
        row_rules=tuple(rule for found in every for rule, _ in found.row_rules),
        gates=tuple(gate for found in every for gate, _ in found.gates),
        digest=digest,
        references=tuple(reference for reference, _ in references),
        uniques=tuple(dict.fromkeys(unique for found in every for unique, _ in found.uniques)),
        new_columns=evolution(custom, "newColumns", "discard_value"),
        acknowledgements=read_acknowledgements(custom.get("acknowledgements"), str(custom.at("acknowledgements"))),
        notes=tuple(note for found in every for note in found.notes),
        processing=processing,
    )
    check_names(contract, columns, quality, custom, place)
    return _Read(contract, references, [placed for found in every for placed in found.gates])


def _time(custom: Custom, name: str) -> str | None:
    """The column that the custom property `name` tells, if it is there."""
    told = custom.get(name)
    if told is not None and (not isinstance(told, str) or not told):
        raise custom.at(name).refusal(f"{name} is the name of a column")
    return told
