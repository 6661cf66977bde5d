"""Texts of tables: cells by column, names, and what a Parquet file says of itself."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from pipeline.errors import PrivacyError
from pipeline.privacy.leaks.texts import Place, Reading, Texts, headers, running

#: Bytes of CSV and rows of Parquet at a time: more costs memory and gains nothing.
_BLOCK, _BATCH = 4 << 20, 65_536


def read_csv(path: Path) -> Reading:
    """The header, then each column block by block; cells as they are written."""
    parse = pa_csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    read = pa_csv.ReadOptions(use_threads=False, block_size=_BLOCK)
    with pa_csv.open_csv(path, read, parse) as reader:
        names = reader.schema.names
    yield headers(names)
    convert = pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
    with pa_csv.open_csv(path, read, parse, convert) as reader:
        for batch in reader:
            for number, (name, column) in enumerate(zip(names, batch.columns, strict=True), 1):
                yield Texts(Place(number, name, cells=True), column, len(column))


def read_parquet(path: Path) -> Reading:
    """Names, metadata, statistics, then the cells; of columns stored by dictionary all that the dictionary holds."""
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        leaves = [file.schema.column(index) for index in range(len(file.schema))]
        yield headers([*schema.names, *(leaf.path for leaf in leaves)])
        yield running("metadata", str(file.metadata.created_by), *_metadata(schema))
        yield from _statistics(file.metadata)
    stored = [leaf.path for leaf in leaves if leaf.physical_type == "BYTE_ARRAY"]
    with pq.ParquetFile(path, read_dictionary=stored) as file:
        for batch in file.iter_batches(_BATCH, use_threads=False):
            for number, (name, column) in enumerate(zip(schema.names, batch.columns, strict=True), 1):
                for values in _leaves(column):
                    yield Texts(Place(number, name, cells=True), _as_texts(values), len(column))


def _metadata(schema: pa.Schema) -> Iterator[str]:
    """Of the file and of each field, but the schema itself, which Arrow keeps encoded among them."""
    fields = list(schema)
    while fields:
        field = fields.pop()
        fields += [field.type.field(index) for index in range(field.type.num_fields)]
        yield from (text.decode() for pair in (field.metadata or {}).items() for text in pair)
    pairs = (pair for pair in (schema.metadata or {}).items() if pair[0] != b"ARROW:schema")
    yield from (text.decode() for pair in pairs for text in pair)


def _statistics(metadata: pq.FileMetaData) -> Reading:
    """Least and greatest value of each column in each group of rows, which may outlive the rows.

    Raises:
        PrivacyError: the file has an index or a filter of values, which nothing here can read.
    """
    for group in range(metadata.num_row_groups):
        for index in range(metadata.num_columns):
            column = metadata.row_group(group).column(index)
            if column.has_column_index or column.bloom_filter_offset is not None:
                raise PrivacyError("a file can't be scanned for leaks", given=".parquet: page index or Bloom filter")
            known = column.statistics
            if known is not None and known.has_min_max:
                values = pa.array([_text_of(known.min), _text_of(known.max)], pa.string())
                yield Texts(Place(index + 1, f"{column.path_in_schema} (statistics)", cells=True), values, 2)


def _text_of(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _leaves(column: pa.Array) -> Iterator[pa.Array]:
    """The plain arrays that a column is made of."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        yield from _leaves(column.dictionary)
    elif pa.types.is_struct(kind):
        for part in column.flatten():
            yield from _leaves(part)
    elif pa.types.is_map(kind):
        yield from _leaves(column.keys)
        yield from _leaves(column.items)
    elif pa.types.is_nested(kind):
        yield from _leaves(column.flatten())
    else:
        yield column


def _as_texts(values: pa.Array) -> pa.Array:
    """Distinct values as text. Bytes that are no text are refused by Arrow."""
    return pc.cast(pc.unique(values), pa.string())
