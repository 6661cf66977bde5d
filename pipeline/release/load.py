"""`load_dataset`: a published version as a data frame."""

from pathlib import Path
from typing import Any, Literal

import pyarrow.parquet as pq

from pipeline.errors import PublishError
from pipeline.release.versions import LATEST, latest_version, list_versions
from pipeline.settings import load_settings
from pipeline.storage.objects import FolderStore


def load_dataset(
    name: str, version: str = LATEST, home: Path | None = None, as_: Literal["pandas", "polars", "arrow"] = "pandas"
) -> Any:
    """The rows of a version, sorted as published.

    Args:
        name: the dataset's name.
        version: a version's name; by default the latest.
        home: folder of all zones; by default `CLEARWELL_HOME`.
        as_: the library of the frame that comes back.

    Raises:
        PublishError: there is no such version; the message lists those there are.
    """
    if as_ not in ("pandas", "polars", "arrow"):
        raise PublishError("no such kind of frame", given=as_, allowed=["pandas", "polars", "arrow"])
    store = FolderStore((home or load_settings().root) / "published")
    wanted = latest_version(store, name) if version == LATEST else version
    known = {found.version: found.path for found in list_versions(store, name)}
    if wanted not in known:
        raise PublishError(f"{name} has no such version", given=wanted, allowed=sorted(known) or "none")
    table = pq.read_table(Path(known[wanted]) / f"{name}.parquet")
    if as_ == "arrow":
        return table
    if as_ == "polars":
        import polars as pl  # noqa: PLC0415 - only who asks for it pays for it

        return pl.DataFrame(table)
    return table.to_pandas()
