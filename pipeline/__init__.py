"""clearwell's pipeline. What a data scientist needs of it is named here."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.release.load import load_dataset, load_dictionary, random_split, time_split

__all__ = ["load_dataset", "load_dictionary", "random_split", "time_split"]


def __getattr__(name: str) -> Any:
    """Import on first use, since `import pipeline` stands before everything and should cost nothing."""
    if name in __all__:
        from pipeline.release import load  # noqa: PLC0415

        return getattr(load, name)
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
