"""Landed objects of a source under the contracts that hold for them."""

from collections.abc import Iterator, Sequence

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Contract
from pipeline.extract.holdings import SourceObject
from pipeline.extract.landing import SourceManifest, read_document
from pipeline.parsing.numbered import numbers_before
from pipeline.storage.objects import FolderStore


def by_contract(
    dataset: Dataset, objects: Sequence[SourceObject], source: str
) -> Iterator[tuple[Contract, list[SourceObject]]]:
    """The contracts of a source that hold for any of its objects, the current one first, each with those."""
    mine = [item for item in objects if item.source == source]
    for contract in dataset.contracts_of(source):
        held = [item for item in mine if dataset.contract_for(source, item.landed.period) is contract]
        if held:
            yield contract, held


def counted_before(landing: FolderStore, held: Sequence[SourceObject]) -> dict[str, int]:
    """How many records of a pull lie before each object, by the manifests that name it."""
    manifests = dict.fromkeys(key for item in held for key in item.manifests)
    counted = (numbers_before(read_document(landing, key, SourceManifest).objects) for key in manifests)
    return {key: number for numbers in counted for key, number in numbers.items()}
