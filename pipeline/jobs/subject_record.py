"""The answer to an access request (GDPR article 15): all that is kept about one person, and why.

Its records in clear from landing, its rows by pseudonym in features and versions, and the record of processing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.evidence.audit import leave_entry
from pipeline.evidence.record import Document
from pipeline.extract.holdings import landed_objects
from pipeline.features.checks import entity_column
from pipeline.jobs.assemble import features_table
from pipeline.jobs.context import Workplace
from pipeline.jobs.erasure.found import Found
from pipeline.jobs.erasure.naming import at_snapshots, keys_of
from pipeline.jobs.erasure.tables import kept_run
from pipeline.jobs.finding.find import find
from pipeline.jobs.finding.findings import SourceFindings
from pipeline.jobs.finding.held import counted_before
from pipeline.jobs.reading import fields_of
from pipeline.parsing.landed import make_splits, read_landed
from pipeline.parsing.splits import only_records
from pipeline.release.manifest import read_manifest
from pipeline.release.processing import record_of
from pipeline.release.versions import list_versions
from pipeline.storage.scan import read_snapshot

Row = dict[str, Any]


def subject_record(workplace: Workplace, key: str) -> Document:
    """Everything of one entity, as one document of clear personal data; leaves an audit entry before it reads.

    Returns:
        `records` (by source: the fields of each landed record that is the subject's own), `mentions` (by source: how
        many records of others name it), `features` (rows of the newest run), `versions` (by version: rows), and
        `processing`: purposes, legal bases, what is done to each column, and how long each zone keeps it.

    Raises:
        PrivacyError: no record has the key.
    """
    leave_entry(workplace.zones.evidence, "subject", dataset=workplace.dataset.name)
    findings = find(workplace, [key])
    found = Found.of(findings)
    return {
        "dataset": workplace.dataset.name,
        "records": {source: _records(workplace, source, it) for source, it in findings.sources.items() if it.own},
        "mentions": {source: sum(map(len, it.mentions.values())) for source, it in findings.sources.items()},
        "features": _features(workplace, found),
        "versions": dict(_versions(workplace, found)),
        "processing": record_of(workplace.dataset, workplace.settings.keys).document(),
    }


def _records(workplace: Workplace, source: str, found: SourceFindings) -> list[Row]:
    """Fields of the subject's records by name, empty ones left out; read under the contract of their period."""
    landing, dataset = workplace.zones.landing, workplace.dataset
    held = [item for item in landed_objects(landing, dataset.name) if item.landed.key in found.own]
    rows: list[Row] = []
    for contract in dataset.contracts_of(source):
        ours = [item for item in held if dataset.contract_for(source, item.landed.period) is contract]
        if ours:
            fields = fields_of(contract)
            splits = only_records(make_splits([item.landed for item in ours], 1), found.own)
            frame = read_landed(workplace.spark, landing, splits, fields, counted_before(landing, ours))
            rows += frame.select(*(field.name for field in fields)).toArrow().to_pylist()
    return [_said(row) for row in rows]


def _features(workplace: Workplace, found: Found) -> list[Row]:
    kept = kept_run(workplace)
    if kept is None:
        return []
    name, column = workplace.dataset.name, entity_column(workplace.dataset)
    keys = keys_of(workplace.pseudonymiser(kept.key_epoch), found)
    table = read_snapshot(kept.table(features_table(name)))
    return [_said(row) for row in table.filter(pc.is_in(table[column], pa.array(keys))).to_pylist()]


def _versions(workplace: Workplace, found: Found) -> Iterator[tuple[str, list[Row]]]:
    """Rows of each published version that has any, by the pseudonyms of its own epoch."""
    for version in list_versions(workplace.zones.published, workplace.dataset.name):
        manifest = read_manifest(Path(version.path))
        table = pq.read_table(Path(version.path) / f"{manifest.dataset}.parquet")
        pseudonymiser = workplace.pseudonymiser(manifest.key_epoch)
        keys = keys_of(pseudonymiser, found)
        names = [*keys, *at_snapshots(pseudonymiser, keys, pc.unique(table[manifest.snapshot]).to_pylist())]
        rows = table.filter(pc.is_in(table[manifest.entity], pa.array(names))).to_pylist()
        if rows:
            yield version.version, [_said(row) for row in rows]


def _said(row: Row) -> Row:
    """What is said in a row, as JSON can hold it."""
    plain = {name: value for name, value in row.items() if value is not None}
    return {name: value if isinstance(value, bool | int | float | str) else str(value) for name, value in plain.items()}
