"""Redaction through Spark against plain loops over the same notes: two processes of the loop, for Spark has two."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Privacy
from pipeline.keys import DevelopmentKeyFile
from pipeline.privacy.finders import Finders
from pipeline.privacy.kernel import Vault, apply_keyed_actions
from pipeline.privacy.redact import Redactor
from pipeline.privacy.rosters.roster import Roster
from pipeline.privacy.scanner import Scanner
from pipeline.settings import Settings
from pipeline.spark import make_session
from pipeline.storage.objects import FolderStore
from tests.benchmarks.harness import compare
from tests.privacy.scanning.notes import notes

_CORES, _NOTES, _TASKS, _BATCH = 2, 20_000, 8, 2_000
_PEOPLE = [{"given_name": "Asha", "family_name": "Ramanathan"}, {"given_name": "Jonas", "family_name": "Kessler"}]
_COLUMN = Column("note", "string", Privacy("redact"))


def main() -> None:
    """Print the ratio: 1 is as fast as the loop on all cores."""
    texts = notes(5, _NOTES, 0.5)
    with tempfile.TemporaryDirectory(prefix="clearwell-bench-spark-") as name:
        folder = Path(name)
        vault = opened_vault(folder)
        spark = make_session(Settings(home=folder / "home", cores=_CORES))
        frame = written(spark, folder / "notes", texts)
        # The peer first, so that its processes are forks of this one before Spark has much memory.
        with ProcessPoolExecutor(_CORES, mp_context=get_context("spawn")) as pool:
            peer = partial(loops, pool, texts)
            compare("scan through Spark", peer, partial(through_spark, frame, vault), _NOTES, "notes", pairs=5)
        assert sorted(masked_by_spark(frame, vault)) == sorted(masked(texts)), "texts differ"
        spark.stop()


def opened_vault(folder: Path) -> Vault:
    """A key, a small roster and no name model: patterns are what is measured."""
    keys = DevelopmentKeyFile(folder / "key")
    keys.create("notes")
    landing = FolderStore(folder / "landing")
    landing.write("roster", Roster.build(_PEOPLE).to_bytes())
    return Vault(keys, "notes", None, landing, "roster", Finders("none", folder))


def written(spark: SparkSession, folder: Path, texts: list[str]) -> DataFrame:
    """As the kernel is given it, in as many files as there are tasks."""
    frame = spark.createDataFrame([(text,) for text in texts], "note string").select(
        "note",
        F.expr("cast(note AS binary)").alias("_digest"),
        F.create_map().cast("map<string,bigint>").alias("_counts"),
    )
    frame.repartition(_TASKS).write.parquet(str(folder))
    return spark.read.parquet(str(folder))


def through_spark(frame: DataFrame, vault: Vault) -> None:
    """All notes masked, written nowhere."""
    apply_keyed_actions(frame, (_COLUMN,), vault).write.format("noop").mode("overwrite").save()


def masked_by_spark(frame: DataFrame, vault: Vault) -> list[str]:
    return [row["note"] for row in apply_keyed_actions(frame, (_COLUMN,), vault).select("note").collect()]


def loops(pool: ProcessPoolExecutor, texts: list[str]) -> int:
    """The same notes in plain loops, one process a core."""
    return sum(pool.map(masked_count, [texts[at::_CORES] for at in range(_CORES)]))


def masked_count(texts: list[str]) -> int:
    return len(masked(texts))


def masked(texts: list[str]) -> list[str]:
    """One plain loop, in the batches that Spark has."""
    batches: Iterator[list[str]] = (texts[at : at + _BATCH] for at in range(0, len(texts), _BATCH))
    return [str(text) for batch in batches for text, _ in _redactor().redact_many(batch)]


@cache
def _redactor() -> Redactor:
    return Redactor(Scanner(), Roster.build(_PEOPLE))


if __name__ == "__main__":
    main()
