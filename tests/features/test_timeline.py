"""Snapshot dates and horizons."""

from datetime import date

import pytest

from pipeline.errors import FeatureError
from pipeline.features.timeline import add_months, yearly


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2023, 1, 15), 1, date(2023, 2, 15)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2023, 2, 28), 12, date(2024, 2, 28)),
        (date(2023, 12, 31), 1, date(2024, 1, 31)),
        (date(2024, 3, 31), -1, date(2024, 2, 29)),
        (date(2024, 1, 1), -1, date(2023, 12, 1)),
    ],
)
def test_add_months(day: date, months: int, expected: date) -> None:
    """A month that lacks the day gives its last day; a last day does not stick to later months."""
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("first", "as_of", "expected"),
    [
        (date(2023, 12, 31), date(2025, 12, 31), [date(2023, 12, 31), date(2024, 12, 31), date(2025, 12, 31)]),
        (date(2023, 12, 31), date(2025, 12, 30), [date(2023, 12, 31), date(2024, 12, 31)]),
        (date(2024, 2, 29), date(2028, 2, 29), [date(y, 2, 29 if y % 4 == 0 else 28) for y in range(2024, 2029)]),
        (date(2024, 5, 1), date(2024, 5, 1), [date(2024, 5, 1)]),
    ],
)
def test_yearly_snapshots(first: date, as_of: date, expected: list[date]) -> None:
    """Snapshots lie on one day of every year, the as-of date's own included."""
    assert list(yearly(first, as_of, 12).snapshots) == expected


def test_no_snapshot_is_refused() -> None:
    """A first snapshot after the as-of date leaves nothing to look at."""
    with pytest.raises(FeatureError, match="no snapshot"):
        yearly(date(2025, 1, 2), date(2025, 1, 1), 12)


@pytest.mark.parametrize(
    ("months", "finished"),
    [(12, 2), (13, 1), (24, 1), (25, 0)],
)
def test_only_finished_horizons_count(months: int, finished: int) -> None:
    """A horizon that ends on the as-of date is finished, one that ends later is not."""
    timeline = yearly(date(2022, 12, 31), date(2024, 12, 31), months)
    assert len(timeline.finished_horizons) == finished
