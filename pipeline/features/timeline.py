"""The dates of one assembly: snapshots, as-of date and the label's horizon."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

import pyspark.sql.functions as F
from pyspark.sql import Column

from pipeline.errors import FeatureError


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or that month's last day where it has no such day (as Spark's `add_months`)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def end_of(day: Column) -> Column:
    """The first instant after `day`, in UTC: a timestamp lies on or before the day if it lies before this."""
    return F.date_add(day, 1).cast("timestamp")


@dataclass(frozen=True)
class Timeline:
    """When features look and how far the label looks ahead.

    Attributes:
        snapshots: ascending dates at whose end features look; never empty.
        as_of: nothing later is known.
        horizon_months: the label sees events in (snapshot, snapshot + horizon]; 0 without a label that looks ahead.
    """

    snapshots: tuple[date, ...]
    as_of: date
    horizon_months: int

    @property
    def last(self) -> date:
        return self.snapshots[-1]

    @property
    def finished_horizons(self) -> tuple[tuple[date, date], ...]:
        """Days that the label can see, as (after, up to and with) of each snapshot whose horizon ends by `as_of`."""
        horizons = ((snapshot, add_months(snapshot, self.horizon_months)) for snapshot in self.snapshots)
        return tuple((after, until) for after, until in horizons if until <= self.as_of)


def only(as_of: date) -> Timeline:
    """The as-of date as the one snapshot, for a dataset that states none."""
    return Timeline((as_of,), as_of, 0)


def yearly(first: date, as_of: date, horizon_months: int) -> Timeline:
    """Snapshots on the day of `first` in every year up to `as_of`.

    Raises:
        FeatureError: `first` lies after `as_of`, so there is no snapshot.
    """
    if first > as_of:
        raise FeatureError(
            "no snapshot lies on or before the as-of date",
            given=f"first snapshot {first}, as of {as_of}",
            allowed="a first snapshot on or before the as-of date",
            hint="move snapshots.first in dataset.yaml",
        )
    days = (add_months(first, 12 * year) for year in range(as_of.year - first.year + 1))
    return Timeline(tuple(day for day in days if day <= as_of), as_of, horizon_months)
