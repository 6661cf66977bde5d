"""CSV: landing's index and columns of text against Spark's own reader, on the same file and one core.

The file has 64 MB, or as many as the first argument says.
"""

import random
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from pyspark.sql import SparkSession

from pipeline.parsing.frames import Field
from pipeline.storage.objects import FolderStore
from tests.benchmarks.file_format import FileFormat
from tests.benchmarks.harness import compare

_MEGABYTES = 64
_NAMES = ["leave_id", "work_email", "leave_type", "start_date", "end_date", "days", "paid", "remark", "recorded_at"]
FORMAT = FileFormat("csv", {"delimiter": "auto", "encoding": "auto"}, [Field(name, "string") for name in _NAMES])
_REMARKS = [
    "",
    "",
    "family matters",
    '"moved, again"',
    '"said ""urgent"""',
    '"first day\nsecond day"',
    '"Kur, Übersee"',
]


def main() -> None:
    """Print how we compare as a whole, with types and without, and how each of our parts does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leave.csv"
        write_file(path, int(sys.argv[1]) if len(sys.argv) > 1 else _MEGABYTES)
        size, store = path.stat().st_size / 1e6, FolderStore(Path(folder))
        # Spark as it comes: our own session holds its compiler back.
        spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
        whole = partial(read_ours, path, store)
        compare("csv_strings", partial(read_spark, spark, path, False), whole, size, "MB", equal=same_rows)
        compare("csv_typed", partial(read_spark, spark, path, True), whole, size, "MB", equal=same_rows)
        FORMAT.print_parts(path, store)
        spark.stop()


def write_file(path: Path, megabytes: int) -> None:
    """Rows like a leave dump's, more than half of them with quoted free text."""
    rng, size, number = random.Random(4), 0, 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(_NAMES) + "\n")
        while size < megabytes << 20:
            number += 1
            day = f"{rng.randrange(2005, 2024)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
            row = (
                f"L{number:09d},ana.example{rng.randrange(10**5)}@meridian.example,annual,{day},{day},"
                f"{rng.randrange(1, 30) / 2},true,{rng.choice(_REMARKS)},{day}T10:00:00Z\n"
            )
            size += file.write(row)


def read_ours(path: Path, store: FolderStore) -> tuple[int, int]:
    """Everything; rows, and rows with a remark."""
    rows = remarks = 0
    for parsed in FORMAT.read(path, store):
        rows += len(parsed.columns["remark"])
        remarks += len(parsed.columns["remark"]) - parsed.columns["remark"].null_count
    return rows, remarks


def read_spark(spark: SparkSession, path: Path, typed: bool) -> Callable[[], tuple[int, int]]:
    """Read every column of the same file to nowhere; what is returned counts its rows, when asked."""
    types = {"start_date": "date", "end_date": "date", "days": "double", "paid": "boolean", "recorded_at": "timestamp"}
    schema = ", ".join(f"{name} {types.get(name, 'string') if typed else 'string'}" for name in _NAMES)
    frame = spark.read.csv(str(path), schema=schema, header=True, multiLine=True, escape='"')
    frame.write.format("noop").mode("overwrite").save()
    return lambda: (frame.count(), frame.where("remark is not null").count())


def same_rows(peer: Callable[[], tuple[int, int]], ours: tuple[int, int]) -> bool:
    """Whether Spark saw as many rows, and as many remarks, as we did."""
    return peer() == ours


if __name__ == "__main__":
    main()
