"""A dataset's features, read together with its contracts."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from pipeline.contracts.dataset import Dataset
from pipeline.errors import FeatureError
from pipeline.features.definitions import Feature, FeatureModule
from pipeline.features.registry import load_features


def open_features(dataset: Dataset) -> FeatureModule:
    """What the dataset's `features.py` defines; features that `columns` made are described as their contract does.

    Raises:
        FeatureError: as `load_features`, or `columns` names what the contract's kept columns do not hold.
    """
    module = load_features(dataset.folder / "features.py")
    return replace(module, features=tuple(_described(dataset, feature) for feature in module.features))


def _described(dataset: Dataset, feature: Feature) -> Feature:
    contract = dataset.contracts.get(feature.source)
    if feature.column is None or contract is None:  # check_definitions refuses an unknown source
        return feature
    kept = {column.name: column for column in contract.kept_columns}
    if feature.column not in kept:
        _refuse(feature.source, feature.column, list(kept))
    return replace(feature, description=kept[feature.column].description or feature.description)


def _refuse(source: str, name: str, columns: Sequence[str]) -> None:
    near = get_close_matches(name, columns, n=3)
    raise FeatureError(
        f"columns: {source} keeps no column {name!r}",
        given=name,
        allowed=", ".join(near or columns[:20]),
        hint="the contract's columns are kept unless their privacy action is drop",
    )
