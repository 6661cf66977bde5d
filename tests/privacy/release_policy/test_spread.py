"""Categories before and after: what is rare is pooled, and what is pooled is not alone."""

import numpy as np
import pyarrow as pa
import pytest

from pipeline.privacy.release_policy.histogram import Trait
from pipeline.privacy.release_policy.spread import MOST_CATEGORIES, Values


def values(*rows: tuple[str | None, int, int]) -> Values:
    """Each is a value, the number of its snapshot, and how many entities have it there."""
    texts = list(dict.fromkeys(text for text, _, _ in rows))
    members = np.array([texts.index(text) for text, _, _ in rows], dtype=np.int32)
    trait = Trait("city", members, (pa.array(texts, pa.string()), pa.array(["*"] * len(texts))))
    counts = np.array([count for _, _, count in rows])
    return Values(np.arange(len(rows)), counts, np.array([at for _, at, _ in rows]), (trait,))


def told(found: Values, level: int = 0, withheld: tuple[int, ...] = ()) -> dict[str, dict[str, int]]:
    """Rows by category, before and after some cells are withheld."""
    cells = np.isin(np.arange(len(found.cells)), withheld)
    [spread] = found.spreads((level,), cells, 5)
    return {when: {item["value"]: item["rows"] for item in spread[when]} for when in ("before", "after")}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("a", 0, 9), ("b", 0, 5)], {"a": 9, "b": 5}),
        ([("a", 0, 9), ("b", 0, 6), ("c", 0, 4), ("d", 0, 3)], {"a": 9, "b": 6, "other": 7}),
        ([("a", 0, 9), ("b", 0, 6), ("c", 0, 4)], {"a": 9, "other": 10}),
        ([("a", 0, 9), ("b", 0, 4), ("b", 1, 4), ("a", 1, 9)], {"other": 26}),
        ([("a", 0, 9), (None, 0, 5)], {"a": 9, "missing": 5}),
        ([("a", 0, 4)], {"other": 4}),
    ],
    ids=["k is enough", "rare ones are pooled", "one rare one takes another", "rows are not persons", "null", "few"],
)
def test_rare_categories_are_pooled(rows: list[tuple[str | None, int, int]], expected: dict[str, int]) -> None:
    """A category needs k entities at one snapshot; a pool of fewer takes in the rarest of the others."""
    assert told(values(*rows))["before"] == expected


def test_before_is_the_finest_and_after_what_is_published() -> None:
    """Withheld cells are gone from the second, which is told at its own level."""
    found = values(("a", 0, 9), ("b", 0, 6), ("b", 1, 7))
    assert told(found, withheld=(0,)) == {"before": {"b": 13, "a": 9}, "after": {"b": 13}}
    assert told(found, level=1)["after"] == {"*": 22}


def test_the_most_frequent_are_named() -> None:
    """Twelve categories, and the rest as one."""
    found = told(values(*((f"c{index:02}", 0, 10 + index) for index in range(15))))["before"]
    assert list(found) == [*(f"c{index:02}" for index in range(14, 14 - MOST_CATEGORIES, -1)), "other"]
    assert found["other"] == 10 + 11 + 12
