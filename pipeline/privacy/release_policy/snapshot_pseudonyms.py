"""Another pseudonym of an entity at each snapshot, so that its rows can't be joined; made where the key is opened."""

from collections.abc import Iterator
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame

from pipeline.keys import KeySource
from pipeline.privacy.pseudonyms import Pseudonymiser


def pseudonymise_per_snapshot(
    frame: DataFrame, entity: str, snapshot: str, keys: KeySource, dataset: str, epoch: str
) -> DataFrame:
    """The frame with its column `entity` replaced by a keyed digest of pseudonym and snapshot.

    Args:
        frame: rows with a refined pseudonym and a date each.
        entity: name of the column of pseudonyms.
        snapshot: name of the column of dates.
        keys: opened by each worker for itself; only the reference travels.
        dataset: whose key it is.
        epoch: the run's.
    """
    kernel = partial(_replaced, entity=entity, snapshot=snapshot, keys=keys, dataset=dataset, epoch=epoch)
    return frame.mapInArrow(kernel, schema=frame.schema)


def _replaced(
    batches: Iterator[pa.RecordBatch], entity: str, snapshot: str, keys: KeySource, dataset: str, epoch: str
) -> Iterator[pa.RecordBatch]:
    pseudonymiser = Pseudonymiser(keys.data_key(dataset, epoch).key)
    for batch in batches:
        days = batch.column(snapshot).cast(pa.string()).to_pylist()
        made = pseudonymiser.snapshot_pseudonyms(batch.column(entity).to_pylist(), days)
        place = batch.schema.get_field_index(entity)
        yield batch.set_column(place, batch.schema.field(place), pa.array(made, pa.string()))
