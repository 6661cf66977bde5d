"""What a data scientist calls: a published version as a data frame, whole or split, and what its columns mean."""

from datetime import date
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import PublishError
from pipeline.release.dictionary import DictionaryEntry, describe_columns
from pipeline.release.manifest import Manifest, read_manifest
from pipeline.release.split import Parts, by_entity, by_time
from pipeline.release.versions import LATEST, latest_version, list_versions
from pipeline.release.withdrawal import withdrawal_of
from pipeline.settings import load_settings
from pipeline.storage.objects import FolderStore

Library = Literal["pandas", "polars", "arrow"]


def load_dataset(
    name: str,
    version: str = LATEST,
    home: Path | None = None,
    as_: Library = "pandas",
    split: Literal["train", "test"] | None = None,
    test_from: date | str | None = None,
) -> Any:
    """The rows of a version, sorted as published.

    Args:
        name: the dataset's name.
        version: a version's name; by default the latest.
        home: folder of all zones; by default `CLEARWELL_HOME`.
        as_: the library of the frame that comes back.
        split: one part of `time_split` instead of all rows.
        test_from: with `split`, the first day of the test period.

    Raises:
        PublishError: there is no such version (the message lists those there are), or it can't be split.
    """
    if split not in (None, "train", "test"):
        raise PublishError("no such part", given=split, allowed=["train", "test"])
    if test_from is not None and split is None:
        raise PublishError("test_from parts the rows, so say which part", allowed="split='train' or split='test'")
    table, manifest = _read(name, version, home, as_)
    return _frame(getattr(by_time(table, manifest, test_from), split) if split else table, as_)


def time_split(
    name: str,
    test_from: date | str | None = None,
    version: str = LATEST,
    home: Path | None = None,
    as_: Library = "pandas",
) -> tuple[Any, Any]:
    """Rows to train on and rows to test on, parted at a day such that no training label looks into the test period.

    Rows whose label is not known are in neither, nor are snapshots between whose label would look past the first test
    snapshot. By default the test rows are of the newest snapshot whose label is known.

    Raises:
        PublishError: the version has no label or too few snapshots; `random_split` does without.
    """
    table, manifest = _read(name, version, home, as_)
    return _both(by_time(table, manifest, test_from), as_)


def random_split(
    name: str,
    test_share: float = 0.2,
    seed: str = "",
    version: str = LATEST,
    home: Path | None = None,
    as_: Library = "pandas",
) -> tuple[Any, Any]:
    """Rows to train on and rows to test on, parted by entity: by a hash, so equally wherever it is called.

    Rows whose label is not known are in neither. Where there are several snapshots `time_split` is the honest way.

    Raises:
        PublishError: there is no such version, or `test_share` is not between 0 and 1.
    """
    table, manifest = _read(name, version, home, as_)
    return _both(by_entity(table, manifest, test_share, seed), as_)


def load_dictionary(name: str, version: str = LATEST, home: Path | None = None) -> list[DictionaryEntry]:
    """What each column of a version means and how its values spread.

    Raises:
        PublishError: there is no such version.
    """
    return describe_columns(version_folder(name, version, home))


def version_folder(name: str, version: str = LATEST, home: Path | None = None) -> Path:
    """Where a version lies.

    Raises:
        PublishError: there is no such version (the message lists those there are), or it was withdrawn.
    """
    store = FolderStore((home or load_settings().root) / "published")
    wanted = latest_version(store, name) if version == LATEST else version
    known = {found.version: found.path for found in list_versions(store, name)}
    withdrawn = withdrawal_of(store.path(f"{name}/{wanted}"))
    if withdrawn is not None:
        raise withdrawn.error()
    if wanted not in known:
        raise PublishError(f"{name} has no such version", given=wanted, allowed=sorted(known) or "none")
    return Path(known[wanted])


def _read(name: str, version: str, home: Path | None, as_: str) -> tuple[pa.Table, Manifest]:
    if as_ not in ("pandas", "polars", "arrow"):
        raise PublishError("no such kind of frame", given=as_, allowed=["pandas", "polars", "arrow"])
    folder = version_folder(name, version, home)
    return pq.read_table(folder / f"{name}.parquet"), read_manifest(folder)


def _both(parts: Parts, as_: Library) -> tuple[Any, Any]:
    return _frame(parts.train, as_), _frame(parts.test, as_)


def _frame(table: pa.Table, as_: Library) -> Any:
    if as_ == "arrow":
        return table
    if as_ == "polars":
        import polars as pl  # noqa: PLC0415 - only who asks for it pays for it

        return pl.DataFrame(table)
    return table.to_pandas()
