"""Tables from which somebody is erased: rows blanked or deleted, then everything forgotten that still knows them.

The order is the promise. A new snapshot is written beside the old one, the run manifest is moved to it, and only then
does `forget` remove the old one. Killed before the manifest moved, the same call begins again from the old snapshot;
killed after it, `forget` is done again.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StringType

from pipeline.spark import CATALOG
from pipeline.storage.tables import REJECTED, VERDICT, Tables, TableSnapshot

ERASED = "record:erased"
"""The one reason of a record that was blanked."""
_LOCATOR = ("_object", "_ordinal")
_OWN = "_own"


@dataclass(frozen=True)
class Forgotten:
    """What of a table's past was removed: names of snapshots, snapshots, and files of data and metadata."""

    refs: int
    snapshots: int
    files: int


def erase_refined(
    tables: Tables,
    snapshot: TableSnapshot,
    records: DataFrame,
    pseudonyms: Mapping[str, Collection[str]],
    run: str,
    texts: Collection[str] = (),
) -> TableSnapshot:
    """Blank the subjects' own rows of a refined table, and their pseudonyms in everybody else's.

    Args:
        tables: the warehouse.
        snapshot: the refined table as the run knows it.
        records: `_object`, `_ordinal`, `own`: the records found, whether they are a subject's own or mention one.
        pseudonyms: of the subjects, by the column that may hold them; a cell that equals one becomes null wherever it
            stands, found record or not.
        run: the run's id, for the tag.
        texts: columns of free text that records that mention a subject lose as well.

    Returns:
        The new head: own rows are rejected with the one reason `erased`; of them locator and keyed digest stay.
    """
    found = records.groupBy(*_LOCATOR).agg(F.max("own").alias(_OWN))
    joined = tables.at(snapshot).join(F.broadcast(found), list(_LOCATOR), "left")
    own, mentioned = F.coalesce(_OWN, F.lit(False)), F.col(_OWN).isNotNull()
    erased = {VERDICT: F.lit(REJECTED), "_reasons": F.array(F.lit(ERASED))}
    others = [name for name in joined.columns if name not in (*_LOCATOR, "_digest", _OWN)]
    columns = {name: F.when(own, erased.get(name, F.lit(None))).otherwise(F.col(name)) for name in others}
    columns |= {name: F.when(~mentioned, F.col(name)) for name in texts}
    return _rewrite(tables, snapshot, joined.withColumns(columns).drop(_OWN), None, pseudonyms, run)


def erase_rows(
    tables: Tables, snapshot: TableSnapshot, column: str, values: Collection[str], run: str
) -> TableSnapshot:
    """Delete the rows whose `column` is one of `values`; a cell of another text column that is one becomes null.

    Args:
        tables: the warehouse.
        snapshot: a table of features, or of what may be released, as the run knows it.
        column: that says whom a row is about.
        values: the subjects' pseudonyms in it.
        run: the run's id, for the tag.
    """
    frame = tables.at(snapshot)
    texts = (item.name for item in frame.schema if isinstance(item.dataType, StringType))
    return _rewrite(tables, snapshot, frame, column, dict.fromkeys(texts, values), run)


def forget(tables: Tables, keep: TableSnapshot) -> Forgotten:
    """Remove all of a table that `keep` does not read: other tags and branches, snapshots, their files, and strays.

    Call it once the run manifest names `keep`, and alone: a file that another writer has not committed is a stray.
    The metadata file that `keep` names stays, since the manifest finds the table by it; metadata holds no cell.
    """
    tables.rollback(keep)
    table = tables.iceberg(keep.table)
    refs = [str(name) for name, ref in table.refs().items() if int(ref.snapshotId()) != keep.snapshot]
    snapshots = len(list(table.snapshots()))
    if refs:
        drop = table.manageSnapshots()
        for name in refs:
            drop = drop.removeTag(name) if table.refs().get(name).isTag() else drop.removeBranch(name)
        drop.commit()
    # Unreached files are left to the search for strays, which one look at the folder finds all.
    table.expireSnapshots().expireOlderThan(_now()).retainLast(1).cleanExpiredFiles(False).commit()
    table.refresh()
    strays = _delete_strays(tables, table)
    return Forgotten(len(refs), snapshots - len(list(table.snapshots())), strays + _delete_metadata(table, keep))


