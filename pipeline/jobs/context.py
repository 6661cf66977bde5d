"""What every stage is given: the dataset, its zones, the run's manifest, the key source, a Spark session when asked."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pyspark.sql import DataFrame, SparkSession

from pipeline.contracts.dataset import Dataset, open_dataset
from pipeline.contracts.model import Contract
from pipeline.errors import LandingError
from pipeline.keys import KeySource, open_key_source
from pipeline.privacy.finders import Finders
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.settings import Settings
from pipeline.spark import make_session
from pipeline.storage.runs import RunManifest, known_runs, read_run
from pipeline.storage.tables import Tables
from pipeline.storage.zones import Zones, open_zones

T = TypeVar("T")
_AT_ONCE = 2


@dataclass
class Workplace:
    """A dataset and where it is worked on."""

    settings: Settings
    dataset: Dataset
    zones: Zones
    keys: KeySource

    @property
    def finders(self) -> Finders:
        """What searches free text beside the roster."""
        return Finders(self.settings.name_model, self.dataset.folder)

    @cached_property
    def spark(self) -> SparkSession:
        return make_session(self.settings, f"clearwell {self.dataset.name}")

    @cached_property
    def tables(self) -> Tables:
        return Tables(self.spark)

    def pseudonymiser(self, epoch: str) -> Pseudonymiser:
        """Keyed digests of the dataset under one of its epochs.

        Raises:
            KeySourceError: its key can't be had.
        """
        return Pseudonymiser(self.keys.data_key(self.dataset.name, epoch).key)


@dataclass
class RunContext:
    """One run at its workplace."""

    at: Workplace
    manifest: RunManifest

    @property
    def dataset(self) -> Dataset:
        return self.at.dataset

    @property
    def run(self) -> str:
        return self.manifest.run

    @property
    def finders(self) -> Finders:
        return self.at.finders

    def pseudonymiser(self) -> Pseudonymiser:
        """Keyed digests under the run's own epoch, whatever the current one is.

        Raises:
            KeySourceError: its key can't be had.
        """
        return self.at.pseudonymiser(self.manifest.key_epoch)

    def refined_name(self, source: str) -> str:
        return f"refined.{self.dataset.name}__{source}"

    def side_by_side(self, work: Callable[[Contract], T]) -> dict[str, T]:
        """Do the work of each source, two at a time: one plans or commits while the other computes."""
        contracts = self.dataset.contracts
        _ = self.at.tables  # the session is started once, before the threads that share it
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return dict(zip(contracts, pool.map(work, contracts.values()), strict=True))

    def kept(self, source: str) -> DataFrame:
        """Kept rows of a source's refined table, as the last finished stage left them."""
        return self.at.tables.kept(self.manifest.table(self.refined_name(source)))


def open_workplace(settings: Settings, dataset: str) -> Workplace:
    """The workplace of the dataset named `dataset`.

    Raises:
        ContractError: there is no such dataset, or its contracts are wrong.
        KeySourceError: no key source can be had.
    """
    opened = open_dataset(settings.dataset_roots, dataset)
    return Workplace(settings, opened, open_zones(settings.root), open_key_source(settings))


def open_run(workplace: Workplace, run: str) -> RunContext:
    """A run that was begun.

    Raises:
        LandingError: it was not; the message lists the known ones.
    """
    name = workplace.dataset.name
    manifest = read_run(workplace.zones.warehouse, name, run)
    if manifest is None:
        known = known_runs(workplace.zones.warehouse, name)
        raise LandingError(
            f"no run {run} of {name}", given=run, allowed=known[-5:] or "none yet", hint=f"clearwell run {name}"
        )
    return RunContext(workplace, manifest)
