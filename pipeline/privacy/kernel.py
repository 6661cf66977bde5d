"""Pseudonyms and redaction inside Spark: a worker opens key, scanner and roster itself, in its own memory.

Neither key nor roster travels in a plan; both come from their zones by reference.
"""

import gc
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame

from pipeline.contracts.model import Column
from pipeline.keys import KeySource
from pipeline.privacy.finders import Finders
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.redact import Redactor
from pipeline.privacy.rosters.roster import Roster
from pipeline.storage.objects import FolderStore


@dataclass(frozen=True)
class Vault:
    """Where a worker finds what it needs; holds references only."""

    keys: KeySource
    dataset: str
    epoch: str | None
    """Of the run's key; None: the current one."""
    landing: FolderStore
    roster_key: str
    finders: Finders


@lru_cache(maxsize=4)
def open_redactor(landing: FolderStore, roster_key: str, finders: Finders) -> Redactor:
    """The redactor of one run, made once a process."""
    redactor = finders.redactor(Roster.from_bytes(landing.read(roster_key)))
    redactor.find("")  # builds what is built on first use
    gc.freeze()  # Spark's workers collect garbage after each task: not through all of this again
    return redactor


def apply_keyed_actions(frame: DataFrame, columns: Sequence[Column], vault: Vault) -> DataFrame:
    """Pseudonymise and redact the columns that say so, and key the locator's digest.

    Args:
        frame: text columns to mask, null where nothing may be written; `_digest`; `_counts`.
        columns: the contract's columns; those with other actions pass unchanged.
        vault: where key and roster lie.

    Returns:
        The same columns in the same order; `_counts` gains `masked:<ENTITY_TYPE>`.
    """
    hashed = {item.name: item.privacy.domain or item.name for item in columns if item.privacy.action == "pseudonymise"}
    redacted = tuple(item.name for item in columns if item.privacy.action == "redact")
    kernel = partial(_mask, hashed=hashed, redacted=redacted, vault=vault)
    return frame.mapInArrow(kernel, schema=frame.schema)


def _mask(
    batches: Iterator[pa.RecordBatch], hashed: dict[str, str], redacted: tuple[str, ...], vault: Vault
) -> Iterator[pa.RecordBatch]:
    pseudonymiser = Pseudonymiser(vault.keys.data_key(vault.dataset, vault.epoch).key)
    redactor = open_redactor(vault.landing, vault.roster_key, vault.finders) if redacted else None
    for batch in batches:
        yield mask_batch(batch, hashed, redacted, pseudonymiser, redactor)


def mask_batch(
    batch: pa.RecordBatch,
    hashed: Mapping[str, str],
    redacted: tuple[str, ...],
    pseudonymiser: Pseudonymiser,
    redactor: Redactor | None,
) -> pa.RecordBatch:
    """The keyed actions on one batch.

    Args:
        batch: as `apply_keyed_actions` is given it.
        hashed: domains of the columns that become pseudonyms, by name.
        redacted: names of the columns of free text.
        pseudonymiser: of the dataset.
        redactor: of the run; None where no column is redacted.
    """
    columns: dict[str, Any] = {name: batch.column(name) for name in batch.schema.names}
    for name, domain in hashed.items():
        columns[name] = pa.array(pseudonymiser.pseudonyms(columns[name].to_pylist(), domain), pa.string())
    columns["_digest"] = pa.array(pseudonymiser.locator_digests(columns["_digest"].to_pylist()), pa.binary())
    if redactor is not None:
        _redact(columns, redacted, redactor)
    arrays = [columns[field.name].cast(field.type) for field in batch.schema]
    return pa.RecordBatch.from_arrays(arrays, schema=batch.schema)


def _redact(columns: dict[str, Any], names: tuple[str, ...], redactor: Redactor) -> None:
    counts = [Counter(dict(row or ())) for row in columns["_counts"].to_pylist()]
    for name in names:
        masked = redactor.redact_many(columns[name].to_pylist())
        columns[name] = pa.array([text for text, _ in masked], pa.string())
        for row, (_, types) in zip(counts, masked, strict=True):
            row.update({f"masked:{kind}": count for kind, count in types.items()})
    columns["_counts"] = pa.array([sorted(row.items()) for row in counts], columns["_counts"].type)
