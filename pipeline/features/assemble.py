"""Refined rows of all sources become the feature table: one row per entity and snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pyspark.sql import DataFrame

from pipeline.contracts.dataset import Dataset
from pipeline.errors import FeatureError
from pipeline.features.accounts import SourceAccounts, count_accounts, with_fate
from pipeline.features.checks import SNAPSHOT, check_definitions, entity_column
from pipeline.features.definitions import Feature, FeatureModule, Label
from pipeline.features.population import with_stays
from pipeline.features.resolve import resolve
from pipeline.features.rules import compile_rules
from pipeline.features.timeline import Timeline, only, yearly
from pipeline.features.views import check_rules, cut_views, gather


@dataclass(frozen=True)
class Assembled:
    """A feature table that is yet to be written, and what is known of it.

    Attributes:
        frame: `<entity>_pseudonym` string, `snapshot_date` date, the features, and the label if there is one (null
            where its horizon is not finished). Not ordered, not cached.
        entity: name of the frame's first column.
        accounts: what became of the kept rows, by source.
        features: in the order of the frame's columns.
        label: the last column, if there is one.
        timeline: snapshots, as-of date and horizon.
    """

    frame: DataFrame
    entity: str
    accounts: dict[str, SourceAccounts]
    features: tuple[Feature, ...]
    label: Label | None
    timeline: Timeline


def assemble(
    dataset: Dataset,
    module: FeatureModule,
    frames: Mapping[str, DataFrame],
    *,
    kept: Mapping[str, int],
    as_of: date,
) -> Assembled:
    """Build features and label as of every snapshot, and count what became of each kept row.

    All sources are shuffled together: once to the fact (key) that a row is a version of, once to its entity, whatever
    the number of features and snapshots; rows of a linked source once more, to their link. Counting the accounts runs
    over the keys and times only, before the features are computed.

    Args:
        dataset: contracts, population and snapshots.
        module: what its `features.py` defines.
        frames: refined kept rows of each source, with the locator column `_digest` (binary; equal for equal bytes).
        kept: rows that the stage before says it kept, by source.
        as_of: the run's as-of date; snapshots and label end here.

    Raises:
        FeatureError: a source has no frame, or a definition is wrong or would look past its snapshot.
        AccountsError: a source's rows are not as many as were kept.
    """
    missing = sorted(set(dataset.contracts) - (frames.keys() & kept.keys()))
    if missing:
        raise FeatureError("a source has no refined rows to assemble", given=missing, allowed=list(dataset.contracts))
    check_definitions(dataset, module)
    snapshots, horizon = dataset.spec.snapshots, module.label.horizon_months if module.label else 0
    timeline = yearly(snapshots.first, as_of, horizon) if snapshots else only(as_of)
    rules = compile_rules(dataset, module, timeline)
    entity = entity_column(dataset)
    facts = resolve(dataset, frames, rules.reads, as_of)
    stays = with_stays(facts, timeline, stated=dataset.spec.population is not None)
    rows = with_fate(stays, dataset, module, timeline)
    views = cut_views(gather(rows, rules), rules, timeline, entity)
    check_rules(views, rules)
    accounts = count_accounts(rows, {source: kept[source] for source in dataset.contracts})
    columns = (rule.column for rule in rules.all)
    return Assembled(
        views.select(entity, SNAPSHOT, *columns), entity, accounts, module.features, module.label, timeline
    )
