"""`assess`: generalise and withhold until the release policy is met; judge the redaction that refine measured."""

from pyspark.sql import DataFrame

from pipeline.contracts.release import Release
from pipeline.evidence.record import Document, read_evidence
from pipeline.features.checks import SNAPSHOT, entity_column
from pipeline.features.opened import open_features
from pipeline.features.summary import label_kind
from pipeline.jobs.assemble import features_table
from pipeline.jobs.context import RunContext
from pipeline.jobs.stages import Outcome
from pipeline.privacy.measured.gates import required, shortfall
from pipeline.privacy.measured.measure import NOTHING
from pipeline.privacy.release_policy.assess import Assessed, assess_frame
from pipeline.privacy.release_policy.snapshot_pseudonyms import pseudonymise_per_snapshot


def released_table(dataset: str) -> str:
    """Name of the table that may be published."""
    return f"features.{dataset}_released"


def work(context: RunContext) -> Outcome:
    """Write the rows that may leave, and the figures that show why they may."""
    dataset = context.dataset
    features = context.at.tables.at(context.manifest.table(features_table(dataset.name)))
    label = open_features(dataset).label
    rated = label.name if label and label_kind(features, label.name) == "boolean" else None
    assessed = assess_frame(features, dataset.spec.release, entity_column(dataset), SNAPSHOT, rated)
    refined = read_evidence(context.at.zones.evidence, dataset.name, context.run)["refine"]
    evidence = {**assessed.document(), **{name: refined[name] for name in NOTHING}, **_required(dataset.spec.release)}
    failure = shortfall(refined, dataset.spec.release)
    if failure:
        return Outcome(evidence, failure=failure)
    table = released_table(dataset.name)
    return Outcome(evidence, {table: context.at.tables.replace(table, _named(context, assessed), context.run)})


def _named(context: RunContext, assessed: Assessed) -> DataFrame:
    """The rows that may leave, under the pseudonyms that the policy asks for."""
    if assessed.release.pseudonyms == "stable":
        return assessed.frame
    entity, epoch = entity_column(context.dataset), context.manifest.key_epoch
    return pseudonymise_per_snapshot(assessed.frame, entity, SNAPSHOT, context.at.keys, context.dataset.name, epoch)


def _required(release: Release) -> Document:
    return {
        "recall_required": required("", release),
        "name_recall_required": required("PERSON", release),
        "precision_required": release.least_precision if release.least_recall else 0.0,
    }
