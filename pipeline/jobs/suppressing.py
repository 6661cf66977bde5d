"""Keeps those out who were erased, when a source delivers them again: their records are read as erased ones."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.contracts.model import Contract
from pipeline.errors import PrivacyError
from pipeline.jobs.context import RunContext
from pipeline.keys import KeySource
from pipeline.privacy.erasure.suppression import Matcher, opened, read_suppressed
from pipeline.storage.objects import FolderStore


@dataclass(frozen=True)
class Suppressing:
    """Which records of a source are a suppressed person's; it holds references, workers open list and keys.

    Attributes:
        digest: of the list that the run was begun with.
        domains: of the columns that name an entity or link to one, by name.
    """

    keys: KeySource
    dataset: str
    warehouse: FolderStore
    digest: str
    domains: tuple[tuple[str, str], ...]

    def __call__(self, batch: pa.RecordBatch) -> NDArray[np.bool_]:
        """Whether each record of a batch is unwanted."""
        matcher = _matcher(self)
        unwanted: NDArray[np.bool_] = np.logical_or.reduce([matcher(batch[name], of) for name, of in self.domains])
        return unwanted


def suppressing(context: RunContext, contract: Contract) -> Callable[[pa.RecordBatch], NDArray[np.bool_]] | None:
    """What tells the records of a source apart; None where nobody is suppressed or the source names nobody."""
    digest, domains = context.manifest.suppressed, tuple(naming_columns(contract).items())
    if digest is None or not domains:
        return None
    at = context.at
    return Suppressing(at.keys, context.dataset.name, at.zones.warehouse, digest, domains)


def naming_columns(contract: Contract) -> dict[str, str]:
    """Domains of the columns by which a source names its entity or links to it, by name."""
    identity = contract.identity
    names = () if identity is None else (*([identity.key] if identity.key else []), *identity.links_by)
    return {name: contract.column(name).privacy.domain or name for name in names}


@lru_cache(maxsize=4)
def _matcher(of: Suppressing) -> Matcher:
    """One list a process; a run that another erasure overtook fails here, as its id says another list."""
    suppressed = read_suppressed(of.warehouse, of.dataset)
    if suppressed.digest() != of.digest:
        raise PrivacyError("somebody was erased since this run began", hint=f"clearwell run {of.dataset}")
    return suppressed.matcher(opened(suppressed, of.dataset, of.keys))
