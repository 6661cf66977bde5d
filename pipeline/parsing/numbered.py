"""The place `record:number`: a column of any source of files that holds each record's number in its source.

Records count from 1 over all files of the source in the order of their names, so that the numbers depend on the files
alone: not on how they are packed, compressed or cut into tasks.
"""

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.sources import RECORD_NUMBER
from pipeline.extract.landing import LandedObject
from pipeline.parsing.frames import Field


def numbers_before(objects: Iterable[LandedObject]) -> dict[str, int]:
    """How many records of a source lie before each of its objects, by key; `objects` are all of them, in order."""
    before: dict[str, int] = {}
    count = 0
    for landed in objects:
        before[landed.key] = count
        count += landed.records
    return before


def without_numbers(fields: Sequence[Field]) -> list[Field]:
    """The fields that a format's parser is asked for."""
    return [item for item in fields if item.place != RECORD_NUMBER]


def numbers_of(fields: Sequence[Field], before: int, ordinals: pa.Array) -> dict[str, pa.Array]:
    """Texts of the fields that are record numbers, by the records' ordinals in an object; `before` lie before it."""
    asked = [item.name for item in fields if item.place == RECORD_NUMBER]
    return dict.fromkeys(asked, pc.add(ordinals, before + 1).cast(pa.string())) if asked else {}
