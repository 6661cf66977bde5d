"""clearwell's pipeline. `load_dataset` is what a data scientist needs of it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.release.load import load_dataset

__all__ = ["load_dataset"]


def __getattr__(name: str) -> Any:
    """Import on first use, since `import pipeline` stands before everything and should cost nothing."""
    if name == "load_dataset":
        from pipeline.release.load import load_dataset  # noqa: PLC0415

        return load_dataset
    raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
