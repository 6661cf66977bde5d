"""`clearwell dictionary`: the columns of a version, for people, programs, wikis and spreadsheets."""

import csv
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from pipeline.cli.main import app
from pipeline.errors import PublishError, SettingsError
from pipeline.release.manifest import Manifest, PublishedColumn, describe_file, manifest_bytes
from pipeline.release.versions import pointer_tag, publish_version, stage_version
from pipeline.release.writers import write_csv, write_parquet
from pipeline.storage.objects import FolderStore

COLUMNS = ["column", "role", "type", "unit", "meaning", "source", "privacy", "missing", "values"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a version and no dataset folder."""
    table = pa.table({"who": [f"{n:02}" for n in range(20)], "pay": [n % 2 / 2 if n else None for n in range(20)]})
    columns = (
        PublishedColumn("who", "string", "Keyed pseudonym", "pseudonym", "all", "pseudonymise"),
        PublishedColumn("pay", "number", "Rank | of <pay>", "quantile", "payroll", "rank"),
    )
    store = FolderStore(tmp_path / "published")
    with stage_version(store, "staff", "v1") as folder:
        write_csv(table, folder / "staff.csv")
        write_parquet(table, folder / "staff.parquet")
        files = tuple(describe_file(folder / name) for name in ("staff.csv", "staff.parquet"))
        manifest = Manifest(
            "staff", "r", "2025-12-31", "internal", 5, 1, 20, columns, files, {}, "", "", "", "who", "", None, 0
        )
        (folder / "manifest.json").write_bytes(manifest_bytes(manifest))
        (folder / "report.html").write_text("<!doctype html>")
        publish_version(store, "staff", "v1", folder, pointer_tag(store, "staff"))
    monkeypatch.setenv("CLEARWELL_HOME", str(tmp_path))
    return tmp_path


def ask(*words: str) -> Result:
    return CliRunner().invoke(app, ["dictionary", *words])


def test_for_programs(home: Path) -> None:
    """One document a column, without the dataset's folder."""
    who, pay = json.loads(ask("staff", "--json").stdout)
    assert (who["column"], who["role"], who["privacy"], who["bins"]) == ("who", "entity", "pseudonymise", [])
    assert (pay["privacy"], pay["missing"], pay["missing_share"]) == ("rank", 1, 0.05)


def test_for_a_spreadsheet(home: Path) -> None:
    """A heading and a line a column."""
    lines = list(csv.reader(io.StringIO(ask("staff", "--csv").stdout)))
    assert lines[0] == COLUMNS
    assert lines[2][:8] == ["pay", "feature", "number", "quantile", "Rank | of <pay>", "payroll", "rank", "5.0 %"]


def test_for_a_wiki(home: Path) -> None:
    """A pipe table whose cells can't break it."""
    lines = ask("staff", "--markdown").stdout.splitlines()
    assert lines[0] == f"| {' | '.join(COLUMNS)} |"
    assert "Rank \\| of &lt;pay>" in lines[3]


def test_for_people(home: Path) -> None:
    """The version, its rows and its columns."""
    told = ask("staff", "--version", "v1").stdout
    assert told.startswith("staff v1: 20 rows, 2 columns")
    assert "pseudonym" in told


def test_an_unknown_version_is_refused(home: Path) -> None:
    """The message lists those there are; two forms at a time are refused as well."""
    error = ask("staff", "--version", "v2").exception
    assert isinstance(error, PublishError)
    assert error.allowed == ["v1"]
    assert isinstance(ask("other").exception, PublishError)
    assert isinstance(ask("staff", "--json", "--csv").exception, SettingsError)
