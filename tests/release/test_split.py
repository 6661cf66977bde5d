"""Parts to train and test on: no label of the first looks into the time of the second."""

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import PublishError
from pipeline.release.manifest import Manifest
from pipeline.release.split import Parts, by_entity, by_time

MANIFEST = Manifest(
    "staff", "r", "2025-12-31", "internal", 5, 1, 0, (), (), {}, "", "", "", "person", "day", "left", 12
)


def years(first: int, last: int, *, known_until: int, people: int = 3) -> pa.Table:
    """A row for each person at the end of each year; labels are known up to one of them."""
    rows = [(f"p{person}", date(year, 12, 31)) for year in range(first, last + 1) for person in range(people)]
    labels = [day.year % 2 == 0 if day.year <= known_until else None for _, day in rows]
    return pa.table({"person": [who for who, _ in rows], "day": [day for _, day in rows], "left": labels})


def ends(parts: Parts) -> tuple[int, int, int]:
    """Last year of training, first and last of the test."""
    trained, tested = (part["day"].to_pylist() for part in parts)
    return max(trained).year, min(tested).year, max(tested).year


@pytest.mark.parametrize(
    ("horizon", "test_from", "expected"),
    [
        (12, None, (2023, 2024, 2024)),
        (0, None, (2023, 2024, 2024)),
        (13, None, (2022, 2024, 2024)),
        (24, None, (2022, 2024, 2024)),
        (25, None, (2021, 2024, 2024)),
        (12, "2022-12-31", (2021, 2022, 2024)),
        (12, date(2022, 1, 1), (2021, 2022, 2024)),
        (36, "2022-12-31", (2019, 2022, 2024)),
        (12, "2019-01-01", (2018, 2019, 2024)),
    ],
)
def test_training_ends_where_its_labels_would_look_into_the_test(horizon: int, test_from, expected) -> None:
    """By default the newest snapshot with a known label is tested; the gap grows with the horizon."""
    table = years(2018, 2025, known_until=2024)
    manifest = replace(MANIFEST, label_horizon_months=horizon)
    assert ends(by_time(table, manifest, test_from)) == expected


@pytest.mark.parametrize(
    ("horizon", "test_from", "says", "allowed"),
    [
        (12, "2025-01-01", "staff has no rows to test on", "test_from between 2019-12-31 and 2024-12-31"),
        (12, "2018-12-31", "staff has no rows to train on", "test_from between 2019-12-31 and 2024-12-31"),
        (36, "2020-12-31", "staff has no rows to train on", "test_from between 2021-12-31 and 2024-12-31"),
        (120, None, "staff has no rows to train on", "none: too few snapshots"),
    ],
)
def test_an_empty_part_is_refused(horizon: int, test_from, says: str, allowed: str) -> None:
    """The message says which days leave rows on both sides."""
    with pytest.raises(PublishError) as error:
        by_time(years(2018, 2025, known_until=2024), replace(MANIFEST, label_horizon_months=horizon), test_from)
    assert (error.value.what, error.value.allowed) == (says, allowed)


def test_rows_without_a_known_label_are_in_neither() -> None:
    """A person whose label is missing in a known year is left out, alone."""
    table = years(2020, 2022, known_until=2022).to_pydict()
    table["left"][0] = None
    parts = by_time(pa.table(table), MANIFEST)
    assert [part.num_rows for part in parts] == [5, 3]
    assert all(part["left"].null_count == 0 for part in parts)


@given(
    first=st.dates(date(2000, 1, 1), date(2020, 12, 31)),
    gaps=st.lists(st.integers(1, 500), min_size=1, max_size=12),
    horizon=st.integers(0, 40),
    ahead=st.integers(-10, 5000),
)
def test_no_training_label_looks_into_the_test_period(first: date, gaps: list[int], horizon: int, ahead: int) -> None:
    """For any days, horizon and first day of test: each training horizon ends by the first test snapshot."""
    days = [first]
    for gap in gaps:
        days.append(days[-1] + timedelta(gap))
    table = pa.table({"person": ["p"] * len(days), "day": days, "left": [True] * len(days)})
    try:
        train, test = by_time(table, replace(MANIFEST, label_horizon_months=horizon), first + timedelta(ahead))
    except PublishError:
        return
    begins = min(test["day"].to_pylist())
    assert begins >= first + timedelta(ahead)
    for day in train["day"].to_pylist():
        assert day < begins
        assert (pd.Timestamp(day) + pd.DateOffset(months=horizon)).date() <= begins


