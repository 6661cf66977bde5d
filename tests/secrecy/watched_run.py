"""A whole run in a process of its own that shows all that Spark can show, and four false keys on purpose.

Usage: python -m tests.secrecy.watched_run OUT
"""

import json
import logging
import os
import re
import sys
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pipeline.jobs.context import open_workplace
from pipeline.jobs.extract import extract_sources
from pipeline.jobs.seal import begin_run
from pipeline.jobs.stages import STAGES, run_stage
from pipeline.settings import load_settings

_PARTS = ("environment", "jobs", "stages?details=true", "executors", "storage/rdd", "logs")
_PLANS = "sql?details=true&planDescription=true&length=10000"
#: Not pages, or the same page in another order.
_SAME = re.compile(rb"/static/|[.]sort=|/kill/")
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def read_pages(spark: SparkSession, folder: Path) -> None:
    """Every page that Spark's own page links to, and what its REST API says."""
    folder.mkdir()
    start = str(spark.sparkContext.uiWebUrl)
    application = f"{start}/api/v1/applications/{spark.sparkContext.applicationId}"
    waiting, seen = [start, *(f"{application}/{part}" for part in (*_PARTS, _PLANS))], set[str]()
    while waiting:
        page = waiting.pop()
        if page in seen or not page.startswith(start):
            continue
        seen.add(page)
        try:
            with _DIRECT.open(page, timeout=60) as answer:
                body = answer.read()
        except OSError:
            continue
        (folder / f"{len(seen):05}").write_bytes(page.encode() + b"\n" + body)
        if not page.startswith(application):
            links = re.findall(rb'href="([^"#]+)', body)
            waiting += [urljoin(page, link.decode().replace("&amp;", "&")) for link in links if not _SAME.search(link)]


def dump_heap(spark: SparkSession, file: Path) -> None:
    """All that the JVM holds, garbage included."""
    jvm: Any = spark._jvm
    diagnostic = jvm.java.lang.Class.forName("com.sun.management.HotSpotDiagnosticMXBean")
    jvm.java.lang.management.ManagementFactory.getPlatformMXBean(diagnostic).dumpHeap(str(file), False)


def dump_settings(spark: SparkSession, file: Path) -> None:
    """Spark's configuration, the session's, Hadoop's and the JVM's properties."""
    jvm: Any = spark._jvm
    hadoop = (str(entry) for entry in spark.sparkContext._jsc.hadoopConfiguration().iterator())
    properties = str(jvm.java.lang.System.getProperties())
    told = [*map(str, spark.sparkContext.getConf().getAll()), str(spark.conf.getAll), *hadoop, properties]
    file.write_text("\n".join(told))


def leak(spark: SparkSession, keys: dict[str, Any]) -> None:
    """What nobody may do: a key as a literal of a plan, and one in a line of the log."""
    spark.range(1).select(F.lit(bytes(keys["literal"])).alias("key")).collect()
    spark._jvm.org.slf4j.LoggerFactory.getLogger("leak").info(keys["log"])


def main(out: Path) -> None:
    """Run all stages and write what can be seen into `out`."""
    logging.basicConfig(level=logging.DEBUG)
    workplace = open_workplace(load_settings(), "attrition")
    day = workplace.dataset.spec.as_of
    extract_sources(workplace, day, tuple(workplace.dataset.spec.sources))
    context = begin_run(workplace, day)
    for stage in STAGES:
        run_stage(context, stage)
        if stage == "refine":
            dump_heap(workplace.spark, out / "heap.hprof")
    leak(workplace.spark, json.loads((out / "leaks.json").read_text()))
    dump_settings(workplace.spark, out / "settings.txt")
    read_pages(workplace.spark, out / "pages")
    workplace.spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    os._exit(0)
