"""JSON: landing's index and columns of text against Spark's own reader, on the same records and one core."""

import io
import json
import random
import tempfile
import timeit
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pipeline.extract.index import IndexSummary, read_index, write_index
from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Field, Frames, Parsed, Records
from pipeline.storage.objects import FolderStore
from tests.benchmarks.harness import compare

_MEGABYTES, _PAGE = 32, 500
#: Records of a batch, as the landing's reader takes them.
_BATCH = 2_000
_LAYOUT = {"records_at": "records"}
_FORMAT = FORMATS["json"]
_SPARK_TYPES = {"integer": "bigint", "number": "double"}
_SENTENCE = (
    "the team delivered its quarterly report on time and needs support with planning in München while the workload of "
    "the career path came up in a meeting with René who will follow up next week about the promotion"
)

Maker = Callable[[random.Random, int], dict[str, Any]]


def _note(rng: random.Random, number: int) -> dict[str, Any]:
    text = " ".join(rng.choices(_SENTENCE.split(), k=rng.randint(15, 50)))
    return {
        "note_id": f"N{number:09}",
        "employee_id": f"E{rng.randrange(10**7):07}",
        "author_id": f"E{rng.randrange(10**7):07}",
        "noted_on": "2015-03-04",
        "topic": rng.choice(["performance", "workload", "career"]),
        "note": f'{text}\n"{text[:20]}"' if rng.random() < 0.05 else text,
        "updated_at": "2015-03-05T10:11:12Z",
    }


def _job(rng: random.Random, number: int) -> dict[str, Any]:
    return {
        "event_id": f"J{number:09}",
        "employee_id": f"E{rng.randrange(10**7):07}",
        "event_type": rng.choice(["hire", "promotion", "transfer"]),
        "effective_date": "2012-03-04",
        "department": "Engineering",
        "job_level": rng.randint(1, 8),
        "salary": rng.choice([54000, 61234.5]),
        "currency": "EUR",
        "manager_id": None if rng.random() < 0.1 else f"E{rng.randrange(10**7):07}",
        "updated_at": "2012-03-05T10:11:12Z",
    }


@dataclass(frozen=True)
class Stream:
    """One stream: its response bodies, and the same records as lines in a file."""

    name: str
    fields: tuple[Field, ...]
    bodies: list[bytes]
    lines: Path

    @property
    def size(self) -> float:
        """Megabytes."""
        return sum(map(len, self.bodies)) / 1e6


def main() -> None:
    """Print how we compare as a whole, both streams together, and how each part does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        types = {"job_level": "integer", "salary": "number", "noted_on": "date", "effective_date": "date"}
        streams = [make_stream(folder, made, types) for made in (_note, _job)]
        store = FolderStore(folder)
        for stream in streams:
            store.write(stream.name, b"".join(stream.bodies))
        # Spark's defaults, with the optimising compiler: its reader at its best.
        quiet = SparkSession.builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
        spark = quiet.config("spark.log.level", "ERROR").master("local[1]").getOrCreate()
        for stream in streams:
            assert texts_of(stream, store) == spark_texts(spark, stream), stream.name
        size = sum(stream.size for stream in streams)
        peer, ours = partial(read_spark, spark, streams), partial(read_ours, streams, store)
        compare("json", peer, ours, size, "MB")
        for stream in streams:
            print_parts(stream, store)
        spark.stop()


def make_stream(folder: Path, made: Maker, types: dict[str, str]) -> Stream:
    """Pages of records, the lines of the same records beside them."""
    rng, bodies, size, number = random.Random(4), [], 0, 0
    path = folder / f"{made.__name__.strip('_')}s.jsonl"
    with path.open("w", encoding="utf-8") as file:
        while size < _MEGABYTES << 20:
            records = [made(rng, number + at) for at in range(_PAGE)]
            number += _PAGE
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
            bodies.append(json.dumps({"records": records, "next_cursor": str(number)}, ensure_ascii=False).encode())
            size += len(bodies[-1])
    types = {"updated_at": "timestamp", **types}
    fields = tuple(Field(name, types.get(name, "string")) for name in records[0])
    return Stream(path.stem, fields, bodies, path)


def read_spark(spark: SparkSession, streams: list[Stream]) -> None:
    """Spark's reader with types, every column made."""
    for stream in streams:
        schema = ", ".join(
            f"{item.name} {_SPARK_TYPES.get(item.logical_type, item.logical_type)}" for item in stream.fields
        )
        spark.read.schema(schema).json(str(stream.lines)).write.format("noop").mode("overwrite").save()


def read_ours(streams: list[Stream], store: FolderStore) -> int:
    """Frames, digests, index, and columns of text by the index."""
    rows = 0
    for stream in streams:
        summary = write_index(store, stream.name, frame(stream))
        rows += sum(len(parsed.columns[stream.fields[0].name]) for parsed in parse(stream, store, summary))
    return rows


def frame(stream: Stream) -> Iterator[Frames]:
    """Frames of all bodies, as they lie in the landed object."""
    start = 0
    for body in stream.bodies:
        for frames in _FORMAT.frame(io.BytesIO(body), _LAYOUT):
            yield frames.moved(start)
        start += len(body)


def parse(stream: Stream, store: FolderStore, summary: IndexSummary) -> Iterator[Parsed]:
    """Batches of columns of text."""
    for group in read_index(store, stream.name, 0, summary.records):
        for at in range(0, len(group), _BATCH):
            part = group.slice(at, _BATCH)
            offsets, lengths = part["offset"].to_numpy(), part["length"].to_numpy()
            start = int(offsets[0])
            body = store.read(stream.name, start, int(offsets[-1] + lengths[-1]) - start)
            yield _FORMAT.parse(Records(body, offsets - start, lengths), stream.fields, _LAYOUT)


def texts_of(stream: Stream, store: FolderStore) -> list[tuple[int, int]]:
    """Values and bytes of text of each column."""
    summary = write_index(store, stream.name, frame(stream))
    found = [parsed.columns for parsed in parse(stream, store, summary)]
    columns = [[batch[item.name] for batch in found] for item in stream.fields]
    whole = [pa.chunked_array(parts) for parts in columns]
    return [(len(column) - column.null_count, pc.sum(pc.binary_length(column)).as_py()) for column in whole]


def spark_texts(spark: SparkSession, stream: Stream) -> list[tuple[int, int]]:
    """The same of Spark's."""
    frame = spark.read.schema(", ".join(f"{item.name} string" for item in stream.fields)).json(str(stream.lines))
    sums = [(F.count(item.name), F.sum(F.octet_length(item.name))) for item in stream.fields]
    row = frame.select(*(column for pair in sums for column in pair)).first()
    assert row is not None
    return list(zip(row[::2], row[1::2], strict=True))


def print_parts(stream: Stream, store: FolderStore) -> None:
    """Rates of each part alone."""
    framed = list(frame(stream))
    summary = write_index(store, stream.name, framed)
    parts: dict[str, Callable[[], Any]] = {
        "frame and digests": lambda: list(frame(stream)),
        "index": lambda: write_index(store, stream.name, framed),
        "parse": lambda: sum(len(parsed.columns) for parsed in parse(stream, store, summary)),
    }
    for name, part in parts.items():
        seconds = min(timeit.repeat(part, number=1, repeat=3))
        print(f"  {stream.name}, {name}: {stream.size / seconds:,.0f} MB/s, best of 3")


if __name__ == "__main__":
    main()
