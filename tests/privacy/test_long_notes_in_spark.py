"""Long notes go through Spark a few at a time, and are searched like any other."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Privacy
from pipeline.keys import DevelopmentKeyFile
from pipeline.privacy.finders import Finders
from pipeline.privacy.kernel import Vault, apply_keyed_actions
from pipeline.privacy.rosters.roster import Roster
from pipeline.storage.objects import FolderStore

MEGABYTE = 1 << 20
NOTE = Column("note", "string", Privacy("redact"))


def sizes(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Bytes and rows of each batch that a worker is given."""
    for batch in batches:
        yield pa.record_batch({"bytes": [batch.nbytes], "rows": [batch.num_rows]})


def notes(length: str) -> str:
    """An SQL expression: blank words of so many bytes, and a mail address."""
    return f"repeat('word ', cast({length} / 5 as int)) || 'to a' || id || '@example.com'"


def test_a_batch_is_bounded_by_bytes(spark: SparkSession) -> None:
    """Twelve notes of six megabytes never lie in a worker together."""
    frame = spark.range(12, numPartitions=1).select(F.expr(notes(str(6 * MEGABYTE))).alias("note"))
    given = frame.mapInArrow(sizes, "bytes long, rows long").collect()
    assert sum(row.rows for row in given) == 12
    assert max(row.bytes for row in given) <= 24 * MEGABYTE


def test_a_long_note_is_masked_to_its_end(spark: SparkSession, tmp_path: Path) -> None:
    """A note of ten megabytes beside short ones loses the address in its last word, and nothing else."""
    keys = DevelopmentKeyFile(tmp_path / "key")
    keys.create("notes")
    landing = FolderStore(tmp_path / "landing")
    landing.write("roster", Roster.build([]).to_bytes())
    vault = Vault(keys, "notes", None, landing, "roster", Finders("none", tmp_path))
    frame = spark.range(5, numPartitions=1).select(
        F.expr(notes(f"if(id = 2, {10 * MEGABYTE}, 100)")).alias("note"),
        F.expr("cast('' AS binary)").alias("_digest"),
        F.create_map().cast("map<string,bigint>").alias("_counts"),
    )
    masked = apply_keyed_actions(frame, (NOTE,), vault)
    rows = masked.select(F.length("note").alias("length"), F.right("note", F.lit(18)).alias("end")).collect()
    assert [row.end for row in rows] == ["to <EMAIL_ADDRESS>"] * 5
    assert max(row.length for row in rows) == 10 * MEGABYTE + len("to <EMAIL_ADDRESS>")
