"""Records read as if landing had them blank: their locator and counts stay, and the reason."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.parsing.frames import ERASED

#: Changes a batch of landed records (see `read_landed`) before anything else sees it.
Change = Callable[[pa.RecordBatch], pa.RecordBatch]
#: Of an erased record: columns that stay, and what stands in others; all else is null.
_STAYS = frozenset({"_object", "_ordinal", "_digest", "_counts"})
_INSTEAD = {"_reason": ERASED, "_wrong_types": [], "_stranger": False}


def read_as_erased(batch: pa.RecordBatch, unwanted: NDArray[np.bool_]) -> pa.RecordBatch:
    """The batch with some of its records erased."""
    for field in batch.schema:
        if field.name not in _STAYS:
            batch = without_values(batch, field.name, unwanted, _INSTEAD.get(field.name))
    return batch


def without_values(
    batch: pa.RecordBatch, name: str, unwanted: NDArray[np.bool_], instead: object = None
) -> pa.RecordBatch:
    """The batch with `instead` in the place of some values of a column."""
    if not unwanted.any():
        return batch
    place = batch.schema.get_field_index(name)
    field = batch.schema.field(place)
    return batch.set_column(place, field, pc.if_else(pa.array(unwanted), pa.scalar(instead, field.type), batch[name]))
