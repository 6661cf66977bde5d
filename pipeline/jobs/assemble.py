"""`assemble`: kept rows of all sources become features and label, one row per entity and snapshot."""

from dataclasses import asdict
from datetime import date

from pipeline.evidence.record import Document, read_evidence
from pipeline.features.assemble import Assembled, assemble
from pipeline.features.opened import open_features
from pipeline.features.summary import summarise
from pipeline.jobs.context import RunContext
from pipeline.jobs.stages import Outcome
from pipeline.storage.tables import TableSnapshot


def features_table(dataset: str) -> str:
    """Name of a dataset's feature table."""
    return f"features.{dataset}"


def work(context: RunContext) -> Outcome:
    """Resolve entities, compute features as of each snapshot, and count what became of each kept row."""
    dataset = context.dataset
    validated = read_evidence(context.at.zones.evidence, dataset.name, context.run)["validate"]["sources"]
    module = open_features(dataset)
    made = assemble(
        dataset,
        module,
        {source: context.kept(source) for source in dataset.contracts},
        kept={source: counts["kept"] for source, counts in validated.items()},
        as_of=date.fromisoformat(context.manifest.as_of),
    )
    table = features_table(dataset.name)
    snapshot = context.at.tables.replace(table, made.frame, context.run)
    return Outcome(_evidence(context, made, snapshot), {table: snapshot})


def _evidence(context: RunContext, made: Assembled, snapshot: TableSnapshot) -> Document:
    label = made.label
    found = summarise(context.at.tables.at(snapshot), made.entity, label.name if label else None)
    return {
        "sources": {source: asdict(account) for source, account in made.accounts.items()},
        "entities": found.entities,
        "rows": found.rows,
        "table_bytes": context.at.tables.size(snapshot),
        "snapshots": [
            {"date": item.date.isoformat(), "rows": item.rows, "positives": item.positives} for item in found.snapshots
        ],
        "features": [
            {"name": item.name, "source": item.source, "unit": item.unit, "description": item.description}
            for item in made.features
        ],
        "label": label
        and {
            "name": label.name,
            "description": label.description,
            "horizon_months": label.horizon_months,
            "kind": found.kind,
            "positives": found.positives,
            "negatives": found.negatives,
            "censored": found.censored,
        },
    }
