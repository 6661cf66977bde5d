"""`load_dataset` gives the rows of a published version to the library that was asked for."""

from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pipeline.errors import PublishError
from pipeline.release.load import load_dataset
from pipeline.release.versions import pointer_tag, publish_version, stage_version
from pipeline.release.writers import arrange
from pipeline.storage.objects import FolderStore


@pytest.fixture(scope="module")
def published(table, fill, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    store = FolderStore(home / "published")
    for salt, version in enumerate(("v1", "v2")):
        with stage_version(store, "staff", version) as folder:
            fill(folder, table(30, salt))
            publish_version(store, "staff", version, folder, pointer_tag(store, "staff"))
    return home


@pytest.mark.parametrize(("as_", "kind"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame), ("arrow", pa.Table)])
def test_each_library_gets_its_frame(published: Path, as_, kind: type) -> None:
    """The frame is of the asked library and has all rows."""
    frame = load_dataset("staff", home=published, as_=as_)
    assert isinstance(frame, kind)
    assert frame.shape == (30, 6)


@pytest.mark.parametrize(("version", "salt"), [("latest", 1), ("v1", 0), ("v2", 1)])
def test_the_rows_are_those_that_were_published(published: Path, table, version: str, salt: int) -> None:
    """By default the latest, else the version named, with values and types as published."""
    expected = arrange(table(30, salt), ["person", "snapshot_date"])
    assert load_dataset("staff", version, home=published, as_="arrow").equals(expected)


def test_home_comes_from_the_settings(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a home the environment's is taken."""
    monkeypatch.setenv("CLEARWELL_HOME", str(published))
    assert len(load_dataset("staff")) == 30


def test_an_unknown_version_names_those_there_are(published: Path) -> None:
    """The error lists what can be had."""
    with pytest.raises(PublishError) as error:
        load_dataset("staff", "v9", home=published)
    assert error.value.allowed == ["v1", "v2"]


def test_an_unpublished_dataset_says_so(published: Path) -> None:
    """A dataset without a version is an error of ours."""
    with pytest.raises(PublishError, match="no published version"):
        load_dataset("nothing", home=published)


def test_an_unknown_library_is_refused(published: Path) -> None:
    """Only three libraries are known."""
    with pytest.raises(PublishError, match="no such kind"):
        load_dataset("staff", home=published, as_="spark")
