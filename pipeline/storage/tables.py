"""Iceberg tables, written and read through Spark. Nothing reads "current": every read names a snapshot."""

from dataclasses import dataclass

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.spark import CATALOG

VERDICT = "_verdict"
KEPT = "kept"
REJECTED = "rejected"


@dataclass(frozen=True)
class TableSnapshot:
    """One table at one commit."""

    table: str
    snapshot: int
    metadata: str
    """Where Iceberg's metadata file of this commit lies, so that it can be read without Spark."""


class Tables:
    """The warehouse of one Spark session."""

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark

    def replace(self, table: str, frame: DataFrame, run: str, partition_by: str | None = None) -> TableSnapshot:
        """Make `frame` the table's whole content in one commit, tagged `run_<run>`; older commits stay readable."""
        writer = frame.writeTo(self._full(table)).tableProperty("format-version", "2")
        if partition_by is not None:
            writer = writer.partitionedBy(F.col(partition_by))
        self._spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {CATALOG}.{table.partition('.')[0]}")
        writer.createOrReplace()
        return self._tagged(table, run)

    def reject(self, snapshot: TableSnapshot, reasons: DataFrame, run: str) -> TableSnapshot:
        """Move kept rows to rejected in one MERGE, blanking all but locator and reasons.

        Args:
            snapshot: the refined table as the run knows it; its table must not have moved since.
            reasons: `_object`, `_ordinal`, `_reasons`, one row a locator.
            run: the run's id, for the tag.
        """
        name = self._full(snapshot.table)
        columns = [field.name for field in self.at(snapshot).schema if not field.name.startswith("_")]
        blank = "".join(f", t.{column} = NULL" for column in [*columns, "_counts"])
        reasons.createOrReplaceTempView("rejections")
        self._spark.sql(
            f"MERGE INTO {name} t USING rejections r ON t._object = r._object AND t._ordinal = r._ordinal "
            f"AND t.{VERDICT} = '{KEPT}' "
            f"WHEN MATCHED THEN UPDATE SET t.{VERDICT} = '{REJECTED}', t._reasons = r._reasons{blank}"
        )
        return self._tagged(snapshot.table, run)

    def rollback(self, snapshot: TableSnapshot) -> None:
        """Make a run's snapshot the table's head again, where another run, or a killed try of this one, moved it."""
        if self._head(snapshot.table) != snapshot.snapshot:
            self._spark.sql(f"CALL {CATALOG}.system.set_current_snapshot('{snapshot.table}', {snapshot.snapshot})")

    def at(self, snapshot: TableSnapshot) -> DataFrame:
        """All rows at a snapshot."""
        return self._spark.read.option("snapshot-id", snapshot.snapshot).table(self._full(snapshot.table))

    def kept(self, snapshot: TableSnapshot) -> DataFrame:
        """The kept rows of a refined table: the only way to read them."""
        return self._with(snapshot, KEPT)

    def rejected(self, snapshot: TableSnapshot) -> DataFrame:
        """The quarantine of a refined table: locators and reasons."""
        return self._with(snapshot, REJECTED).select("_object", "_ordinal", "_digest", "_reasons")

    def _with(self, snapshot: TableSnapshot, verdict: str) -> DataFrame:
        is_verdict: Expression = F.col(VERDICT) == verdict
        return self.at(snapshot).where(is_verdict)

    def _tagged(self, table: str, run: str) -> TableSnapshot:
        name, head = self._full(table), self._head(table)
        self._spark.sql(f"ALTER TABLE {name} CREATE OR REPLACE TAG `run_{run}` AS OF VERSION {head}")
        log = self._spark.sql(
            f"SELECT file FROM {name}.metadata_log_entries ORDER BY timestamp DESC, file DESC LIMIT 1"
        )
        return TableSnapshot(table, head, str(log.collect()[0].file))

    def _head(self, table: str) -> int:
        refs = self._spark.sql(f"SELECT snapshot_id FROM {self._full(table)}.refs WHERE name = 'main'")
        return int(refs.collect()[0].snapshot_id)

    @staticmethod
    def _full(table: str) -> str:
        return f"{CATALOG}.{table}"
