"""clearwell's pipeline. What a data scientist needs of it is named here."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.privacy.scanning.analyzer import FastAnalyzer
    from pipeline.release.load import load_dataset, load_dictionary, random_split, time_split

__all__ = ["FastAnalyzer", "load_dataset", "load_dictionary", "random_split", "time_split"]

_SCANNING, _RELEASE = "pipeline.privacy.scanning.analyzer", "pipeline.release.load"


def __getattr__(name: str) -> Any:
    """Import on first use, since `import pipeline` stands before everything and should cost nothing."""
    if name in __all__:
        return getattr(import_module(_SCANNING if name == "FastAnalyzer" else _RELEASE), name)
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
