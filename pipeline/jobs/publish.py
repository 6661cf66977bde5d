"""`publish`: write the version's files unseen, scan their bytes for leaks, then move `latest` to them."""

from collections.abc import Iterable
from functools import partial

import pyarrow as pa

from pipeline.contracts.dataset import Dataset
from pipeline.evidence.record import read_evidence
from pipeline.features.checks import SNAPSHOT, entity_column
from pipeline.features.definitions import Feature, Label
from pipeline.features.opened import open_features
from pipeline.jobs.assess import released_table
from pipeline.jobs.context import RunContext
from pipeline.jobs.leaks import leak_watch, scan_staged
from pipeline.jobs.stages import Outcome
from pipeline.release.contents import write_contents
from pipeline.release.manifest import Manifest, PublishedColumn, column_type, describe_file
from pipeline.release.versions import pointer_tag, publish_version, stage_version
from pipeline.release.writers import arrange
from pipeline.storage.scan import read_snapshot


def version_name(context: RunContext) -> str:
    """A version is named after its as-of date and its run."""
    return f"{context.manifest.as_of}-{context.run[:8]}"


def work(context: RunContext) -> Outcome:
    """Publish the run's released table as an immutable version."""
    store, name, version = context.at.zones.published, context.dataset.name, version_name(context)
    expected = pointer_tag(store, name)
    table = arrange(
        read_snapshot(context.manifest.table(released_table(name))), [entity_column(context.dataset), SNAPSHOT]
    )
    documents = read_evidence(context.at.zones.evidence, name, context.run)
    with stage_version(store, name, version) as folder:
        manifest, title = _manifest(context, table), context.dataset.spec.title
        scan = partial(scan_staged, leak_watch(context))
        evidence = write_contents(folder, version, table, manifest, title, documents, scan)
        publish_version(store, name, version, folder, expected)
    return Outcome(evidence)


def _manifest(context: RunContext, table: pa.Table) -> Manifest:
    """Of the table's rows, before there are files of them."""
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
        files=(),
        inputs=run.inputs,
        code=run.code,
        key_epoch=run.key_epoch,
        features_digest=describe_file(context.dataset.folder / "features.py").sha256,
        entity=entity_column(context.dataset),
        snapshot=SNAPSHOT,
        label=label.name if label else None,
        label_horizon_months=label.horizon_months if label else 0,
        pseudonyms=assessed["pseudonyms"],
    )


def _columns(context: RunContext, table: pa.Table) -> tuple[PublishedColumn, ...]:
    module = open_features(context.dataset)
    entity = context.dataset.spec.entity
    changes = ", another at each snapshot" if context.dataset.spec.release.pseudonyms == "per_snapshot" else ""
    told = {
        entity_column(context.dataset): (f"Keyed pseudonym of the {entity}{changes}", "pseudonym", "all"),
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
