"""`load_dataset` gives the rows of a published version to the library that was asked for."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pipeline.errors import PublishError
from pipeline.release.load import load_dataset, load_dictionary, random_split, time_split
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


@pytest.mark.parametrize("as_", ["pandas", "polars", "arrow"])
def test_parts_of_a_split_are_frames_of_the_asked_library(published: Path, as_) -> None:
    """Each library gets the same rows, by `split` as by `time_split`."""
    whole = load_dataset("staff", home=published, as_=as_)
    train, test = time_split("staff", home=published, as_=as_)
    assert type(train) is type(test) is type(whole)
    for part, name in ((train, "train"), (test, "test")):
        same = load_dataset("staff", home=published, as_=as_, split=name)
        assert same.equals(part)
    assert 0 < len(train) < len(whole)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"split": "validation"}, "no such part"),
        ({"test_from": "2022-01-01"}, "test_from parts the rows"),
        ({"split": "test", "test_from": "soon"}, "test_from is no day"),
    ],
)
def test_a_split_that_can_not_be_is_refused(published: Path, words: dict[str, str], says: str) -> None:
    """Two parts are known, and a day is a day."""
    with pytest.raises(PublishError, match=says):
        load_dataset("staff", home=published, **words)


def test_what_a_data_scientist_needs_is_at_the_top(published: Path) -> None:
    """All of it is imported from `pipeline`, which itself imports nothing."""
    code = "import sys, pipeline; print('pyarrow' in sys.modules, pipeline.time_split.__module__)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    assert told == "False pipeline.release.load\n"
    assert [entry.column for entry in load_dictionary("staff", home=published)][:2] == ["person", "snapshot_date"]
    train, test = random_split("staff", 0.5, home=published)
    assert len(train) + len(test) == 30
