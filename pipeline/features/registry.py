"""`@feature`, `columns` and `@label`: what a dataset's `features.py` defines, collected while the file is loaded."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from pyspark.sql import Column

from pipeline.errors import ClearwellError, FeatureError
from pipeline.features.checks import is_reserved
from pipeline.features.definitions import Feature, FeatureFunction, FeatureModule, Label
from pipeline.features.events import Events

_HORIZON = re.compile(r"(0|[1-9]\d{0,2}) months?")
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


def columns(
    *, entity: str, source: str, names: Sequence[str], units: Mapping[str, str] | None = None, owner: str | None = None
) -> None:
    """Define one feature a column: its value in the newest event of the source.

    A feature is named after its column; where an earlier definition or a key of the feature table has that name
    already, `<source>_<column>`. Its description is the contract's, once `open_features` has read it.

    Args:
        entity: the dataset's entity.
        source: the source whose columns these are.
        names: columns of its contract.
        units: what a column's value is measured in, by the column's name.
        owner: who answers for them, where that is not the dataset's owner.

    Raises:
        FeatureError: a unit is of no column in `names`, or a name is taken twice.
    """
    units = units or {}
    strangers = sorted(set(units) - set(names))
    if strangers:
        raise FeatureError(f"units of {source} for columns that are not listed", given=strangers, allowed=list(names))
    for column in names:
        name = f"{source}_{column}" if _taken(column) or is_reserved(column, entity) else column
        text = f"{column} in the newest record of {source}."
        _collect(Feature(name, entity, source, units.get(column, ""), owner, text, _newest(column), column))


def label(*, entity: str, source: str, horizon: str) -> Callable[[FeatureFunction], FeatureFunction]:
    """Define the label.

    Args:
        entity: the dataset's entity.
        source: the source whose events the function is given: those after the snapshot, or with a horizon of `0 months`
            those that a feature sees.
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
    """Load a `features.py` and collect what it defines; `open_features` is for a dataset whose contracts are there.

    Raises:
        FeatureError: the file is missing or fails, defines a name twice, a definition without a docstring, no
            feature, or more than one label.
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
        if _taken(definition.name):
            raise FeatureError("two definitions have one name", given=definition.name, allowed="one name each")
        collected.append(definition)
    return definition.function


def _taken(name: str) -> bool:
    """Whether a definition has the name; Spark takes Age and age for one column."""
    return any(known.name.lower() == name.lower() for known in _collected.get() or ())


def _newest(column: str) -> FeatureFunction:
    def value(events: Events) -> Column:
        return events.latest(column)

    return value


def _description(function: FeatureFunction) -> str:
    text = (function.__doc__ or "").strip()
    if not text:
        raise FeatureError("a feature or label has no docstring", given=function.__name__, allowed="one that describes")
    return text.splitlines()[0].strip()


def _module(collected: list[Feature | Label], file: str) -> FeatureModule:
    features = tuple(item for item in collected if isinstance(item, Feature))
    labels = [item for item in collected if isinstance(item, Label)]
    if not features or len(labels) > 1:
        raise FeatureError(
            f"{file} defines too little or too much",
            given=f"{len(features)} features, {len(labels)} labels",
            allowed="at least one feature (@feature or columns) and at most one @label",
        )
    return FeatureModule(features, labels[0] if labels else None)
