"""What shapes took from records, as Arrow columns."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.parsing.xml_places import Plan
from pipeline.parsing.xml_shapes import Shape, Taken
from pipeline.parsing.xml_tree import BLANKS, clean

#: The ampersand comes last: what it lets appear is no entity.
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


def columns_of(shape: Shape, plan: Plan, taken: Sequence[Sequence[bytes | None]]) -> list[pa.Array]:
    """Columns of the plan's fields, of the groups of some records of one shape."""
    groups = list(zip(*taken, strict=True))
    columns = []
    for number, item in enumerate(plan.fields):
        values = [_value(groups, where) for where in shape.values.get(number, ())]
        if not values:
            column = pa.nulls(len(taken), pa.string())
        elif len(values) == 1:
            column = values[0] if item.logical_type == "string" else pc.ascii_trim(values[0], BLANKS)
            column = pc.if_else(pc.equal(column, ""), None, column)
        else:
            rows = zip(*(value.to_pylist() for value in values), strict=True)
            column = pa.array([clean("\n".join(filter(None, row)), item.logical_type) for row in rows], pa.string())
        columns.append(column)
    return columns


def _value(groups: Sequence[Sequence[bytes | None]], where: Taken) -> pa.Array:
    column = pa.array(groups[where.text], pa.string())
    if _holds(column, b"&"):
        for written, meant in _ENTITIES:
            if _holds(column, written.encode()):
                column = pc.replace_substring(column, written, meant)
    return column if where.cdata is None else pc.coalesce(pa.array(groups[where.cdata], pa.string()), column)


def _holds(column: pa.Array, piece: bytes) -> bool:
    """Whether a piece may lie in any of the texts; a search of them all at once is quicker than one of each."""
    texts = column.buffers()[2]
    return texts is not None and piece in texts.to_pybytes()
