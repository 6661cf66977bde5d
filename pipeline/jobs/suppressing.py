"""Keeps those out who were erased, when a source delivers them again: their records are read as erased ones."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.contracts.model import Contract
from pipeline.errors import PrivacyError
from pipeline.jobs.context import RunContext
from pipeline.keys import KeySource
from pipeline.parsing.erased import Change, read_as_erased
from pipeline.privacy.erasure.suppression import Matcher, opened, read_suppressed
from pipeline.privacy.subjects.stand_in import stand_in
from pipeline.storage.objects import FolderStore


@dataclass(frozen=True)
class Suppressing:
    """What is done to landed records of one source; it holds references, workers open list and keys.

    Attributes:
        digest: of the list that the run was begun with.
        naming: columns by which a record says whose it is, with their domains.
        others: further columns that may name a suppressed person, such as a manager's key, with their domains.
    """

    keys: KeySource
    dataset: str
    warehouse: FolderStore
    digest: str
    naming: tuple[tuple[str, str], ...]
    others: tuple[tuple[str, str], ...]

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch without suppressed persons: their records erased, their keys in others' records replaced."""
        matcher = _matcher(self)
        for name, domain in self.others:
            unwanted = matcher(batch[name], domain)
            if unwanted.any():
                batch = _with_stand_ins(batch, name, unwanted)
        if not self.naming:
            return batch
        return read_as_erased(batch, np.logical_or.reduce([matcher(batch[name], of) for name, of in self.naming]))


def suppressing(context: RunContext, contract: Contract) -> Change | None:
    """What keeps suppressed persons out of a source; None where nobody is suppressed or no column can name anybody."""
    digest, at = context.manifest.suppressed, context.at
    domains = {
        column.name: column.privacy.domain or column.name
        for column in contract.columns
        if column.privacy.action == "pseudonymise"
    }
    if digest is None or not domains:
        return None
    identity = contract.identity
    names = set() if identity is None else {identity.key, *identity.links_by}
    naming = tuple(item for item in domains.items() if item[0] in names)
    others = tuple(item for item in domains.items() if item[0] not in names)
    return Suppressing(at.keys, context.dataset.name, at.zones.warehouse, digest, naming, others)


def _with_stand_ins(batch: pa.RecordBatch, name: str, unwanted: NDArray[np.bool_]) -> pa.RecordBatch:
    """As an erasure leaves such values in landing."""
    pairs = zip(batch[name].to_pylist(), unwanted.tolist(), strict=True)
    values = [stand_in(value) if gone and value else value for value, gone in pairs]
    place = batch.schema.get_field_index(name)
    return batch.set_column(place, batch.schema.field(place), pa.array(values, pa.string()))


@lru_cache(maxsize=4)
def _matcher(of: Suppressing) -> Matcher:
    """One list a process; a run that another erasure overtook fails here, as its id says another list."""
    suppressed = read_suppressed(of.warehouse, of.dataset)
    if suppressed.digest() != of.digest:
        raise PrivacyError("somebody was erased since this run began", hint=f"clearwell run {of.dataset}")
    return suppressed.matcher(opened(suppressed, of.dataset, of.keys))
