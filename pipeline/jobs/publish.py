"""`publish`: write the version's files unseen, scan their bytes for leaks, then move `latest` to them."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from pipeline.contracts.dataset import Dataset
from pipeline.evidence.record import Document, read_evidence
from pipeline.features.checks import SNAPSHOT, entity_column
from pipeline.features.definitions import Feature, Label
from pipeline.features.opened import open_features
from pipeline.jobs.assess import released_table
from pipeline.jobs.context import RunContext
from pipeline.jobs.refine import fingerprints_key
from pipeline.jobs.stages import Outcome
from pipeline.privacy.leak_scan import Fingerprints, scan_files, stop_on_leaks
from pipeline.release.croissant import croissant_bytes
from pipeline.release.distributions import describe
from pipeline.release.manifest import (
    MANIFEST,
    Manifest,
    PublishedColumn,
    PublishedFile,
    column_type,
    describe_file,
    manifest_bytes,
)
from pipeline.release.report import render_report
from pipeline.release.versions import REPORT, pointer_tag, publish_version, stage_version
from pipeline.release.writers import arrange, write_csv, write_parquet
from pipeline.storage.scan import read_snapshot

CROISSANT = "croissant.json"


def version_name(context: RunContext) -> str:
    """A version is named after its as-of date and its run."""
    return f"{context.manifest.as_of}-{context.run[:8]}"


def work(context: RunContext) -> Outcome:
    """Publish the run's released table as an immutable version.

    The report tells what the scan of the data found, so it is written after it and scanned by itself.
    """
    store, name, version = context.at.zones.published, context.dataset.name, version_name(context)
    expected = pointer_tag(store, name)
    entity = entity_column(context.dataset)
    table = arrange(read_snapshot(context.manifest.table(released_table(name))), [entity, SNAPSHOT])
    with stage_version(store, name, version) as folder:
        files = _write_data(context, table, folder)
        evidence: Document = {
            "version": version,
            "rows": table.num_rows,
            "columns": table.num_columns,
            "files": [vars(item) for item in files],
            "distributions": describe(table, entity),
            "leak_scan": _scan(context, sorted(folder.iterdir())),
        }
        documents = {**read_evidence(context.at.zones.evidence, name, context.run), "publish": evidence}
        (folder / REPORT).write_text(render_report(documents), encoding="utf-8")
        _scan(context, [folder / REPORT])
        publish_version(store, name, version, folder, expected)
    return Outcome(evidence)


def _write_data(context: RunContext, table: pa.Table, folder: Path) -> tuple[PublishedFile, ...]:
    """CSV, Parquet, manifest and Croissant; returns the files that the manifest lists."""
    name = context.dataset.name
    data = (folder / f"{name}.csv", folder / f"{name}.parquet")
    write_csv(table, data[0])
    write_parquet(table, data[1])
    manifest = _manifest(context, table, tuple(map(describe_file, data)))
    (folder / CROISSANT).write_bytes(croissant_bytes(manifest, context.dataset.spec.title))
    manifest = replace(manifest, files=(*manifest.files, describe_file(folder / CROISSANT)))
    (folder / MANIFEST).write_bytes(manifest_bytes(manifest))
    return manifest.files


def _manifest(context: RunContext, table: pa.Table, files: tuple[PublishedFile, ...]) -> Manifest:
    run, label = context.manifest, open_features(context.dataset).label
    assessed = read_evidence(context.at.zones.evidence, run.dataset, run.run)["assess"]
    return Manifest(
        dataset=run.dataset,
        run=run.run,
        as_of=run.as_of,
        policy=assessed["policy"],
        k=assessed["k"],
        l=assessed["l"] or 0,
        rows=table.num_rows,
        columns=_columns(context, table),
        files=files,
        inputs=run.inputs,
        code=run.code,
        key_epoch=run.key_epoch,
        features_digest=describe_file(context.dataset.folder / "features.py").sha256,
        entity=entity_column(context.dataset),
        snapshot=SNAPSHOT,
        label=label.name if label else None,
        label_horizon_months=label.horizon_months if label else 0,
    )


def _columns(context: RunContext, table: pa.Table) -> tuple[PublishedColumn, ...]:
    module = open_features(context.dataset)
    entity = context.dataset.spec.entity
    told = {
        entity_column(context.dataset): (f"Keyed pseudonym of the {entity}", "pseudonym", "all"),
        SNAPSHOT: ("The features know nothing later than this day", "date", "dataset.yaml"),
        **_told_label(module.label, table),
        **{item.name: (item.description, item.unit, item.source) for item in module.features},
    }
    actions = {entity_column(context.dataset): "pseudonymise", **_actions(context.dataset, module.features)}
    return tuple(
        PublishedColumn(field.name, column_type(field.type), *told[field.name], actions.get(field.name, ""))
        for field in table.schema
    )


def _actions(dataset: Dataset, features: Iterable[Feature]) -> dict[str, str]:
    """Privacy actions of the columns that features show as they are, by the feature's name."""
    shown = ((item.name, dataset.contracts[item.source], item.column) for item in features)
    return {name: contract.column(column).privacy.action for name, contract, column in shown if column}


def _told_label(label: Label | None, table: pa.Table) -> dict[str, tuple[str, str, str]]:
    if label is None:
        return {}
    missing = "empty where not known yet" if label.looks_ahead else "empty where missing"
    unit = f"true, false, or {missing}" if pa.types.is_boolean(table[label.name].type) else f"label; {missing}"
    return {label.name: (label.description, unit, label.source)}


def _scan(context: RunContext, files: list[Path]) -> Document:
    """What the leak scan read in these files; a known person or identifier in them stops the run."""
    fingerprints = Fingerprints.from_bytes(context.at.zones.warehouse.read(fingerprints_key(context)))
    columns = (column for contract in context.dataset.contracts.values() for column in contract.kept_columns)
    accepted = {value for column in columns for value in column.valid_values}
    report = scan_files(files, fingerprints, context.pseudonymiser(), canaries=(), accepted=accepted)
    stop_on_leaks(report)
    return report.document()
