"""`@feature` and `@label`: what a dataset's `features.py` defines, collected while the file is loaded."""

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from pyspark.sql import Column

from pipeline.errors import ClearwellError, FeatureError
from pipeline.features.events import Events

FeatureFunction = Callable[[Events], Column]
_HORIZON = re.compile(r"([1-9]\d{0,2}) months?")


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


@dataclass(frozen=True)
class Label:
    """What is to be predicted: true or false, out of one source's events in (snapshot, snapshot + horizon]."""

    name: str
    entity: str
    source: str
    horizon_months: int
    description: str
    function: FeatureFunction


@dataclass(frozen=True)
class FeatureModule:
    """All that one `features.py` defines, in the file's order."""

    features: tuple[Feature, ...]
    label: Label

    @property
    def definitions(self) -> tuple[Feature | Label, ...]:
        return (*self.features, self.label)


_collected: ContextVar[list[Feature | Label] | None] = ContextVar("collected", default=None)


def feature(
    *, entity: str, source: str, unit: str, owner: str | None = None
) -> Callable[[FeatureFunction], FeatureFunction]:
    """Define a feature. Its name is the function's, its description the first line of the docstring.

    Args:
        entity: the dataset's entity.
        source: the source whose events the function is given.
        unit: what the value is measured in, such as `days` or `rating 1-5`.
        owner: who answers for it, where that is not the dataset's owner.
    """

    def define(function: FeatureFunction) -> FeatureFunction:
        name = function.__name__
        return _collect(Feature(name, entity, source, unit, owner, _description(function), function))

    return define


def label(*, entity: str, source: str, horizon: str) -> Callable[[FeatureFunction], FeatureFunction]:
    """Define the label.

    Args:
        entity: the dataset's entity.
        source: the source whose events after the snapshot the function is given.
        horizon: how far it looks ahead, such as `12 months`.

    Raises:
        FeatureError: the horizon is not a number of months.
    """
    match = _HORIZON.fullmatch(horizon)
    if match is None:
        raise FeatureError("a label's horizon can't be read", given=horizon, allowed="a number of months: '12 months'")
    months = int(match[1])

    def define(function: FeatureFunction) -> FeatureFunction:
        name = function.__name__
        return _collect(Label(name, entity, source, months, _description(function), function))

    return define


def load_features(path: Path) -> FeatureModule:
    """Load a `features.py` and collect what it defines.

    Raises:
        FeatureError: the file is missing or fails, defines a name twice, a definition without a docstring, no
            feature, or not exactly one label.
    """
    if not path.is_file():
        raise FeatureError("the dataset has no features", given=path.name, allowed="a file features.py in its folder")
    collected: list[Feature | Label] = []
    token = _collected.set(collected)
    try:
        spec = spec_from_file_location(f"features_of_{path.parent.name}", path)
        if spec is None or spec.loader is None:
            raise FeatureError("features are Python", given=path.name, allowed="features.py")
        spec.loader.exec_module(module_from_spec(spec))
    except ClearwellError:
        raise
    except Exception as error:
        raise FeatureError(f"{path.name} can't be loaded", given=f"{type(error).__name__}: {error}") from error
    finally:
        _collected.reset(token)
    return _module(collected, path.name)


def _collect(definition: Feature | Label) -> FeatureFunction:
    collected = _collected.get()
    if collected is not None:
        if any(known.name == definition.name for known in collected):
            raise FeatureError("two definitions have one name", given=definition.name, allowed="one name each")
        collected.append(definition)
    return definition.function


def _description(function: FeatureFunction) -> str:
    text = (function.__doc__ or "").strip()
    if not text:
        raise FeatureError("a feature or label has no docstring", given=function.__name__, allowed="one that describes")
    return text.splitlines()[0].strip()


def _module(collected: list[Feature | Label], file: str) -> FeatureModule:
    features = tuple(item for item in collected if isinstance(item, Feature))
    labels = [item for item in collected if isinstance(item, Label)]
    if not features or len(labels) != 1:
        raise FeatureError(
            f"{file} defines too little or too much",
            given=f"{len(features)} features, {len(labels)} labels",
            allowed="at least one @feature and exactly one @label",
        )
    return FeatureModule(features, labels[0])
