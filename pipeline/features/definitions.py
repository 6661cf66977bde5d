"""What a dataset's `features.py` defines, as plain values."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import Column

from pipeline.features.events import Events

FeatureFunction = Callable[[Events], Column]


@dataclass(frozen=True)
class Feature:
    """One feature: a value of an entity at a snapshot, out of one source's events."""

    name: str
    entity: str
    source: str
    unit: str
    owner: str | None
    description: str
    function: FeatureFunction
    column: str | None = None
    """The column of the source that the feature shows as it is (`columns`); None where a function was written."""


@dataclass(frozen=True)
class Label:
    """What is to be predicted, out of one source's events.

    With a horizon: true or false, out of the events in (snapshot, snapshot + horizon]. With a horizon of 0 months: true
    or false, a number or a word, out of what is known at the snapshot; no feature may read a column that it reads.
    """

    name: str
    entity: str
    source: str
    horizon_months: int
    description: str
    function: FeatureFunction

    @property
    def looks_ahead(self) -> bool:
        return self.horizon_months > 0


@dataclass(frozen=True)
class FeatureModule:
    """All that one `features.py` defines, in the file's order; a dataset may be without a label."""

    features: tuple[Feature, ...]
    label: Label | None

    @property
    def definitions(self) -> tuple[Feature | Label, ...]:
        return (*self.features, self.label) if self.label else self.features
