"""A sample of a Parquet file: its rows as the JSON Lines that a pull lands them as."""

import io
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.errors import SourceError
from pipeline.extract.parquet_rows import JsonRows, columns_of
from pipeline.extract.parquet_values import is_plain, leaves_of
from pipeline.onboarding.files import MOST_BYTES
from pipeline.onboarding.json_sample import sample_objects
from pipeline.onboarding.sampled import Sampled, framed
from pipeline.parsing import FORMATS


def sample_parquet(path: Path) -> Sampled:
    """Read a Parquet file.

    Raises:
        SourceError: it is damaged, encrypted, or has no rows.
    """
    with path.open("rb") as file:
        places = [place for place, _ in columns_of(file, path.name, ())]
        plain = {leaf.place for leaf in leaves_of(list(pq.ParquetFile(file).schema_arrow)) if is_plain(leaf.type)}
        rows = io.BufferedReader(JsonRows(file, path.name, plain))
        data = rows.read(MOST_BYTES)
        whole = not rows.read(1)
    if not data:
        raise SourceError(f"{path.name} has columns and no rows", given=f"{len(places)} columns", allowed="rows")
    records, all_taken = framed(data, list(FORMATS["jsonl"].frame(io.BytesIO(data), {})), whole)
    return sample_objects(path, records, all_taken, "parquet")
