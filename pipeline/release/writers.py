"""CSV and Parquet whose bytes depend on the rows and on nothing else.

Why the bytes are stable: `arrange` gives equal rows one order, one schema and one chunk, whatever partitions, batches
or string flavours they arrived in; both writers then see one and the same table, use only options that are pinned here,
and write no times. What is left to vary is the version of the two libraries, which the lock pins and which is part of a
run's id.
"""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.errors import PublishError

ROW_GROUP_ROWS = 65_536
"""Fixed, since a row group's borders are part of a Parquet file's bytes."""
_ZSTD_LEVEL = 3
_TIMESTAMP = pa.timestamp("us", tz="UTC")
_TIMESTAMP_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
_TIMESTAMP_FORMAT_FINE = "%Y-%m-%dT%H:%M:%S%.6fZ"


def arrange(table: pa.Table, sort_keys: Sequence[str]) -> pa.Table:
    """The same rows in canonical form: total order, plain types, one chunk.

    Rows are sorted by `sort_keys`, then by all other columns in their order, nulls last; rows that still tie are equal,
    so their order can't be seen. Dictionaries become plain strings, timestamps microseconds in UTC, NaN null (both mean
    "no figure" to a reader of CSV) and -0.0 becomes 0.0 (they compare equal, so their order would be left to chance).

    Raises:
        PublishError: a sort key is no column, or a column is nested.
    """
    unknown = [key for key in sort_keys if key not in table.column_names]
    if unknown:
        raise PublishError("sort keys that are no columns", given=unknown, allowed=table.column_names)
    plain = pa.table({name: _plain(table[name], name) for name in table.column_names})
    order = [*sort_keys, *(name for name in plain.column_names if name not in sort_keys)]
    ranks = pc.sort_indices(plain, sort_keys=[(name, "ascending", "at_end") for name in order])
    return plain.take(ranks).combine_chunks()


def write_csv(table: pa.Table, path: Path) -> None:
    """RFC 4180 with a header, but LF; quotes only where a value needs them.

    Null is empty and an empty string is `""`; floats are the shortest text that reads back as the same double; dates
    are `YYYY-MM-DD`, timestamps ISO 8601 in UTC; booleans are `true` and `false`.
    """
    frame = pl.DataFrame(table)
    columns = [
        pl.col(name).dt.strftime(_timestamp_format(frame[name]))
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime)
    ]
    frame.with_columns(columns).write_csv(path, line_terminator="\n", quote_style="necessary", null_value="")


def write_parquet(table: pa.Table, path: Path) -> None:
    """Parquet 2.6, zstd, row groups of 65,536 rows, no metadata beside the schema."""
    pq.write_table(
        table.replace_schema_metadata(None),
        path,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        row_group_size=ROW_GROUP_ROWS,
        use_dictionary=True,
        write_statistics=True,
        store_schema=False,
    )


def _plain(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise PublishError(
            f"column {name} can't be published", given=str(kind), allowed="text, numbers, dates, booleans"
        )
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    if pa.types.is_timestamp(kind):
        return column.cast(_TIMESTAMP)
    if pa.types.is_floating(kind):
        figures = pc.add(column.cast(pa.float64()), 0.0)
        return pc.if_else(pc.is_nan(figures), pa.scalar(None, pa.float64()), figures)
    return column


def _timestamp_format(column: pl.Series) -> str:
    whole = column.drop_nulls().dt.microsecond().max() in (None, 0)
    return _TIMESTAMP_FORMAT if whole else _TIMESTAMP_FORMAT_FINE
