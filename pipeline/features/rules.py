"""Features and label become Columns over views: arrays of events that are cut to what each may see.

A feature's view is named after its source and holds the versions that were known at the end of the snapshot's day and
happened by then. The label's view has a name of its own and holds what happened in (snapshot, snapshot + horizon], in
the versions known at the as-of date.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyspark.sql.functions as F
from pyspark.sql import Column

from pipeline.contracts.dataset import Dataset
from pipeline.errors import ClearwellError, FeatureError
from pipeline.features.checks import SNAPSHOT
from pipeline.features.events import Events
from pipeline.features.reader import Reader
from pipeline.features.registry import Feature, FeatureModule, Label
from pipeline.features.timeline import Timeline


@dataclass(frozen=True)
class Rule:
    """A feature or the label, compiled."""

    name: str
    source: str
    view: str
    """Column that holds the events it may see."""
    column: Column


@dataclass(frozen=True)
class Rules:
    """All of a dataset's rules.

    Attributes:
        features: in the order of `features.py`.
        label: null where its horizon ends after the as-of date (right-censored).
        reads: columns that any rule reads, by source; a source that no rule reads is not in it.
    """

    features: tuple[Rule, ...]
    label: Rule
    reads: Mapping[str, set[str]]

    @property
    def all(self) -> tuple[Rule, ...]:
        return (*self.features, self.label)


def compile_rules(dataset: Dataset, module: FeatureModule, timeline: Timeline) -> Rules:
    """Call every definition once, over its view.

    Raises:
        FeatureError: a definition fails, returns no Column, or reads a column that the source does not have.
    """
    readers = {
        source: Reader(source, tuple(column.name for column in dataset.contracts[source].kept_columns))
        for source in {definition.source for definition in module.definitions}
    }
    features = tuple(_rule(feature, feature.source, readers) for feature in module.features)
    label = _rule(module.label, f"{module.label.source}__ahead", readers)
    finished = F.add_months(F.col(SNAPSHOT), timeline.horizon_months) <= F.lit(timeline.as_of)
    censored = Rule(label.name, label.source, label.view, F.when(finished, label.column))
    return Rules(features, censored, {source: reader.read for source, reader in readers.items()})


def _rule(definition: Feature | Label, view: str, readers: Mapping[str, Reader]) -> Rule:
    events = Events(F.col(view), F.col(SNAPSHOT), readers[definition.source], name=view)
    try:
        column = definition.function(events)
    except ClearwellError:
        raise
    except Exception as error:
        raise FeatureError(f"{definition.name} fails", given=f"{type(error).__name__}: {error}") from error
    if not isinstance(column, Column):
        raise FeatureError(f"{definition.name} returns no Column", given=type(column).__name__, allowed="Column")
    return Rule(definition.name, definition.source, view, column)
