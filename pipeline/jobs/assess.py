"""`assess`: generalise and withhold until the release policy is met; judge the recall that refine measured."""

from pipeline.errors import PrivacyError
from pipeline.evidence.record import Document, read_evidence
from pipeline.features.checks import SNAPSHOT, entity_column
from pipeline.features.opened import open_features
from pipeline.features.summary import label_kind
from pipeline.jobs.assemble import features_table
from pipeline.jobs.context import RunContext
from pipeline.jobs.stages import Outcome
from pipeline.privacy.assess import assess_frame


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
    recall = refined["recall"]
    evidence = {**assessed.document(), "recall": recall, "recall_required": dataset.spec.release.least_recall}
    low = [item for item in recall if item["lower_bound"] < dataset.spec.release.least_recall]
    if low:
        return Outcome(evidence, failure=_too_little(low, dataset.spec.release.least_recall))
    table = released_table(dataset.name)
    return Outcome(evidence, {table: context.at.tables.replace(table, assessed.frame, context.run)})


def _too_little(low: list[Document], required: float) -> PrivacyError:
    found = ", ".join(f"{item['entity_type']} at least {item['lower_bound']:.3f}" for item in low)
    nameless = any(item["entity_type"] == "PERSON" and not item["found"] for item in low)
    return PrivacyError(
        "redaction finds too little",
        given=found,
        allowed=f"at least {required} (95 % confidence)",
        hint="no column names a person, so none is found in text: mark such columns in the contract by "
        "`roster: given_name` or `family_name`, or drop the columns of free text"
        if nameless
        else None,
    )
