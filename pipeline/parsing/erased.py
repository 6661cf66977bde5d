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
    if not unwanted.any():
        return batch
    columns, gone = [], pa.array(unwanted)
    for field, column in zip(batch.schema, batch.columns, strict=True):
        instead = pa.scalar(_INSTEAD.get(field.name), field.type)
        columns.append(column if field.name in _STAYS else pc.if_else(gone, instead, column))
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)
