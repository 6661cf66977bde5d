"""`manifest.json`: what a version is, so that anybody can check its bytes without trusting us.

It holds no times: equal inputs give an equal manifest, and its sha256 is the identity of the version's content.
"""

import csv
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import PublishError
from pipeline.evidence.record import canonical

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class PublishedColumn:
    """One column of a version, as its reader needs to know it."""

    name: str
    type: str
    description: str
    unit: str
    source: str
    privacy: str = ""
    """Privacy action of the source's column that it shows; empty where it is computed, or not known."""


@dataclass(frozen=True)
class PublishedFile:
    """One file of a version; `sha256` in hexadecimal."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """The content of `manifest.json`."""

    dataset: str
    run: str
    as_of: str
    policy: str
    k: int
    l: int  # noqa: E741 - the literature's name
    rows: int
    columns: tuple[PublishedColumn, ...]
    files: tuple[PublishedFile, ...]
    inputs: Mapping[str, Any]
    """Records and digest of each source."""
    code: str
    key_epoch: str
    features_digest: str
    entity: str = ""
    """Column that holds whom a row is about."""
    snapshot: str = ""
    """Column that holds the day at whose end the features look."""
    label: str | None = None
    """Column that is to be predicted, null where its horizon is not over."""
    label_horizon_months: int = 0
    """How far after the snapshot the label looks."""
    pseudonyms: str = "stable"
    """`per_snapshot`: an entity has another pseudonym at each snapshot."""
    replaces: str | None = None
    """The withdrawn version whose rows these are, but for those that were erased."""
    erasure: str | None = None
    """Id of the erasure that withdrew it."""

    @property
    def entities_within(self) -> str:
        """The column within whose values alone rows of one entity can be told; empty where they can be in all rows."""
        return self.snapshot if self.pseudonyms == "per_snapshot" else ""

    @property
    def csv_sha256(self) -> str:
        """sha256 of the CSV, by which a version is known."""
        return next(file.sha256 for file in self.files if file.name == f"{self.dataset}.csv")


def column_type(kind: pa.DataType) -> str:
    """ODCS's logical type of an Arrow type.

    Raises:
        PublishError: no logical type fits.
    """
    tests = (
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "integer"),
        (pa.types.is_floating, "number"),
        (pa.types.is_decimal, "number"),
        (pa.types.is_date, "date"),
        (pa.types.is_timestamp, "timestamp"),
        (pa.types.is_string, "string"),
    )
    for fits, name in tests:
        if fits(kind):
            return name
    raise PublishError("a column's type can't be published", given=str(kind), allowed=[name for _, name in tests])


def describe_file(path: Path) -> PublishedFile:
    """Name, size and sha256 of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return PublishedFile(path.name, path.stat().st_size, digest)


def manifest_bytes(manifest: Manifest) -> bytes:
    """Canonical JSON with sorted keys and one newline at the end."""
    return canonical({"format": FORMAT, **asdict(manifest)})


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the version in `folder`.

    Raises:
        PublishError: there is none, or it is not one that this code reads.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise PublishError(f"{folder.name}: no {MANIFEST}", hint="the folder is not a whole version")
    try:
        document = json.loads(path.read_bytes())
        found = document.pop("format")
        columns = tuple(PublishedColumn(**column) for column in document.pop("columns"))
        files = tuple(PublishedFile(**file) for file in document.pop("files"))
        manifest = Manifest(columns=columns, files=files, **document)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise PublishError(f"{folder.name}: {MANIFEST} can't be read", allowed=f"format {FORMAT}") from None
    if found != FORMAT:
        raise PublishError(f"{folder.name}: {MANIFEST} has another format", given=found, allowed=FORMAT)
    return manifest


def verify_version(folder: Path) -> list[str]:
    """What is wrong with the version in `folder`, one sentence a problem; empty when all is well.

    Every file is hashed and its size compared with the manifest; rows and columns are counted in the Parquet file, and
    rows in the CSV by a reader of its own.
    """
    try:
        manifest = read_manifest(folder)
    except PublishError as error:
        return [error.what]
    listed = {file.name for file in manifest.files}
    data = (f"{manifest.dataset}.csv", f"{manifest.dataset}.parquet")
    problems = [f"{name} is not in the manifest" for name in data if name not in listed]
    problems += [problem for file in manifest.files for problem in _file_problems(folder, file)]
    return problems or _count_problems(folder, manifest)


def _file_problems(folder: Path, expected: PublishedFile) -> list[str]:
    path = folder / expected.name
    if path.parent != folder or not path.is_file():
        return [f"{expected.name} is missing"]
    found = describe_file(path)
    if found.bytes != expected.bytes:
        return [f"{expected.name} has {found.bytes} bytes, the manifest says {expected.bytes}"]
    if found.sha256 != expected.sha256:
        return [f"{expected.name} has another sha256 than the manifest says"]
    return []


def _count_problems(folder: Path, manifest: Manifest) -> list[str]:
    names = [column.name for column in manifest.columns]
    parquet = pq.ParquetFile(folder / f"{manifest.dataset}.parquet")
    header, csv_rows = _count_csv(folder / f"{manifest.dataset}.csv")
    problems = _row_problems({"Parquet": parquet.metadata.num_rows, "CSV": csv_rows}, manifest.rows)
    for kind, found in (("Parquet", parquet.schema_arrow.names), ("CSV", header)):
        if found != names:
            problems.append(f"the columns of the {kind} file are not those of the manifest")
    return problems


def _row_problems(found: Mapping[str, int], rows: int) -> list[str]:
    return [
        f"the {kind} file has {count} rows, the manifest says {rows}" for kind, count in found.items() if count != rows
    ]


def _count_csv(path: Path) -> tuple[Sequence[str], int]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        return header, sum(1 for _ in reader)
