"""Believable evidence of one run, whose accounts balance, and a small version to publish."""

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.release.croissant import croissant_bytes
from pipeline.release.manifest import (
    Manifest,
    PublishedColumn,
    PublishedFile,
    column_type,
    describe_file,
    manifest_bytes,
)
from pipeline.release.writers import arrange, write_csv, write_parquet
from tests.release.evidence.run import run_evidence

Evidence = dict[str, dict[str, Any]]


@pytest.fixture
def evidence() -> Evidence:
    """A fresh copy, so that a test may change or remove whatever it likes."""
    return copy.deepcopy(run_evidence())


def _table(rows: int, salt: int = 0) -> pa.Table:
    people = range(rows)
    return pa.table(
        {
            "person": [f"{(n * 7919 + salt) % 100_003:08x}" for n in people],
            "snapshot_date": pa.array([date(2020 + n % 4, 1, 1) for n in people], pa.date32()),
            "country": [("IN", "US", "DE")[n % 3] for n in people],
            "tenure": [n % 13 / 4 if n % 11 else None for n in people],
            "level": pa.array([1 + n % 5 for n in people], pa.int64()),
            "left": [n % 9 == 0 for n in people],
        }
    )


def _manifest(table: pa.Table, files: tuple[PublishedFile, ...]) -> Manifest:
    return Manifest(
        dataset="staff",
        run="0123abcd",
        as_of="2025-12-31",
        policy="release",
        k=5,
        l=2,
        rows=table.num_rows,
        columns=tuple(
            PublishedColumn(name, column_type(table.schema.field(name).type), f"What {name} says.", "", "staff_source")
            for name in table.column_names
        ),
        files=files,
        inputs={"staff_source": {"records": 1_000, "records_digest": "ab" * 32}},
        code="c0de" * 16,
        key_epoch="1-aabbccddeeff",
        features_digest="fea7" * 16,
        entity="person",
        snapshot="snapshot_date",
        label="left",
        label_horizon_months=12,
    )


@pytest.fixture(scope="session")
def table() -> Callable[..., pa.Table]:
    """Makes a small table to publish; another `salt` gives other people."""
    return _table


@pytest.fixture(scope="session")
def fill() -> Callable[[Path, pa.Table], Manifest]:
    """Writes a whole version of a table into a folder, as the publish stage does."""

    def write(folder: Path, rows: pa.Table) -> Manifest:
        arranged = arrange(rows, ["person", "snapshot_date"])
        write_csv(arranged, folder / "staff.csv")
        write_parquet(arranged, folder / "staff.parquet")
        data = tuple(describe_file(folder / f"staff.{kind}") for kind in ("csv", "parquet"))
        (folder / "croissant.json").write_bytes(croissant_bytes(_manifest(arranged, data), "Staff"))
        manifest = _manifest(arranged, (*data, describe_file(folder / "croissant.json")))
        (folder / "manifest.json").write_bytes(manifest_bytes(manifest))
        (folder / "report.html").write_text("<!doctype html><title>Staff</title>")
        return manifest

    return write
