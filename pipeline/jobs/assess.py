"""`assess`: generalise and withhold until the release policy is met; measure what redaction would have found."""

from pyspark.sql import DataFrame

from pipeline.errors import PrivacyError
from pipeline.evidence.record import Document
from pipeline.features.checks import SNAPSHOT, entity_column
from pipeline.features.registry import load_features
from pipeline.jobs.assemble import features_table
from pipeline.jobs.context import RunContext
from pipeline.jobs.refine import roster_key
from pipeline.jobs.stages import Outcome
from pipeline.privacy.assess import assess_frame
from pipeline.privacy.kernel import open_redactor
from pipeline.privacy.recall import measure_recall
from pipeline.privacy.roster import Roster

_NAMES = 100  # people of the roster whose names are planted to measure recall
_SEED = 20  # the canaries of every run are the same, so that runs can be compared


def released_table(dataset: str) -> str:
    """Name of the table that may be published."""
    return f"features.{dataset}_released"


def work(context: RunContext) -> Outcome:
    """Write the rows that may leave, and the figures that show why they may."""
    dataset = context.dataset
    features: DataFrame = context.at.tables.at(context.manifest.table(features_table(dataset.name))).cache()
    label = load_features(dataset.folder / "features.py").label.name
    assessed = assess_frame(features, dataset.spec.release, entity_column(dataset), SNAPSHOT, label)
    recall = _recall(context)
    evidence = {**assessed.document(), "recall": recall, "recall_required": dataset.spec.release.least_recall}
    low = [item for item in recall if item["lower_bound"] < dataset.spec.release.least_recall]
    if low:
        return Outcome(evidence, failure=_too_little(low, dataset.spec.release.least_recall))
    table = released_table(dataset.name)
    return Outcome(evidence, {table: context.at.tables.replace(table, assessed.frame, context.run)})


def _recall(context: RunContext) -> list[Document]:
    roster = Roster.from_bytes(context.at.zones.landing.read(roster_key(context)))
    redactor = open_redactor(context.at.zones.landing, roster_key(context))
    return measure_recall(redactor, roster.sample_names(_NAMES, _SEED), _SEED)


def _too_little(low: list[Document], required: float) -> PrivacyError:
    found = ", ".join(f"{item['entity_type']} at least {item['lower_bound']:.3f}" for item in low)
    return PrivacyError("redaction finds too little", given=found, allowed=f"at least {required} (95 % confidence)")
