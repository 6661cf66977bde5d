"""Landed records of a source as a Spark frame: those of each period by the contract that holds for it."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame

from pipeline.contracts.dataset import Dataset
from pipeline.contracts.model import Contract
from pipeline.extract.landing import LandedObject, SourceManifest, read_document, read_manifest, to_document
from pipeline.extract.place import pull_folder
from pipeline.jobs.context import RunContext
from pipeline.jobs.suppressing import suppressing
from pipeline.parsing.frames import Field
from pipeline.parsing.landed import make_splits, read_landed
from pipeline.parsing.numbered import numbers_before
from pipeline.parsing.splits import Ordinals, only_records


@dataclass(frozen=True)
class Reading:
    """A source's landed objects, all of them and in order, and which of their records are read."""

    objects: tuple[LandedObject, ...]
    wanted: Mapping[str, Ordinals] | None = None
    """Ascending ordinals by the object's key; None: every record."""

    @property
    def records(self) -> int:
        """As framing counted them."""
        return sum(item.records for item in self.objects)

    @property
    def digest(self) -> str:
        """Tells landed objects from others, also from those of another pull of the same records."""
        return hashlib.sha256(to_document(self.objects)).hexdigest()

    def by_contract(self, dataset: Dataset, source: str) -> Iterator[tuple[Contract, list[LandedObject]]]:
        """The objects under the contract that holds for their period; the current one comes first."""
        current = dataset.contracts[source]
        for contract in dataset.contracts_of(source):
            held = [item for item in self.objects if dataset.contract_for(source, item.period) is contract]
            if held or contract is current:
                yield contract, held


def current_reading(context: RunContext, source: str) -> Reading:
    """All records of the sealed landing of a run."""
    as_of = date.fromisoformat(context.manifest.as_of)
    return Reading(read_manifest(context.at.zones.landing, context.dataset.name, as_of, source).objects)


def earlier_reading(context: RunContext, source: str, digest: str) -> Reading | None:
    """The reading with this digest, of the landing as it is or as a later pull set it aside; None if it is gone."""
    current = current_reading(context, source)
    if current.digest == digest:
        return current
    landing = context.at.zones.landing
    folder = f"{pull_folder(context.dataset.name, date.fromisoformat(context.manifest.as_of))}/superseded/{source}"
    manifests = [key for key in landing.keys(folder) if key.endswith(f"/{source}.json")]
    readings = (Reading(read_document(landing, key, SourceManifest).objects) for key in manifests)
    return next((reading for reading in readings if reading.digest == digest), None)


def fields_of(contract: Contract, only: Collection[str] | None = None) -> list[Field]:
    """What is read of each record under a contract; `only`: names of the columns."""
    return [
        Field(item.name, item.logical_type, item.place, promote=item.on_mismatch == "evolve")
        for item in contract.columns
        if only is None or item.name in only
    ]


def parsed(context: RunContext, contract: Contract, reading: Reading, only: Collection[str] | None = None) -> DataFrame:
    """Records of the objects that `contract` holds for, as `read_landed` gives them.

    Args:
        context: of the run.
        contract: the source's, current or of an older period.
        reading: what is read of the source.
        only: names of the columns to read; by default all, and then records of suppressed persons read as erased.
    """
    fields = fields_of(contract, only)
    held = next(
        (objects for found, objects in reading.by_contract(context.dataset, contract.source) if found is contract), []
    )
    splits = make_splits(held, context.at.settings.partitions)
    if reading.wanted is not None:
        splits = only_records(splits, reading.wanted)
    change = suppressing(context, contract) if only is None else None
    numbers = numbers_before(reading.objects)
    return read_landed(context.at.spark, context.at.zones.landing, splits, fields, numbers, change)
