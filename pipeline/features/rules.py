"""Features and label become Columns over views: arrays of events that are cut to what each may see.

A feature's view is named after its source and holds the versions that were known at the end of the snapshot's day and
happened by then. The label's view has a name of its own and columns of its own. It holds what happened in (snapshot,
snapshot + horizon], in the versions known at the as-of date; of a label without horizon, what a feature's view does.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyspark.sql.functions as F
from pyspark.sql import Column

from pipeline.contracts.dataset import Dataset
from pipeline.errors import ClearwellError, FeatureError
from pipeline.features.checks import SNAPSHOT
from pipeline.features.definitions import Feature, FeatureModule, Label
from pipeline.features.events import Events
from pipeline.features.reader import Reader
from pipeline.features.timeline import Timeline


@dataclass(frozen=True)
class Rule:
    """A feature or the label, compiled."""

    name: str
    view: str
    """Column that holds the events it may see."""
    column: Column


@dataclass(frozen=True)
class View:
    """What one view is cut from: the source's events, with no other columns than its rules read."""

    source: str
    columns: frozenset[str]
    ahead: bool
    """Holds what lies ahead of the snapshot, not what is known at it."""


@dataclass(frozen=True)
class Rules:
    """All of a dataset's rules.

    Attributes:
        features: in the order of `features.py`.
        label: null where its horizon ends after the as-of date (right-censored).
        views: what each view holds, by its name.
    """

    features: tuple[Rule, ...]
    label: Rule | None
    views: Mapping[str, View]

    @property
    def all(self) -> tuple[Rule, ...]:
        return (*self.features, self.label) if self.label else self.features

    @property
    def reads(self) -> dict[str, set[str]]:
        """Columns that any rule reads, by source; a source that no rule reads is not in it."""
        found: dict[str, set[str]] = {}
        for view in self.views.values():
            found.setdefault(view.source, set()).update(view.columns)
        return found


def compile_rules(dataset: Dataset, module: FeatureModule, timeline: Timeline) -> Rules:
    """Call every definition once, over its view; the label first, since features may not read what it is made of.

    Raises:
        FeatureError: a definition fails, returns no Column, or reads a column that the source does not have or the
            label is made of.
    """
    views: dict[str, View] = {}
    label, closed = None, dict[str, frozenset[str]]()
    if module.label:
        reader, view = _reader(dataset, module.label.source), f"{module.label.source}__label"
        label = _rule(module.label, view, reader)
        views[view] = View(module.label.source, frozenset(reader.read), module.label.looks_ahead)
        if module.label.looks_ahead:
            finished = F.add_months(F.col(SNAPSHOT), timeline.horizon_months) <= F.lit(timeline.as_of)
            label = Rule(label.name, view, F.when(finished, label.column))
        else:
            closed[module.label.source] = frozenset(reader.read)
    readers = {
        source: _reader(dataset, source, closed.get(source, frozenset()))
        for source in dict.fromkeys(feature.source for feature in module.features)
    }
    features = tuple(_rule(feature, feature.source, readers[feature.source]) for feature in module.features)
    views |= {source: View(source, frozenset(reader.read), ahead=False) for source, reader in readers.items()}
    return Rules(features, label, views)


def _reader(dataset: Dataset, source: str, closed: frozenset[str] = frozenset()) -> Reader:
    return Reader(source, tuple(column.name for column in dataset.contracts[source].kept_columns), closed)


def _rule(definition: Feature | Label, view: str, reader: Reader) -> Rule:
    events = Events(F.col(view), F.col(SNAPSHOT), reader, name=view)
    try:
        column = definition.function(events)
    except ClearwellError:
        raise
    except Exception as error:
        raise FeatureError(f"{definition.name} fails", given=f"{type(error).__name__}: {error}") from error
    if not isinstance(column, Column):
        raise FeatureError(f"{definition.name} returns no Column", given=type(column).__name__, allowed="Column")
    return Rule(definition.name, view, column)
