"""What was read of a file to get to know it: records as columns of text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.parsing import FORMATS
from pipeline.parsing.frames import Field, Frames, Layout, Records

#: Records of a sample; of more, evenly spread ones are taken.
MOST_RECORDS = 50_000


@dataclass(frozen=True)
class Sampled:
    """A sample.

    Attributes:
        kind: of source, as dataset.yaml has it.
        declared: what else dataset.yaml must say of the source, such as `delimiter`.
        columns: texts by place, null where a record has none; places in their order.
        records: rows of `columns`.
        whole: they are all records there are.
        rejected: records that can't be read, by reason.
        json_kinds: `str`, `int`, `float`, `bool` by place, for sources whose values have types of their own.
        left_out: places that no column can take, and why.
    """

    kind: str
    declared: Mapping[str, Any]
    columns: Mapping[str, pa.Array]
    records: int
    whole: bool
    rejected: Mapping[str, int] = field(default_factory=dict)
    json_kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def layout(self) -> object:
        """Equal for samples of one source."""
        declared = tuple(sorted(self.declared.items()))
        # Objects may lack members, so that only a table's header tells one from another.
        return (self.kind, declared, tuple(self.columns)) if self.kind == "csv" else (self.kind, declared)


def framed(data: bytes, frames: Sequence[Frames], whole: bool) -> tuple[Records, bool]:
    """Records to look at, evenly spread; the last one of a body that was cut is left out. And whether it is all."""
    offsets = np.concatenate([item.offsets for item in frames] or [np.zeros(0, np.int64)])
    lengths = np.concatenate([item.lengths for item in frames] or [np.zeros(0, np.int64)])
    reasons: dict[int, str] = {}
    first = 0
    for item in frames:
        reasons |= {first + at: reason for at, reason in item.reasons.items()}
        first += len(item)
    count = len(offsets) if whole else max(len(offsets) - 1, 0)
    taken = np.arange(count)
    if count > MOST_RECORDS:
        taken = np.unique(np.linspace(0, count - 1, MOST_RECORDS).astype(np.int64))
    rejected = {at: reasons[old] for at, old in enumerate(taken.tolist()) if old in reasons}
    return Records(data, offsets[taken], lengths[taken], rejected), whole and len(taken) == count


def read_columns(
    format_name: str, records: Records, places: Sequence[str], layout: Layout
) -> tuple[dict[str, pa.Array], dict[str, int]]:
    """Columns of the records that can be read, by place, and how many can't, by reason."""
    fields = [Field(f"c{number}", "string", place, promote=True) for number, place in enumerate(places)]
    parsed = FORMATS[format_name].parse(records, fields, layout)
    reasons = {**parsed.reasons, **records.rejected}
    counts: dict[str, int] = {}
    for reason in reasons.values():
        counts[reason] = counts.get(reason, 0) + 1
    kept = pa.array(np.setdiff1d(np.arange(len(records)), list(reasons)))
    return {item.source_name: parsed.columns[item.name].take(kept) for item in fields}, counts
