"""XML: one file read by Spark on two cores against one, by the record index.

The file has 200 MB, or as many as the first argument says. Beside it runs a control of pure computing, since two cores
of one machine are seldom twice as quick as one. Each measurement is a process of its own and held to its cores: Spark's
JVM and Python's workers would otherwise share two even where one task runs.
"""

import hashlib
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from pipeline.extract.index import write_index
from pipeline.extract.landing import LandedObject
from pipeline.parsing.landed import make_splits, read_landed
from pipeline.settings import Settings
from pipeline.spark import make_session
from pipeline.storage.objects import FolderStore
from tests.benchmarks.bench_xml import FIELDS, FORMAT, write_file

_MEGABYTES, _REPEATS = 200, 3
_HASHED = b"x" * (64 << 20)


def main() -> None:
    """Print the seconds that one core and two take, and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reviews.xml"
        write_file(path, int(sys.argv[1]) if len(sys.argv) > 1 else _MEGABYTES)
        landed = land(path)
        seconds = {cores: read_apart(landed, Path(folder), cores) for cores in (1, 2)}
        rates = ", ".join(
            f"{cores} core(s) {spent:.1f} s ({landed.bytes / 1e6 / spent:,.0f} MB/s)"
            for cores, spent in seconds.items()
        )
        print(f"xml_cores: {seconds[1] / seconds[2]:.2f}x  {rates}; control {control():.2f}x")


def land(path: Path) -> LandedObject:
    """Index the file where it lies."""
    layout = dict(FORMAT.describe(path))
    started = time.perf_counter()
    index = write_index(FolderStore(path.parent), path.name, FORMAT.frame(path, layout))
    size, spent = path.stat().st_size, time.perf_counter() - started
    print(f"  {index.records:,} records of {size / 1e6:,.0f} MB indexed in {spent:.1f} s")
    return LandedObject(
        path.name, size, "", "", None, "", index.records, index.records_digest, "xml", layout, unpacked=size
    )


def read_apart(landed: LandedObject, folder: Path, cores: int) -> float:
    """`read` in a process that may use so many cores and no more."""
    with ProcessPoolExecutor(1, get_context("spawn"), os.sched_setaffinity, (0, set(range(cores)))) as pool:
        return pool.submit(read, landed, folder, cores).result()


def read(landed: LandedObject, folder: Path, cores: int) -> float:
    """Median of the seconds that some cores take to read it to nowhere, warm."""
    spark = make_session(Settings(home=folder, cores=cores))
    spent = []
    for _ in range(_REPEATS + 1):
        started = time.perf_counter()
        rows = read_landed(spark, FolderStore(folder), make_splits([landed], 2), FIELDS)
        rows.write.format("noop").mode("overwrite").save()
        spent.append(time.perf_counter() - started)
    spark.stop()
    return statistics.median(spent[1:])


def control() -> float:
    """How much quicker two processes are than one at work that only computes."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_hash, [1, 1]))
        started = time.perf_counter()
        list(pool.map(_hash, [8]))
        one = time.perf_counter() - started
        started = time.perf_counter()
        list(pool.map(_hash, [4, 4]))
        return one / (time.perf_counter() - started)


def _hash(times: int) -> None:
    for _ in range(times):
        hashlib.sha256(_HASHED).digest()


if __name__ == "__main__":
    main()
