"""How the values of a table spread, in groups that single nobody out.

Every bin that is told holds at least `SMALLEST_GROUP` entities (not rows: one person has a row a snapshot). Rare
categories and years fold into "other"; a histogram takes fewer bins until none is too small.
"""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import PublishError

SMALLEST_GROUP = 5
MOST_BINS = 20
MOST_CATEGORIES = 12
_TAIL = 0.01
"""Least share of rows at either end that the outermost bins take in: an extreme value belongs to one person."""

Bin = dict[str, Any]


def describe(table: pa.Table, entity: str, within: str = "") -> list[dict[str, Any]]:
    """One description a column of `table`, the column `entity` left out.

    Args:
        table: rows of a version.
        entity: its column of entities.
        within: the column of snapshots, where an entity has another pseudonym at each: a group then counts as many
            entities as it has at the snapshot where it has most.

    Returns:
        `{column, kind, rows, missing, bins: [{label, count}], min, max, mean}` each. For numbers `min` and `max` are
        the 1st and the 99th percentile, further in where fewer than `SMALLEST_GROUP` entities may lie beyond; null for
        other kinds. `mean` is over all rows. A column that too few entities have a value of has no bins.

    Raises:
        PublishError: `entity` is no column.
    """
    if entity not in table.column_names:
        raise PublishError("no such entity column", given=entity, allowed=table.column_names)
    at = _codes(table[within]) if within else pa.nulls(table.num_rows, pa.int32())
    who = pa.table({"who": _codes(table[entity]), "at": at})
    return [_describe(name, table[name], who) for name in table.column_names if name != entity]


def _describe(name: str, column: pa.ChunkedArray, who: pa.Table) -> dict[str, Any]:
    here = pc.is_valid(column)
    values, people = column.filter(here), who.filter(here)
    kind, binned = _kind(column.type)
    described = {
        "column": name,
        "kind": kind,
        "rows": len(column),
        "missing": column.null_count,
        "bins": [],
        "min": None,
        "max": None,
        "mean": None,
    }
    return described | binned(values, people) if len(values) else described


def _kind(kind: pa.DataType) -> tuple[str, Callable[[pa.ChunkedArray, pa.Table], dict[str, Any]]]:
    if pa.types.is_boolean(kind):
        return "boolean", lambda values, who: {"bins": _named(pc.if_else(values, "true", "false"), who, by_label=True)}
    if pa.types.is_temporal(kind):
        return "date", lambda values, who: {"bins": _named(pc.year(values).cast(pa.string()), who, by_label=True)}
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number", _numbers
    return "category", lambda values, who: {"bins": _named(values, who, by_label=False)}


def _groups(labels: Any, who: pa.Table) -> list[tuple[Any, int, int]]:
    """(label, rows, entities) of each label."""
    at_each = who.append_column("label", labels).group_by(["label", "at"])
    counted = at_each.aggregate([("who", "count"), ("who", "count_distinct")]).group_by("label")
    table = counted.aggregate([("who_count", "sum"), ("who_count_distinct", "max")]).to_pydict()
    return list(zip(table["label"], table["who_count_sum"], table["who_count_distinct_max"], strict=True))


def _named(labels: Any, who: pa.Table, *, by_label: bool) -> list[Bin]:
    groups = _groups(labels, who)
    told = [(label, rows) for label, rows, entities in groups if entities >= SMALLEST_GROUP]
    told.sort(key=(lambda group: group[0]) if by_label else (lambda group: (-group[1], group[0])))
    told = told if by_label else told[:MOST_CATEGORIES]
    other = who.num_rows - sum(rows for _, rows in told)
    bins = [{"label": label, "count": rows} for label, rows in told]
    return [*bins, {"label": "other", "count": other}] if other else bins


def _numbers(values: pa.ChunkedArray, who: pa.Table) -> dict[str, Any]:
    doubles = values.cast(pa.float64())
    tail = _tail(who)
    low, high = pc.quantile(doubles, [tail, 1 - tail], interpolation="nearest").to_pylist()
    whole = pa.types.is_integer(values.type)
    for edges in _candidate_edges(low, high, whole=whole):
        groups = _groups(_places(doubles, edges), who)
        if all(entities >= SMALLEST_GROUP for _, _, entities in groups):
            rows = {place: count for place, count, _ in groups}
            tails = (pc.min(doubles).as_py() < edges[0], pc.max(doubles).as_py() > edges[-1])
            bins = [
                {"label": label, "count": rows.get(place, 0)}
                for place, label in enumerate(_labels(edges, tails, whole=whole))
            ]
            return {"bins": bins, "min": low, "max": high, "mean": pc.mean(doubles).as_py()}
    return {}


def _tail(who: pa.Table) -> float:
    """Share of rows to fold at either end, so that at least `SMALLEST_GROUP` entities lie there."""
    most_rows = pc.max(pc.value_counts(who["who"]).field("counts")).as_py() * len(pc.unique(who["at"]))
    return float(min(0.5, max(_TAIL, SMALLEST_GROUP * most_rows / who.num_rows)))


def _codes(column: pa.ChunkedArray) -> pa.Array:
    """A number for each distinct value."""
    return pc.dictionary_encode(column.combine_chunks()).indices


def _places(doubles: pa.ChunkedArray, edges: list[float]) -> pa.ChunkedArray:
    """The bin of each value; what lies outside the edges falls into the outermost bins."""
    width = edges[1] - edges[0] or 1.0
    position = pc.floor(pc.divide(pc.subtract(doubles, edges[0]), width))
    return pc.min_element_wise(pc.max_element_wise(position, 0.0), float(len(edges) - 2)).cast(pa.int64())


def _candidate_edges(low: float, high: float, *, whole: bool) -> Iterable[list[float]]:
    """Equal bins over [low, high], ever fewer; integers get bins of whole width, so that each holds as many of them."""
    if whole:
        span = int(high - low) + 1
        for width in range(-(-span // MOST_BINS), span + 1):
            bins = -(-span // width)
            yield [low + width * index for index in range(bins + 1)]
    elif low == high:
        yield [low, high]
    else:
        for bins in range(MOST_BINS, 0, -1):
            yield [low + (high - low) * index / bins for index in range(bins)] + [high]


def _labels(edges: list[float], tails: tuple[bool, bool], *, whole: bool) -> list[str]:
    """What each bin holds, in words: `3`, `3 – 5`, `0.25 – 0.5`; open where a tail was folded into it."""
    if len(edges) == 2 and any(tails):
        return ["all"]
    step = 1 if whole else 0
    spans = [(start, end - step) for start, end in pairwise(edges)]
    labels = [f"{start:.6g}" if start == end else f"{start:.6g} – {end:.6g}" for start, end in spans]
    if tails[0]:
        labels[0] = f"≤ {spans[0][1]:.6g}"
    if tails[1]:
        labels[-1] = f"≥ {spans[-1][0]:.6g}"
    return labels
