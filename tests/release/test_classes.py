"""Whoever stays in a version stays in a class that is large enough, and nobody is withheld who could stay."""

from collections import defaultdict
from collections.abc import Hashable

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.release.classes import Policy, restore

SCHEMA = pa.schema([("who", pa.string()), ("day", pa.int64()), ("team", pa.string()), ("pay", pa.int64())])
Row = tuple[str, int, str | None, int | None]

#: One row for each person and day, as in a version; a missing trait and a missing sensitive value are values.
TABLES = st.lists(
    st.tuples(
        st.sampled_from("abcdef"), st.integers(0, 1), st.sampled_from(["x", "y", None]), st.sampled_from([1, None])
    ),
    max_size=12,
    unique_by=lambda row: row[:2],
)


def table(rows: list[Row]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], SCHEMA)


def judged(rows: list[Row], policy: Policy) -> list[Row]:
    """The rows that may stay, row by row, by the definition."""

    def class_of(row: Row) -> Hashable:
        if policy.histories:
            return frozenset((other[1], other[2]) for other in rows if other[0] == row[0])
        return row[1:3]

    members, values = defaultdict(set), defaultdict(set)
    for row in rows:
        members[class_of(row)].add(row[0])
        values[class_of(row), row[1]].add(row[3])
    small = {name for name, people in members.items() if len(people) < policy.k}
    alike = {name for (name, _), found in values.items() if policy.sensitive and len(found) < policy.l}
    return [row for row in rows if class_of(row) not in small | alike]


@settings(max_examples=200, deadline=None)
@given(rows=TABLES, k=st.integers(1, 3), sensitive=st.booleans(), histories=st.booleans())
def test_it_keeps_what_the_definition_keeps(rows: list[Row], k: int, sensitive: bool, histories: bool) -> None:
    """Classes of a snapshot or of whole histories, with and without a sensitive column, against a plain judge."""
    policy = Policy(k, 2, ("team",), ("pay",) if sensitive else (), histories)
    restored = restore(table(rows), policy, "who", "day")
    assert [tuple(row.values()) for row in restored.table.to_pylist()] == judged(rows, policy)
    assert restored.k >= k or not restored.table.num_rows


@pytest.mark.parametrize(("k", "rows", "smallest"), [(2, 4, 2), (3, 0, 0)])
def test_a_class_of_exactly_k_stays(k: int, rows: int, smallest: int) -> None:
    """Two people a class: enough for two, too few for three."""
    people = table([("a", 0, "x", 1), ("b", 0, "x", 1), ("c", 0, "y", 1), ("d", 0, "y", 1)])
    restored = restore(people, Policy(k, 1, ("team",), ()), "who", "day")
    assert (restored.table.num_rows, restored.k, restored.l) == (rows, smallest, None)


def test_one_person_at_many_snapshots_is_one() -> None:
    """Rows don't count, people do."""
    alone = table([("a", day, "x", 1) for day in range(20)])
    assert restore(alone, Policy(2, 1, (), (), histories=True), "who", "day").table.num_rows == 0
