"""What the leak scan of a run watches for, its people, keys and canaries; and what its contracts allow."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.contracts.dataset import Dataset
from pipeline.evidence.record import Document
from pipeline.jobs.context import RunContext, Workplace
from pipeline.jobs.refine import fingerprints_key
from pipeline.privacy.leaks.canaries import read_canaries
from pipeline.privacy.leaks.fingerprints import Fingerprints
from pipeline.privacy.leaks.identifiers import Identifiers, leading
from pipeline.privacy.leaks.scan import scan_files, stop_on_leaks
from pipeline.privacy.leaks.watch import Watch
from pipeline.privacy.pseudonyms import Pseudonymiser
from pipeline.privacy.rosters.roster import Roster
from pipeline.storage.runs import read_run
from pipeline.storage.scan import read_batches
from pipeline.storage.tables import KEPT, VERDICT

_SQL_TEXT = re.compile(r"'((?:[^']|'')*)'")


def leak_watch(context: RunContext) -> Watch:
    """What must not come through in anything that the run publishes.

    Raises:
        KeySourceError: the run's key can't be had.
        PrivacyError: the fingerprints that refine left can't be read.
        SettingsError: the file of canaries can't be used.
    """
    fingerprints = Fingerprints.from_bytes(context.at.zones.warehouse.read(fingerprints_key(context)))
    return _watch(context.at, context.pseudonymiser(), fingerprints, _identifiers(context))


def watch_of_run(workplace: Workplace, run: str, pseudonymiser: Pseudonymiser) -> Watch:
    """`leak_watch` of a run that an erasure may have taken apart: of people and keys, those that it still knows.

    What is written anew then are rows that were scanned when they were first published.
    """
    manifest = read_run(workplace.zones.warehouse, workplace.dataset.name, run)
    context = RunContext(workplace, manifest) if manifest else None
    if context and workplace.zones.warehouse.exists(fingerprints_key(context)):
        return leak_watch(context)
    nobody = Fingerprints.build(Roster.build([]), pseudonymiser)
    return _watch(workplace, pseudonymiser, nobody, _identifiers(context) if context else Identifiers({}))


def _watch(
    workplace: Workplace, pseudonymiser: Pseudonymiser, fingerprints: Fingerprints, identifiers: Identifiers
) -> Watch:
    settings = workplace.settings
    canaries = read_canaries(settings.canaries, settings.root / "canaries.txt")
    return Watch(fingerprints, pseudonymiser, canaries, accepted_values(workplace.dataset), identifiers)


def scan_staged(watch: Watch, files: Sequence[Path]) -> Document:
    """What the leak scan read in these files.

    Raises:
        PrivacyError: a known person, key or canary stands in them, or one of them can't be read.
    """
    report = scan_files(files, watch)
    stop_on_leaks(report)
    return report.document()


def accepted_values(dataset: Dataset) -> set[str]:
    """Valid values of the columns that are published as they are, and the labels of the release's levels."""
    contracts = (contract for source in dataset.contracts for contract in dataset.contracts_of(source))
    columns = (column for contract in contracts for column in contract.columns if column.privacy.action == "keep")
    levels = (level for item in dataset.spec.release.quasi_identifiers for level in item.levels)
    labels = {text.replace("''", "'") for level in levels for text in _SQL_TEXT.findall(level)}
    return {value for column in columns for value in column.valid_values} | labels


def _identifiers(context: RunContext) -> Identifiers:
    """Pseudonyms of all columns that have any, from the run's refined tables."""
    found: dict[str, list[NDArray[np.uint64]]] = defaultdict(list)
    for source, contract in context.dataset.contracts.items():
        columns = [column for column in contract.columns if column.privacy.action == "pseudonymise"]
        if columns:
            table, names = context.manifest.table(context.refined_name(source)), [column.name for column in columns]
            for batch in read_batches(table, tuple(names), f"{VERDICT} = '{KEPT}'"):
                for column in columns:
                    found[column.privacy.domain or column.name].append(leading(batch.column(column.name)))
    return Identifiers(found)
