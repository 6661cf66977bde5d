"""The files of a version, written into its staging folder and scanned before anybody can see them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.evidence.record import Document
from pipeline.release.croissant import croissant_bytes
from pipeline.release.distributions import describe
from pipeline.release.manifest import MANIFEST, Manifest, PublishedFile, describe_file, manifest_bytes
from pipeline.release.report import render_report
from pipeline.release.versions import REPORT
from pipeline.release.writers import write_csv, write_parquet

CROISSANT = "croissant.json"
#: Reads files and says what was read; raises where a person is in them.
Scan = Callable[[Sequence[Path]], Document]


def write_contents(
    folder: Path,
    version: str,
    table: pa.Table,
    manifest: Manifest,
    title: str,
    evidence: Mapping[str, Mapping[str, Any]],
    scan: Scan,
) -> Document:
    """Fill a staging folder: CSV, Parquet, Croissant, manifest, report.

    The report tells what the scan of the data found, so it is written after it and scanned by itself.

    Args:
        folder: of `stage_version`.
        version: the version's name.
        table: its rows, as `arrange` gives them.
        manifest: of them, without the files.
        title: of the dataset.
        evidence: documents of the run by stage, but for `publish`.
        scan: the leak scan.

    Returns:
        Evidence of the stage `publish`.

    Raises:
        PrivacyError: the scan found somebody.
    """
    files = _write_data(folder, table, manifest, title)
    published: Document = {
        "version": version,
        "replaces": manifest.replaces,
        "rows": table.num_rows,
        "columns": table.num_columns,
        "files": [vars(item) for item in files],
        "distributions": describe(table, manifest.entity, manifest.entities_within),
        "leak_scan": scan(sorted(folder.iterdir())),
    }
    (folder / REPORT).write_text(render_report({**evidence, "publish": published}), encoding="utf-8")
    scan([folder / REPORT])
    return published


def _write_data(folder: Path, table: pa.Table, manifest: Manifest, title: str) -> tuple[PublishedFile, ...]:
    """All but the report; returns the files that the manifest lists."""
    data = (folder / f"{manifest.dataset}.csv", folder / f"{manifest.dataset}.parquet")
    write_csv(table, data[0])
    write_parquet(table, data[1])
    manifest = replace(manifest, files=tuple(map(describe_file, data)))
    (folder / CROISSANT).write_bytes(croissant_bytes(manifest, title))
    manifest = replace(manifest, files=(*manifest.files, describe_file(folder / CROISSANT)))
    (folder / MANIFEST).write_bytes(manifest_bytes(manifest))
    return manifest.files
