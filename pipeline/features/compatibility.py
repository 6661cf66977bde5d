"""What of a dataset's published columns changes with its `features.py`. How a value is computed is not compared."""

from collections.abc import Iterator

from pipeline.contracts.change import Change
from pipeline.features.definitions import FeatureModule, Label


def feature_changes(old: FeatureModule, new: FeatureModule) -> list[Change]:
    """Columns that come, go or are measured otherwise, and what becomes of the label."""
    return [*_features(old, new), *_label(old.label, new.label)]


def _features(old: FeatureModule, new: FeatureModule) -> Iterator[Change]:
    before, after = {item.name: item for item in old.features}, {item.name: item for item in new.features}
    for name, was in before.items():
        where, now = f"features.{name}", after.get(name)
        if now is None:
            yield Change(where, "the published column is gone", "means", breaks=True, before="there", after="gone")
        elif was.unit != now.unit:
            units = [item.unit or "none" for item in (was, now)]
            what = f"measured in {units[1]}, no longer in {units[0]}"
            yield Change(where, what, "means", breaks=True, before=units[0], after=units[1])
        elif was.source != now.source:
            yield Change(where, f"from {now.source}, no longer from {was.source}", "means", breaks=False)
        elif was.description != now.description:
            yield Change(where, "is described in other words", "same", breaks=False)
    for name in after:
        if name not in before:
            yield Change(f"features.{name}", "new published column", "means", breaks=False)


def _label(was: Label | None, now: Label | None) -> Iterator[Change]:
    told = [f"{label.name} in {label.horizon_months} months" if label else "none" for label in (was, now)]
    if told[0] != told[1]:
        what = f"from {told[0]} to {told[1]}"
        yield Change("features.label", what, "means", breaks=was is not None, before=told[0], after=told[1])
