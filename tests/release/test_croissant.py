"""croissant.json loads with the reference library and yields the records of the CSV."""

import csv
import json
import math
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.release.croissant import croissant_bytes


@pytest.fixture(scope="module")
def version(table, fill, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("version")
    fill(folder, table(120))
    return folder


def as_text(value: Any) -> str:
    """A value of mlcroissant in the words of our CSV."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, bool):
        return str(value).lower()
    return str(value.date()) if isinstance(value, date) else str(value)


def test_it_yields_the_same_records(version: Path) -> None:
    """Every record that mlcroissant reads is the row of the CSV, value by value and in order."""
    import mlcroissant as mlc

    dataset = mlc.Dataset(os.fspath(version / "croissant.json"))
    records = [
        {name.removeprefix("rows/"): as_text(value) for name, value in record.items()}
        for record in dataset.records("rows")
    ]
    with (version / "staff.csv").open(newline="") as file:
        assert records == list(csv.DictReader(file))


def test_a_changed_csv_is_refused_by_the_reader(version: Path, tmp_path: Path) -> None:
    """The sha256 is in force: mlcroissant does not read a CSV with other bytes."""
    import mlcroissant as mlc

    (tmp_path / "croissant.json").write_bytes((version / "croissant.json").read_bytes())
    (tmp_path / "staff.csv").write_bytes((version / "staff.csv").read_bytes() + b"x,,,,,\n")
    dataset = mlc.Dataset(os.fspath(tmp_path / "croissant.json"))
    with pytest.raises(mlc.GenerationError) as error:
        list(dataset.records("rows"))
    assert "is not identical" in str(error.value.__cause__)


def test_it_is_croissant_1_1_with_typed_fields_and_no_date(version: Path) -> None:
    """Format, types and relative path are stated, and nothing that changes from day to day."""
    document = json.loads((version / "croissant.json").read_bytes())
    assert document["conformsTo"].endswith("/croissant/1.1")
    (file,) = document["distribution"]
    assert file["contentUrl"] == "staff.csv"
    types = {field["name"]: field["dataType"] for field in document["recordSet"][0]["field"]}
    assert types == {
        "person": "sc:Text",
        "snapshot_date": "sc:Date",
        "country": "sc:Text",
        "tenure": "cr:Float64",
        "level": "cr:Int64",
        "left": "sc:Boolean",
    }
    assert not {"datePublished", "dateCreated", "dateModified"} & set(document)


def test_equal_manifests_give_equal_bytes(table, fill, tmp_path: Path) -> None:
    """The document depends on manifest and title alone."""
    manifest = fill(tmp_path, table(30))
    assert croissant_bytes(manifest, "Staff") == croissant_bytes(manifest, "Staff")
    assert croissant_bytes(manifest, "Staff") != croissant_bytes(manifest, "Others")
