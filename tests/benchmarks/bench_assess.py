"""The release gate over a table of many snapshots: seconds, and the most memory that the JVM and Python held.

`python -m tests.benchmarks.bench_assess [--rows N] [--release] [--stable]`: 20 snapshots of N / 20 entities, six
quasi-identifiers and a sensitive column, under `internal` (k 5) or `release` (k 11, l 2). The table is written once.
"""

import argparse
import json
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.release import QuasiIdentifier, Release
from pipeline.privacy.release_policy.assess import Assessed, assess_frame
from pipeline.settings import Settings
from pipeline.spark import make_session
from tests.benchmarks.harness import RESULTS, machine

_SNAPSHOTS, _EVERY = 20, 0.2
_BUILD = Path("build/benchmarks")
_QUASI = (
    QuasiIdentifier(column="age", kind="age"),
    QuasiIdentifier(column="gender", levels=("gender", "'*'")),
    QuasiIdentifier(column="country", kind="place", fold_below=1_000),
    QuasiIdentifier(column="job_level", levels=("CAST(job_level AS STRING)", "IF(job_level <= 3, '1-3', '4+')", "'*'")),
    QuasiIdentifier(column="department", levels=("department", "'*'")),
    QuasiIdentifier(column="site", kind="postcode", fold_below=5_000),
)


def main() -> None:
    """Print the figures of one run, and keep them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--release", action="store_true", help="policy release instead of internal")
    asked.add_argument("--stable", action="store_true", help="with --release: classes of whole histories")
    asked.add_argument("--most-suppressed", type=float, default=0.05)
    given = asked.parse_args()
    spark = make_session(Settings(home=_BUILD / "assess", driver_memory="2g"))
    table = staff(spark, given.rows)
    release = Release(
        policy="release" if given.release else "internal",
        k=11 if given.release else 5,
        l=2 if given.release else 1,
        sensitive=("rating",),
        pseudonyms="per_snapshot" if given.release and not given.stable else "stable",
        quasi_identifiers=_QUASI,
        most_suppressed=given.most_suppressed,
    )
    with Watch() as watch:
        assessed = assess_frame(table, release, "employee", "day", "left")
        assessed.frame.write.format("noop").mode("overwrite").save()
    _tell(assessed, watch)
    spark.stop()


def _tell(assessed: Assessed, watch: "Watch") -> None:
    document = assessed.document()
    found = {
        "rows": document["rows"],
        "entities": document["entities"],
        "class_of": document["class_of"],
        "k": document["k"],
        "l": document["l"],
        "levels": assessed.generalisation.levels,
        "cells": len(assessed.generalisation.cells),
        "withheld_rows": document["withheld_rows"],
        "seconds": round(watch.seconds, 1),
        "cpu_seconds": round(watch.cpu_seconds, 1),
        "rows_per_second": round(document["rows"] / watch.seconds),
        "entities_per_second": round(document["entities"] / watch.seconds),
        "peak_mb": {name: round(held) for name, held in watch.peak.items()},
        "machine": machine(),
    }
    print(json.dumps(found, indent=1))
    RESULTS.mkdir(parents=True, exist_ok=True)
    name = f"assess {found['class_of']} {found['rows']}"
    (RESULTS / f"{name}.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


def staff(spark: SparkSession, rows: int) -> DataFrame:
    """Twenty years of staff who age, and hold their other traits: skewed, so that some classes are small."""
    folder = _BUILD / f"staff-{rows}"
    if not (folder / "_SUCCESS").exists():
        entities = rows // _SNAPSHOTS
        who, year = F.col("id") % entities, F.floor(F.col("id") / entities)

        def skewed(salt: int, values: int) -> Column:
            return F.floor(values * F.pow(F.pmod(F.xxhash64(who, F.lit(salt)), F.lit(10_000)) / 10_000, 2)).cast("int")

        made = spark.range(entities * _SNAPSHOTS).select(
            F.md5(who.cast("string")).alias("employee"),
            F.make_date(2006 + year.cast("int"), F.lit(12), F.lit(31)).alias("day"),
            (20 + skewed(1, 60) + year).cast("int").alias("age"),
            F.when(skewed(2, 100) < 50, "f").otherwise("m").alias("gender"),
            F.concat(F.lit("country "), skewed(3, 30)).alias("country"),
            (1 + skewed(4, 8)).alias("job_level"),
            F.concat(F.lit("department "), skewed(5, 15)).alias("department"),
            F.format_string("%03d99", skewed(6, 40)).alias("site"),
            (1 + F.pmod(F.xxhash64("id", F.lit(7)), F.lit(5))).cast("double").alias("rating"),
            (F.pmod(F.xxhash64("id", F.lit(8)), F.lit(10)) == 0).alias("left"),
        )
        made.write.mode("overwrite").parquet(str(folder))
    return spark.read.parquet(str(folder))


@dataclass
class Watch:
    """Time by the clock and of the processors, and the most memory in MB that driver, JVM and workers each held."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak: dict[str, float] = field(default_factory=dict)
    _done: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()
        self._started, self._worked = time.perf_counter(), _worked()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._started
        self.cpu_seconds = _worked() - self._worked
        self._done.set()
        self._watcher.join()

    def _watch(self) -> None:
        own = psutil.Process()
        while not self._done.wait(_EVERY):
            held = {"driver": own.memory_info().rss}
            for child in own.children(recursive=True):
                name = "jvm" if child.name() == "java" else "workers"
                held[name] = held.get(name, 0) + child.memory_info().rss
            for name, size in held.items():
                self.peak[name] = max(self.peak.get(name, 0), size / 1e6)


def _worked() -> float:
    """Seconds of the processors that this process and those below it have had."""
    own = psutil.Process()
    times = [process.cpu_times() for process in (own, *own.children(recursive=True))]
    return sum(item.user + item.system for item in times)


if __name__ == "__main__":
    main()
