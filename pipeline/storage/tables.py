"""Iceberg tables, written and read through Spark. Nothing reads "current": every read names a snapshot."""

from dataclasses import dataclass
from threading import Lock
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.errors import LandingError
from pipeline.spark import CATALOG

VERDICT = "_verdict"
KEPT = "kept"
REJECTED = "rejected"
_SPLITS = (4 << 20, 128 << 20)  # bytes that a task reads, at least and at most: as Iceberg costs a file and splits one


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
        self.spark = spark
        self._naming = Lock()
        # Of two threads that load the catalog at once, one may find its database locked.
        spark._jsparkSession.sessionState().catalogManager().catalog(CATALOG)

    def replace(self, table: str, frame: DataFrame, run: str, partition_by: str | None = None) -> TableSnapshot:
        """Make `frame` the table's whole content in one commit, tagged `run_<run>`; older commits stay readable."""
        writer = frame.writeTo(self.full_name(table)).tableProperty("format-version", "2")
        # Bounds in Iceberg's manifests would be cells, and outlive the data files that an erasure removes.
        writer = writer.tableProperty("write.metadata.metrics.default", "counts")
        if partition_by is not None:
            writer = writer.partitionedBy(F.col(partition_by))
        with self._naming:  # of two that find it absent, Iceberg fails the second
            self.spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {CATALOG}.{table.partition('.')[0]}")
        writer.createOrReplace()
        return self.tagged(table, run)

    def reject(self, snapshot: TableSnapshot, reasons: DataFrame, run: str) -> TableSnapshot:
        """Move kept rows to rejected in one MERGE, blanking all but locator and reasons.

        Args:
            snapshot: the refined table as the run knows it; its table must not have moved since.
            reasons: `_object`, `_ordinal`, `_reasons`, one row a locator.
            run: the run's id, for the tag.
        """
        name = self.full_name(snapshot.table)
        columns = [field.name for field in self.at(snapshot).schema if not field.name.startswith("_")]
        blank = "".join(f", t.{column} = NULL" for column in [*columns, "_counts"])
        view = "rejections_" + snapshot.table.replace(".", "_")  # sources are done side by side
        reasons.createOrReplaceTempView(view)
        self.spark.sql(
            f"MERGE INTO {name} t USING {view} r ON t._object = r._object AND t._ordinal = r._ordinal "
            f"AND t.{VERDICT} = '{KEPT}' "
            f"WHEN MATCHED THEN UPDATE SET t.{VERDICT} = '{REJECTED}', t._reasons = r._reasons{blank}"
        )
        return self.tagged(snapshot.table, run)

    def readmit(self, base: TableSnapshot, frame: DataFrame, run: str) -> TableSnapshot:
        """Put `frame` in place of the rejected rows of `base`, in one commit; files of kept rows stay as they are.

        Raises:
            LandingError: another writer moved the table meanwhile.
        """
        self.rollback(base)
        frame.writeTo(self.full_name(base.table)).overwrite(F.col(VERDICT) == REJECTED)
        written = self.tagged(base.table, run)
        if self.iceberg(base.table).snapshot(written.snapshot).parentId() != base.snapshot:
            raise LandingError(
                f"{base.table} moved meanwhile", hint="let the other run of this dataset end, then again"
            )
        return written

    def take_over(self, base: TableSnapshot, run: str) -> TableSnapshot:
        """The same rows for another run: its tag on the snapshot that they have."""
        return self._tag(base.table, base.snapshot, run)

    def rollback(self, snapshot: TableSnapshot) -> None:
        """Make a run's snapshot the table's head again, where another run, or a killed try of this one, moved it.

        Its schema comes with it: a column that went and came again has another field id, and files know the old one.
        """
        table = self.iceberg(snapshot.table)
        wanted = table.snapshot(snapshot.snapshot)
        at_head = table.currentSnapshot().snapshotId() == snapshot.snapshot
        if not at_head or table.schema().schemaId() != wanted.schemaId():
            builder = self.spark._jvm.org.apache.iceberg.TableMetadata.buildFrom  # type: ignore[union-attr]
            now = table.operations().current()
            moved = builder(now).setBranchSnapshot(snapshot.snapshot, "main").setCurrentSchema(int(wanted.schemaId()))
            table.operations().commit(now, moved.build())
            self.spark.catalog.refreshTable(self.full_name(snapshot.table))

    def at(self, snapshot: TableSnapshot) -> DataFrame:
        """All rows at a snapshot."""
        return self.spark.read.option("snapshot-id", snapshot.snapshot).table(self.full_name(snapshot.table))

    def kept(self, snapshot: TableSnapshot, tasks: int = 0) -> DataFrame:
        """The kept rows of a refined table: the only way to read them.

        Args:
            snapshot: the table as the run knows it.
            tasks: how many should at least share the reading, where there is enough to read; 0: as Iceberg decides.
        """
        reader = self.spark.read.option("snapshot-id", snapshot.snapshot)
        if tasks:
            reader = reader.option("split-size", min(_SPLITS[1], max(_SPLITS[0], self.size(snapshot) // tasks)))
        return reader.table(self.full_name(snapshot.table)).where(F.col(VERDICT) == KEPT)

    def size(self, snapshot: TableSnapshot) -> int:
        """Bytes of the data files that a snapshot reads."""
        summary = self.iceberg(snapshot.table).snapshot(snapshot.snapshot).summary()
        return int(summary.getOrDefault("total-files-size", "0"))

    def tagged(self, table: str, run: str) -> TableSnapshot:
        """The table's head for a run, its tag on it."""
        return self._tag(table, int(self.iceberg(table).currentSnapshot().snapshotId()), run)

    def _tag(self, table: str, snapshot: int, run: str) -> TableSnapshot:
        found, tag = self.iceberg(table), f"run_{run}"
        manage = found.manageSnapshots()
        manage = manage.replaceTag(tag, snapshot) if found.refs().containsKey(tag) else manage.createTag(tag, snapshot)
        manage.commit()
        return TableSnapshot(table, snapshot, str(found.operations().current().metadataFileLocation()))

    def iceberg(self, table: str) -> Any:
        """Iceberg's own table, as it is now: asked directly, since each SQL statement on metadata is a Spark job."""
        util = self.spark._jvm.org.apache.iceberg.spark.Spark3Util  # type: ignore[union-attr]
        found = util.loadIcebergTable(self.spark._jsparkSession, self.full_name(table))
        found.refresh()
        return found

    @staticmethod
    def full_name(table: str) -> str:
        """How Spark's SQL calls a table."""
        return f"{CATALOG}.{table}"
