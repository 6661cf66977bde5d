"""Which sources number their records: those that are files, since only there a record keeps its place."""

from collections.abc import Iterable, Mapping

from pipeline.contracts.model import Contract
from pipeline.contracts.sources import RECORD_NUMBER, FileSource, Source
from pipeline.errors import ContractError


def check_numbers(sources: Mapping[str, Source], contracts: Iterable[Contract]) -> None:
    """Refuse record numbers where they would not mean the same in the next pull.

    Raises:
        ContractError: a column of a source that is no files is placed at `record:number`.
    """
    for contract in contracts:
        source = sources[contract.source]
        for column in contract.columns:
            if column.place == RECORD_NUMBER and not isinstance(source, FileSource):
                raise ContractError(
                    f"{contract.source}.{column.name}: only records of files have a {RECORD_NUMBER}",
                    given=f"a source of kind {source.kind}",
                    allowed="csv, xml, jsonl, parquet, documents",
                    hint="take the key that the system gives its records",
                )
