"""Distributions tell how values spread and single nobody out."""

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import PublishError
from pipeline.release.distributions import MOST_BINS, MOST_CATEGORIES, SMALLEST_GROUP, describe


def only(values: Any, who: list[str] | None = None) -> dict[str, Any]:
    column = values if isinstance(values, pa.Array) else pa.array(values)
    people = who or [f"p{n}" for n in range(len(column))]
    (found,) = describe(pa.table({"person": people, "v": column}), "person")
    return found


def counts(found: dict[str, Any]) -> dict[str, int]:
    return {item["label"]: item["count"] for item in found["bins"]}


@pytest.mark.parametrize(
    ("lone", "told"),
    [(SMALLEST_GROUP - 1, {"IN": 20, "other": SMALLEST_GROUP - 1}), (SMALLEST_GROUP, {"IN": 20, "FR": SMALLEST_GROUP})],
)
def test_a_category_needs_five_entities_to_be_told(lone: int, told: dict[str, int]) -> None:
    """One entity fewer than the smallest group and the category is folded into "other"."""
    assert counts(only(["IN"] * 20 + ["FR"] * lone)) == told


def test_groups_are_of_entities_not_of_rows() -> None:
    """One person with many rows is still one person, so the category stays folded."""
    found = only(["IN"] * 20 + ["FR"] * 30, [f"p{n}" for n in range(20)] + ["alone"] * 30)
    assert counts(found) == {"IN": 20, "other": 30}


@pytest.mark.parametrize(("people", "told"), [(4, {"IN": 20, "other": 8}), (5, {"IN": 20, "FR": 10})])
def test_one_person_under_two_names_is_one(people: int, told: dict[str, int]) -> None:
    """With other pseudonyms at each snapshot a group has as many people as at the snapshot where it has most."""
    rows = [("IN", day, f"{n} {day}") for day in ("a", "b") for n in range(10)]
    rows += [("FR", day, f"alone {n} {day}") for day in ("a", "b") for n in range(people)]
    values, days, names = zip(*rows, strict=True)
    table = pa.table({"person": names, "day": days, "v": values})
    _, found = describe(table, "person", within="day")
    assert counts(found) == told


def test_only_the_largest_categories_are_told() -> None:
    """Twelve categories are named, most frequent first, and the rest is "other"."""
    values = [f"c{n:02d}" for n in range(20) for _ in range(10 + n)]
    found = only(values)
    assert [item["label"] for item in found["bins"]] == [
        *(f"c{n:02d}" for n in range(19, 19 - MOST_CATEGORIES, -1)),
        "other",
    ]
    assert sum(counts(found).values()) == len(values)


def test_few_integers_get_a_bin_each() -> None:
    """Levels of 1 to 4 are four bins with their exact counts."""
    found = only([1] * 10 + [2] * 30 + [4] * 20)
    assert counts(found) == {"1": 10, "2": 30, "3": 0, "4": 20}
    assert found["mean"] == pytest.approx(150 / 60)


def test_an_extreme_value_is_not_told() -> None:
    """The one person with a huge value vanishes in the last bin and in the upper percentile."""
    found = only([float(n % 50) for n in range(1_000)] + [9_999_999.0])
    assert found["max"] == 49.0
    assert found["bins"][-1]["label"].startswith("≥ ")
    assert "9999999" not in str(found["bins"])
    assert sum(item["count"] for item in found["bins"]) == 1_001


@pytest.mark.parametrize("people", [1_000, 200, 60, 12])
def test_no_bin_of_a_histogram_is_too_small(people: int) -> None:
    """Whatever the size, at most twenty bins are told and each is empty or holds five entities or more."""
    found = only([(n * 7 % people) ** 2 / 10 for n in range(people)])
    assert 1 <= len(found["bins"]) <= MOST_BINS
    assert all(item["count"] == 0 or item["count"] >= SMALLEST_GROUP for item in found["bins"])
    assert sum(item["count"] for item in found["bins"]) == people


@pytest.mark.parametrize("values", [[1.5] * 4, [1, 2, 3], [True] * 3 + [None] * 9, ["x"] * 2])
def test_too_few_entities_tell_no_value(values: list[Any]) -> None:
    """Fewer than five entities with a value: at most the count of others is told, no value and no mean."""
    found = only(values)
    assert set(counts(found)) <= {"other"}
    assert found["mean"] is None
    assert found["min"] is None


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([True, False] * 10), "boolean"),
        (pa.array([date(2020, 5, 1), date(2021, 6, 2)] * 10), "date"),
        (pa.array(["a", "b"] * 10), "category"),
        (pa.array([0.5, 1.5] * 10), "number"),
        (pa.array([5, 5] * 10, pa.int32()), "number"),
    ],
)
def test_the_kind_follows_the_type(values: pa.Array, kind: str) -> None:
    """Every published type has a kind, and its bins hold all rows."""
    found = only(values)
    assert found["kind"] == kind
    assert sum(item["count"] for item in found["bins"]) == 20


def test_dates_are_told_by_year() -> None:
    """Days fold into years, in order; a year of too few entities is "other"."""
    found = only([date(2021, 3, 4)] * 6 + [date(2019, 3, 4)] * 7 + [date(2020, 1, 1)] * 2)
    assert counts(found) == {"2019": 7, "2021": 6, "other": 2}
    assert [item["label"] for item in found["bins"]] == ["2019", "2021", "other"]


def test_missing_values_are_counted_and_never_binned() -> None:
    """Nulls are missing; the bins hold all other rows."""
    found = only([None] * 3 + ["a"] * 7)
    assert (found["rows"], found["missing"], counts(found)) == (10, 3, {"a": 7})


def test_an_all_missing_column_has_no_bins() -> None:
    """A column of nulls is described as missing and breaks nothing."""
    found = only(pa.array([None] * 6, pa.float64()))
    assert (found["missing"], found["bins"], found["mean"]) == (6, [], None)


def test_the_entity_column_is_never_described() -> None:
    """Pseudonyms are no values to show, and an unknown entity column is refused."""
    rows = pa.table({"person": ["a"] * 9, "v": [1] * 9})
    assert [item["column"] for item in describe(rows, "person")] == ["v"]
    with pytest.raises(PublishError, match="entity column"):
        describe(rows, "employee")
