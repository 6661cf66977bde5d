"""What masking costs: of each masked column, how much could be told apart before and can be after.

Measured while the refined table is written, in the same pass, and kept as counts alone. The share of variance kept is
the squared correlation of the value with the number that is published for it (a band's place, a rank, a truncated day):
what a straight line through the published numbers explains of the values.
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from time import monotonic, sleep
from typing import Any

from pyspark.sql import Column as Expression
from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from pipeline.contracts.model import Column, Contract
from pipeline.privacy.masking import SPARK_ACTIONS, band_labels
from pipeline.storage.tables import KEPT, VERDICT

#: Relative standard error of a count of distinct values (HyperLogLog++), in 12 kB a column and task.
_ERROR = 0.01
_PATIENCE = 60.0  # seconds
_LEAST = 5  # values: a correlation of fewer says nothing
_NUMBERS = ("integer", "number", "boolean")
#: Actions by which one value may become several; by all others it becomes one.
_AMONG_OTHERS = ("rank", "ratio", "aggregate")
Utility = dict[str, Any]
"""`rows`: kept rows. `columns`: of each masked column by its name `distinct` and `missing`, both [before, after], and
`variance_kept`, in [0, 1], or None where the values are no numbers, too few, all alike or too large to be squared."""


class UtilityWatch:
    """Watches the rows of one source on their way into its refined table."""

    def __init__(self, contract: Contract) -> None:
        self._masked = [column for column in contract.columns if column.privacy.action != "keep"]
        self._by_spark, self._by_key = Observation(), Observation()

    def select(self, frame: DataFrame, plain: Sequence[Expression | str]) -> DataFrame:
        """`frame.select(*plain)`; clear values stand beside the masked ones until both are counted.

        Args:
            frame: typed rows.
            plain: the verdict, and each column after the actions that need no key.
        """
        clear = {item.name: f"_clear_{item.name}" for item in self._masked}
        both = frame.select(*plain, *(F.col(name).alias(beside) for name, beside in clear.items()))
        kept = F.col(VERDICT) == KEPT
        counted = [F.count(F.when(kept, 1)).alias("rows")]
        for item in self._masked:
            value = F.when(kept, F.col(clear[item.name]))
            counted += _counts(f"before_{item.name}", value)
            if item.privacy.action in SPARK_ACTIONS:
                counted += _counts(f"after_{item.name}", F.col(item.name))
                counted += _moments(item, value)
        return both.observe(self._by_spark, *counted).drop(*clear.values())

    def keyed(self, frame: DataFrame) -> DataFrame:
        """`frame`, after the actions that need a key."""
        asked = [item for item in self._masked if item.privacy.action in ("pseudonymise", "redact")]
        counted = [count for item in asked for count in _counts(f"after_{item.name}", F.col(item.name))]
        return frame.observe(self._by_key, F.count("*").alias("rows"), *counted)

    def document(self, patience: float = _PATIENCE) -> Utility | None:
        """What was counted, once the rows are written; None where Spark does not tell within `patience` seconds."""
        end = monotonic() + patience
        counted = [_told(observation, end) for observation in (self._by_key, self._by_spark)]
        if counted[0] is None or counted[1] is None:
            return None
        found = {**counted[0], **counted[1]}
        rows = int(found["rows"])
        return {"rows": rows, "columns": {item.name: _document(item, found, rows) for item in self._masked}}


def _told(observation: Observation, end: float) -> dict[str, Any] | None:
    """Spark's queue of listeners drops events under load, and `get` would wait for one of them for ever."""
    while not observation._jo.future().isCompleted():  # type: ignore[union-attr]
        if monotonic() > end:
            return None
        sleep(0.01)
    return observation.get


def _counts(name: str, value: Expression) -> list[Expression]:
    return [
        F.count(value).alias(f"{name}_there"),
        F.approx_count_distinct(value, _ERROR).alias(f"{name}_distinct"),
    ]


def _moments(column: Column, value: Expression) -> Iterator[Expression]:
    """What makes a correlation; `corr` itself divides by 0 where nothing varies, and its observation never ends."""
    pair = _as_number(column, value), _published_number(column)
    if pair[0] is None or pair[1] is None:
        return
    both = pair[0].isNotNull() & pair[1].isNotNull()
    before, after = (F.when(both, number) for number in (pair[0], pair[1]))
    yield F.covar_pop(before, after).alias(f"together_{column.name}")
    yield F.var_pop(before).alias(f"alone_{column.name}")
    yield F.var_pop(after).alias(f"published_{column.name}")
    yield F.count(before).alias(f"pairs_{column.name}")


def _as_number(column: Column, value: Expression) -> Expression | None:
    """A value of an ordered type; None for others."""
    if column.logical_type in _NUMBERS:
        return value.cast("double")
    if column.logical_type == "date":
        return F.unix_date(value).cast("double")
    return F.unix_micros(value).cast("double") if column.logical_type == "timestamp" else None


def _published_number(column: Column) -> Expression | None:
    """What is published of it; of a band its place."""
    told = F.col(column.name)
    if column.privacy.action == "band":
        return F.array_position(F.array(*map(F.lit, band_labels(column))), told).cast("double")
    if column.privacy.action == "truncate":
        return _as_number(column, told)
    return told.cast("double")


def _document(column: Column, found: dict[str, Any], rows: int) -> Utility:
    name = column.name
    there = [int(found.get(f"{when}_{name}_there", 0)) for when in ("before", "after")]
    distinct = [int(found.get(f"{when}_{name}_distinct", 0)) for when in ("before", "after")]
    before, after = (min(pair) for pair in zip(distinct, there, strict=True))  # both are estimates
    return {
        "distinct": [before, after if column.privacy.action in _AMONG_OTHERS else min(before, after)],
        "missing": [rows - count for count in there],
        "variance_kept": _variance_kept(name, found),
    }


def _variance_kept(name: str, found: dict[str, Any]) -> float | None:
    if found.get(f"pairs_{name}", 0) < _LEAST or not found[f"alone_{name}"]:
        return None
    together, alone, published = (found[f"{part}_{name}"] for part in ("together", "alone", "published"))
    share = together / alone * together / published if published else 0.0
    return round(min(1.0, share), 3) if isfinite(share) else None
