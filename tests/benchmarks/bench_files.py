"""The same bytes as one file or as 10,000: landing and reading, and which part of it takes how long."""

import random
import shutil
import tempfile
import time
from pathlib import Path

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F

from pipeline.extract.landing import SourceManifest
from pipeline.parsing.frames import Field
from pipeline.parsing.landed import make_splits, read_landed
from pipeline.settings import Settings
from pipeline.spark import make_session
from tests.benchmarks.harness import compare
from tests.services.dumps import COLUMNS, HEADER, Dumps

FILES, ROWS = 10_000, 85
FIELDS = [Field(name, "string") for name in COLUMNS]


def write_files(root: Path) -> tuple[Dumps, Dumps, int]:
    """One file, and as many with a header each; their bytes differ by the headers alone."""
    draw = random.Random(7)
    one, many = Dumps(root / "one"), Dumps(root / "many")
    size = len(HEADER)
    with (one.folder / "staff_0.csv").open("wb") as whole:
        whole.write(HEADER)
        for number in range(FILES):
            rows = b"".join(b"E%07d,%032x,2020-%02d-01T00:00:00Z\n" % _row(draw) for _ in range(ROWS))
            many.write(f"staff_{number:05}.csv", HEADER + rows)
            size += whole.write(rows)
    return one, many, size


def _row(draw: random.Random) -> tuple[int, int, int]:
    return draw.randrange(10**7), draw.getrandbits(128), draw.randrange(1, 13)


class Bench:
    """Lands files anew each time, and reads them to nothing."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self.spent: dict[str, list[float]] = {}

    def land(self, dumps: Dumps) -> SourceManifest:
        shutil.rmtree(dumps.landing.root, ignore_errors=True)
        return dumps.pull()

    def frame(self, dumps: Dumps, manifest: SourceManifest) -> DataFrame:
        return read_landed(self._spark, dumps.landing, make_splits(manifest.objects, 4), FIELDS)

    def work(self, name: str, dumps: Dumps) -> int:
        """Land and read; returns the number of records."""
        started = time.perf_counter()
        manifest = self.land(dumps)
        landed = time.perf_counter()
        self.frame(dumps, manifest).write.format("noop").mode("overwrite").save()
        self.spent.setdefault(f"{name}: landing", []).append(landed - started)
        self.spent.setdefault(f"{name}: reading", []).append(time.perf_counter() - landed)
        return sum(landed.records for landed in manifest.objects)

    def content(self, dumps: Dumps) -> list[Row]:
        """The number of rows, and a sum over hashes of them."""
        hashes = F.sum(F.xxhash64(*COLUMNS).cast("decimal(38,0)"))
        return self.frame(dumps, self.land(dumps)).agg(F.count("*"), hashes).collect()


def main() -> None:
    """Compare, and print the parts."""
    with tempfile.TemporaryDirectory() as folder:
        one, many, size = write_files(Path(folder))
        bench = Bench(make_session(Settings(home=Path(folder) / "home")))
        assert bench.content(one) == bench.content(many), "the rows differ"
        compare(
            "files",
            lambda: bench.work("one file", one),
            lambda: bench.work("10,000 files", many),
            size / 1e6,
            "MB",
            equal=lambda a, b: bool(a == b),
        )
        for part, seconds in bench.spent.items():
            print(f"  {part}: {sorted(seconds)[len(seconds) // 2]:.2f} s (median)")


if __name__ == "__main__":
    main()
