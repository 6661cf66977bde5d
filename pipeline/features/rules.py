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
    """Its value, named after it."""


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
        source, view = module.label.source, f"{module.label.source}__label"
        given = _events(dataset, source, view)
        label = _rule(module.label, given, _unless_censored(timeline) if module.label.looks_ahead else None)
        views[view] = View(source, frozenset(given.reader.read), module.label.looks_ahead)
        closed[source] = frozenset() if module.label.looks_ahead else views[view].columns
    sources = dict.fromkeys(feature.source for feature in module.features)
    given_by = {source: _events(dataset, source, source, closed.get(source, frozenset())) for source in sources}
    features = tuple(_rule(feature, given_by[feature.source]) for feature in module.features)
    views |= {source: View(source, frozenset(given.reader.read), ahead=False) for source, given in given_by.items()}
    return Rules(features, label, views)


def _events(dataset: Dataset, source: str, view: str, closed: frozenset[str] = frozenset()) -> Events:
    columns = tuple(column.name for column in dataset.contracts[source].kept_columns)
    return Events(F.col(view), F.col(SNAPSHOT), Reader(source, columns, closed), name=view)


def _unless_censored(timeline: Timeline) -> Column:
    return F.add_months(F.col(SNAPSHOT), timeline.horizon_months) <= F.lit(timeline.as_of)


def _rule(definition: Feature | Label, events: Events, known: Column | None = None) -> Rule:
    """The definition as a rule; null where what it tells is not `known`."""
    try:
        column = definition.function(events)
    except ClearwellError:
        raise
    except Exception as error:
        raise FeatureError(f"{definition.name} fails", given=f"{type(error).__name__}: {error}") from error
    if not isinstance(column, Column):
        raise FeatureError(f"{definition.name} returns no Column", given=type(column).__name__, allowed="Column")
    value = column if known is None else F.when(known, column)
    return Rule(definition.name, str(events.name), value.alias(definition.name))
