"""Iceberg tables read without Spark, for small jobs and for looking at a result."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.storage.tables import TableSnapshot

if TYPE_CHECKING:
    from pyiceberg.table import DataScan


def read_snapshot(snapshot: TableSnapshot, columns: tuple[str, ...] = ("*",), where: str | None = None) -> pa.Table:
    """Rows of a table at a snapshot.

    Args:
        snapshot: which table and commit.
        columns: names of the columns to read.
        where: a filter in PyIceberg's expression language.
    """
    return _scan(snapshot, columns, where).to_arrow()


def read_batches(
    snapshot: TableSnapshot, columns: tuple[str, ...] = ("*",), where: str | None = None
) -> pa.RecordBatchReader:
    """`read_snapshot` batch by batch."""
    return _scan(snapshot, columns, where).to_arrow_batch_reader()


def _scan(snapshot: TableSnapshot, columns: tuple[str, ...], where: str | None) -> "DataScan":
    from pyiceberg.expressions import AlwaysTrue  # noqa: PLC0415 - a second to import
    from pyiceberg.table import StaticTable  # noqa: PLC0415

    location = snapshot.metadata
    table = StaticTable.from_metadata(location if "://" in location else Path(location).as_uri())
    return table.scan(
        row_filter=where if where is not None else AlwaysTrue(),
        selected_fields=columns,
        snapshot_id=snapshot.snapshot,
    )