@pytest.mark.parametrize(
    ("manifest", "table", "says"),
    [
        (replace(MANIFEST, label=None), years(2018, 2020, known_until=2020), "staff has no label to split by"),
        (MANIFEST, years(2018, 2018, known_until=2018), "staff can't be split by time"),
        (MANIFEST, years(2018, 2020, known_until=2018), "staff can't be split by time"),
        (replace(MANIFEST, snapshot=""), years(2018, 2020, known_until=2020), "this version of staff does not say"),
    ],
)
def test_a_flat_or_unlabelled_version_says_so(manifest: Manifest, table: pa.Table, says: str) -> None:
    """Where there is nothing to split by, the message offers the split by entity."""
    with pytest.raises(PublishError, match=says) as error:
        by_time(table, manifest)
    if manifest.snapshot:
        assert "random_split" in str(error.value.hint)


def test_entities_are_parted_whole_and_always_alike() -> None:
    """All rows of a person are on one side, in any order of rows; another seed parts otherwise."""
    table = years(2018, 2020, known_until=2020, people=400)
    train, test = by_entity(table, MANIFEST, 0.25)
    assert not set(train["person"].to_pylist()) & set(test["person"].to_pylist())
    assert train.num_rows + test.num_rows == table.num_rows
    assert 0.2 < test.num_rows / table.num_rows < 0.3
    again = by_entity(table.take(list(reversed(range(table.num_rows)))), MANIFEST, 0.25)
    assert set(again.test["person"].to_pylist()) == set(test["person"].to_pylist())
    other = by_entity(table, MANIFEST, 0.25, "other").test
    assert set(other["person"].to_pylist()) != set(test["person"].to_pylist())


def test_entities_that_change_names_are_not_parted() -> None:
    """Under pseudonyms per snapshot a row of one could lie on either side: it is refused, and the way out named."""
    table, manifest = years(2023, 2024, known_until=2024), replace(MANIFEST, pseudonyms="per_snapshot")
    with pytest.raises(PublishError) as refusal:
        by_entity(table, manifest)
    assert str(refusal.value) == (
        "staff can't be split by entity: rows of one would lie on both sides\n"
        "  given:   another pseudonym of each entity at each snapshot\n"
        "  allowed: pseudonyms: stable, or one snapshot\n"
        '  hint:    time_split("staff"); or release: pseudonyms: stable in dataset.yaml, and a new run'
    )
    assert ends(by_time(table, replace(manifest, label_horizon_months=12))) == (2023, 2024, 2024)


def test_at_one_snapshot_entities_have_one_name() -> None:
    """There a split by entity is as good as ever; one by time, which can't be, points to it."""
    table, manifest = years(2024, 2024, known_until=2024, people=50), replace(MANIFEST, pseudonyms="per_snapshot")
    assert sum(part.num_rows for part in by_entity(table, manifest)) == 50
    with pytest.raises(PublishError, match="random_split"):
        by_time(table, manifest)


def test_an_entity_stays_on_its_side_in_a_later_version() -> None:
    """More people and more years move nobody."""
    early = by_entity(years(2018, 2019, known_until=2019, people=100), MANIFEST)
    late = by_entity(years(2018, 2022, known_until=2022, people=300), MANIFEST)
    assert set(early.test["person"].to_pylist()) <= set(late.test["person"].to_pylist())


@pytest.mark.parametrize("share", [0, 1, -0.1, 1.5])
def test_a_share_lies_between_none_and_all(share: float) -> None:
    """Any other is refused."""
    with pytest.raises(PublishError, match="not a share of the entities"):
        by_entity(years(2018, 2019, known_until=2019), MANIFEST, share)