def names_in(tables: Tables, namespace: str) -> list[str]:
    """Every table of a namespace, whichever run made it."""
    found = tables.spark.sql(f"SHOW TABLES IN {tables.full_name(namespace)}").collect()
    return sorted(f"{namespace}.{row['tableName']}" for row in found)


def drop(tables: Tables, table: str) -> None:
    """Remove a table that no run needs, and its folder with all that lies in it, strays included."""
    tables.spark.sql(f"DROP TABLE IF EXISTS {tables.full_name(table)}")
    folder = tables.spark._jvm.org.apache.hadoop.fs.Path(  # type: ignore[union-attr]
        f"{tables.spark.conf.get(f'spark.sql.catalog.{CATALOG}.warehouse')}/{table.replace('.', '/')}"
    )
    folder.getFileSystem(tables.spark._jsparkSession.sessionState().newHadoopConf()).delete(folder, True)


def _rewrite(
    tables: Tables,
    snapshot: TableSnapshot,
    frame: DataFrame,
    about: str | None,
    unwanted: Mapping[str, Collection[str]],
    run: str,
) -> TableSnapshot:
    """Write all rows anew in one commit: subjects stand in most files, and a MERGE would read them twice a column.

    The values to look for travel as a function's data; as literals they would stand in plans and event logs.
    """
    wanted = {name: tuple(values) for name, values in unwanted.items()}
    cleaned = frame.mapInArrow(partial(_clean, about=about, unwanted=wanted), schema=frame.schema)
    tables.rollback(snapshot)
    # Each task writes what it reads, whatever the verdict: no shuffle.
    writer = cleaned.writeTo(tables.full_name(snapshot.table)).option("distribution-mode", "none")
    writer.option("fanout-enabled", "true").overwrite(F.lit(True))
    return tables.tagged(snapshot.table, run)


def _clean(
    batches: Iterator[pa.RecordBatch], about: str | None, unwanted: dict[str, tuple[str, ...]]
) -> Iterator[pa.RecordBatch]:
    """Without the rows whose column `about` holds an unwanted value; in other columns its cell becomes null."""
    for batch in batches:
        rows = batch
        for name, values in unwanted.items():
            hits = pc.is_in(rows[name], value_set=pa.array(values, pa.string()))
            if name == about:
                rows = rows.filter(pc.invert(hits))
            else:
                place = rows.schema.get_field_index(name)
                rows = rows.set_column(place, rows.schema.field(name), pc.if_else(hits, None, rows[name]))
        yield rows


def _delete_strays(tables: Tables, table: Any) -> int:
    """Iceberg's own search for files below the table's folder that none of its snapshots reads."""
    actions = tables.spark._jvm.org.apache.iceberg.spark.actions.SparkActions  # type: ignore[union-attr]
    found = actions.get(tables.spark._jsparkSession).deleteOrphanFiles(table).olderThan(_now()).execute()
    return len(list(found.orphanFileLocations()))


def _delete_metadata(table: Any, keep: TableSnapshot) -> int:
    """Delete the metadata files before the current one, but for the one that the run manifest names."""
    past = [str(entry.file()) for entry in table.operations().current().previousFiles()]
    gone = [file for file in past if file != keep.metadata and table.io().newInputFile(file).exists()]
    for file in gone:
        table.io().deleteFile(file)
    return len(gone)


def _now() -> int:
    """Milliseconds since 1970, a moment ahead: what was written just now is older than that."""
    return int(datetime.now(UTC).timestamp() * 1000) + 1
