"""A sort of canaries that spills, in a session of ours or in Spark's own.

Usage: python -m tests.secrecy.spilled ours|plain TEMPORARY OUT
"""

import sys
from pathlib import Path

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pipeline.settings import load_settings
from pipeline.spark import make_session
from tests.secrecy.canaries import PERSON
from tests.secrecy.watching import kept_files

ROWS = 3_000
#: Each row takes a millisecond, so that spills are seen before the task deletes them.
_SLOWLY = "java_method('java.lang.Thread', 'sleep', 1L)"


def main(whose: str, temporary: Path, out: Path) -> None:
    """Exchange, sort and broadcast names."""
    plain = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = make_session(load_settings()) if whose == "ours" else plain.getOrCreate()
    with kept_files(temporary, out):
        named = spark.range(ROWS).select("id", F.concat(F.lit(PERSON["given_name"]), F.col("id")).alias("name"))
        ordered = named.repartition(2, "id").sortWithinPartitions(F.md5("name"))
        said = ordered.select("*", F.expr(_SLOWLY)).join(F.broadcast(named.limit(100)), "id", "left")
        said.write.format("noop").mode("overwrite").save()
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
