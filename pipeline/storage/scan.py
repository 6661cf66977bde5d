"""Iceberg tables read without Spark, for small jobs and for looking at a result."""

from pathlib import Path

import pyarrow as pa

from pipeline.storage.tables import TableSnapshot


def read_snapshot(snapshot: TableSnapshot, columns: tuple[str, ...] = ("*",), where: str | None = None) -> pa.Table:
    """Rows of a table at a snapshot.

    Args:
        snapshot: which table and commit.
        columns: names of the columns to read.
        where: a filter in PyIceberg's expression language.
    """
    from pyiceberg.expressions import AlwaysTrue  # noqa: PLC0415 - a second to import
    from pyiceberg.table import StaticTable  # noqa: PLC0415

    location = snapshot.metadata
    table = StaticTable.from_metadata(location if "://" in location else Path(location).as_uri())
    scan = table.scan(
        row_filter=where if where is not None else AlwaysTrue(),
        selected_fields=columns,
        snapshot_id=snapshot.snapshot,
    )
    return scan.to_arrow()
