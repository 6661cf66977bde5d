"""`assemble`: kept rows of all sources become features and label, one row per entity and snapshot."""

from dataclasses import asdict
from datetime import date

from pyspark.sql import functions as F

from pipeline.errors import AccountsError
from pipeline.evidence.record import Document, read_evidence
from pipeline.features.assemble import Assembled, assemble
from pipeline.features.checks import SNAPSHOT
from pipeline.features.registry import load_features
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
    module = load_features(dataset.folder / "features.py")
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
    rows = context.at.tables.at(snapshot)
    label = F.col(made.label.name)
    counts = rows.groupBy(SNAPSHOT).agg(
        F.count("*").alias("rows"),
        F.count_distinct(made.entity).alias("entities"),
        F.count_if(label).alias("positives"),
        F.count_if(~label).alias("negatives"),
    )
    by_date = counts.orderBy(SNAPSHOT).collect()
    multiplied = sum(row["rows"] - row["entities"] for row in by_date)
    if multiplied:
        raise AccountsError(
            "a join multiplied rows", given=f"{multiplied} rows too many", allowed="one row per entity and snapshot"
        )
    total, positives, negatives = (sum(row[name] for row in by_date) for name in ("rows", "positives", "negatives"))
    return {
        "sources": {source: asdict(account) for source, account in made.accounts.items()},
        "entities": rows.select(made.entity).distinct().count(),
        "rows": total,
        "table_bytes": context.at.tables.size(snapshot),
        "snapshots": [
            {"date": row[SNAPSHOT].isoformat(), "rows": row["rows"], "positives": row["positives"]} for row in by_date
        ],
        "features": [
            {"name": item.name, "source": item.source, "unit": item.unit, "description": item.description}
            for item in made.features
        ],
        "label": {
            "name": made.label.name,
            "description": made.label.description,
            "horizon_months": made.label.horizon_months,
            "positives": positives,
            "negatives": negatives,
            "censored": total - positives - negatives,
        },
    }
