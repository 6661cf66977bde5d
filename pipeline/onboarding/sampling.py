"""One sample a file, and one a source of several files."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from pipeline.onboarding.csv_sample import sample_csv
from pipeline.onboarding.files import Body, kind_of, read_body
from pipeline.onboarding.json_sample import sample_json_lines
from pipeline.onboarding.parquet_sample import sample_parquet
from pipeline.onboarding.sampled import MOST_RECORDS, Sampled
from pipeline.onboarding.xml_sample import sample_xml


def sample_file(path: Path, record: str | None = None) -> Sampled:
    """Read the beginning of a file, whatever it is; `record` names the element of XML that is one record.

    Raises:
        SourceError: it is nothing that a table can be read from.
    """
    body = read_body(path)
    kind = kind_of(path, body)
    if kind == "parquet":
        return sample_parquet(path)
    if kind == "xml":
        return sample_xml(path, body, record)
    readers: Mapping[str, Callable[[Path, Body], Sampled]] = {"csv": sample_csv, "jsonl": sample_json_lines}
    return readers[kind](path, body)


def together(samples: Sequence[Sampled]) -> Sampled:
    """Samples of one layout as one: of each an equal part, where all together are too many."""
    if len(samples) == 1:
        return samples[0]
    most = max(1, MOST_RECORDS // len(samples))
    places = list(dict.fromkeys(place for item in samples for place in item.columns))
    parts = [min(item.records, most) for item in samples]
    columns = {
        place: pa.concat_arrays(
            [
                item.columns[place].slice(0, part) if place in item.columns else pa.nulls(part, pa.string())
                for item, part in zip(samples, parts, strict=True)
            ]
        )
        for place in places
    }
    rejected = sum((Counter(item.rejected) for item in samples), Counter[str]())
    kinds = {
        place: frozenset[str]().union(*(item.json_kinds.get(place, frozenset()) for item in samples))
        for place in places
        if any(item.json_kinds for item in samples)
    }
    left_out = {place: why for item in samples for place, why in item.left_out.items()}
    whole = all(item.whole and item.records <= most for item in samples)
    first = samples[0]
    return Sampled(first.kind, first.declared, columns, sum(parts), whole, dict(rejected), kinds, left_out)
