"""Classes of a version's rows: whether k and l hold still once somebody was erased, and what to withhold if not.

A class is one combination of published quasi-identifiers at one snapshot (`privacy/anonymity.py`); where entities can
be followed through the snapshots and the policy is `release`, it is the whole history of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import AccountsError

_CLASS, _ENOUGH = "_class", "_enough"
_BETWEEN, _NULL = "\x1f", "\x00"


@dataclass(frozen=True)
class Policy:
    """What each class of a version must have: k entities, and l values of each sensitive column."""

    k: int
    l: int  # noqa: E741
    quasi: tuple[str, ...]
    sensitive: tuple[str, ...]
    histories: bool = False

    @classmethod
    def of(cls, assessed: Mapping[str, Any]) -> "Policy":
        """What the version's own run required, by its evidence of `assess`."""
        return cls(
            k=assessed["k_required"],
            l=assessed["l_required"],
            quasi=tuple(item["column"] for item in assessed["quasi_identifiers"]),
            sensitive=tuple(assessed["sensitive"]),
            histories=assessed.get("class_of") == "history",
        )


@dataclass(frozen=True)
class Restored:
    """Rows whose classes are large enough.

    Attributes:
        table: the rows that stay.
        k: entities of the smallest class; 0 where no row stays.
        diversity: by sensitive column, the fewest distinct values that a class has at a snapshot.
    """

    table: pa.Table
    k: int
    diversity: dict[str, int]

    @property
    def l(self) -> int | None:  # noqa: E743
        """Of the least diverse column; None where no column is sensitive."""
        return min(self.diversity.values(), default=None)


def restore(table: pa.Table, policy: Policy, entity: str, snapshot: str) -> Restored:
    """Withhold every class that is too small.

    Classes are disjoint, so that to withhold one makes no other smaller; what is left is measured again all the same,
    by another library.

    Args:
        table: a version's rows.
        policy: what they must meet.
        entity: name of the column that says whom a row is about.
        snapshot: and of the one that says when.

    Raises:
        AccountsError: the rows that stay do not meet the policy; nothing may be published.
    """
    frame = pl.DataFrame(table).with_columns(_class(policy, entity, snapshot).alias(_CLASS))
    enough = pl.col(entity).n_unique().over(_CLASS) >= policy.k
    for name in policy.sensitive:
        values = pl.col(name).n_unique().over(_CLASS, snapshot)
        enough &= values.min().over(_CLASS) >= policy.l
    frame = frame.with_columns(enough.alias(_ENOUGH))
    keep = frame[_ENOUGH].to_arrow()
    left = table.filter(keep)
    restored = Restored(left, *_measure(left, frame[_CLASS].to_arrow().filter(keep), policy, entity, snapshot))
    if left.num_rows and (restored.k < policy.k or (restored.l or policy.l) < policy.l):
        raise AccountsError(
            "a class is smaller than planned",
            given=f"k {restored.k}, l {restored.l}",
            allowed=f"k {policy.k}, l {policy.l}",
        )
    return restored


def _class(policy: Policy, entity: str, snapshot: str) -> pl.Expr:
    """The class of each row, as text."""
    parts = [pl.col(name).cast(pl.String).fill_null(_NULL) for name in (snapshot, *policy.quasi)]
    one = pl.concat_str(parts, separator=_BETWEEN)
    return one.sort().str.join(_BETWEEN).over(entity) if policy.histories else one


def _measure(
    table: pa.Table, classes: pa.Array, policy: Policy, entity: str, snapshot: str
) -> tuple[int, dict[str, int]]:
    """K and diversity of the rows as they are; a missing sensitive value is a value."""
    if policy.histories:
        table, keys = table.append_column(_CLASS, classes), [_CLASS]
    else:
        keys = [snapshot, *policy.quasi]
    sizes = table.group_by(keys).aggregate([(entity, "count_distinct")])
    every = pc.CountOptions(mode="all")
    wanted = [(name, "count_distinct", every) for name in policy.sensitive]
    values = table.group_by(list(dict.fromkeys([*keys, snapshot]))).aggregate(wanted)
    fewest = {name: pc.min(values[f"{name}_count_distinct"]).as_py() or 0 for name in policy.sensitive}
    return pc.min(sizes[f"{entity}_count_distinct"]).as_py() or 0, fewest
