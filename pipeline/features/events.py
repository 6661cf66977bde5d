"""`Events`: what a feature may see of one source, for one entity at one snapshot, and nothing else.

Events stand for an array of structs that holds only what was known at the snapshot: the array is cut before a feature
is given it (see `views.py`), so no method here can look further. Events are in one total order: event time, knowledge
time, primary key, digest. "Last", "first" and all sums follow it, so results do not depend on how Spark spreads rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import pyspark.sql.functions as F
from pyspark.sql import Column

from pipeline.errors import FeatureError
from pipeline.features.reader import Event, Reader, Value, day
from pipeline.features.slope import slope

_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Events:
    """As-of events of one entity, oldest first. Methods that narrow give Events, the others one Column.

    Attributes:
        array: the events, an array of structs.
        snapshot: the snapshot date.
        reader: the source's columns.
        name: the column that holds the array, None once narrowed.
    """

    array: Column
    snapshot: Column
    reader: Reader
    name: str | None = None

    # Narrowing.

    def where(self, condition: Callable[[Event], Column]) -> "Events":
        """Events for which the condition is true: not false, not null."""
        return self._narrow(F.filter(self.array, lambda struct: condition(Event(struct, self.reader))))

    def last(self, count: int) -> "Events":
        """The `count` newest events, or as many as there are."""
        newest_first = F.reverse(self.array)
        return self._narrow(F.reverse(F.slice(newest_first, 1, count)))

    def within(self, *, months: int) -> "Events":
        """Events after the day `months` before the snapshot: twelve months hold one anniversary, not two."""
        start = F.add_months(self.snapshot, -months)
        return self._narrow(F.filter(self.array, lambda struct: day(struct) > start))

    def before(self, *, months: int) -> "Events":
        """Events up to and on the day `months` before the snapshot: all that `within` leaves out."""
        end = F.add_months(self.snapshot, -months)
        return self._narrow(F.filter(self.array, lambda struct: day(struct) <= end))

    # Counting: never null; 0 or false where there are no events.

    def count(self) -> Column:
        """How many events; integer."""
        return F.size(self.array)

    def any(self) -> Column:
        """Whether there is an event; boolean."""
        return F.size(self.array) > 0

    def distinct(self, value: Value) -> Column:
        """How many different values, nulls left out; integer."""
        return F.size(F.array_distinct(self._values(value)))

    def changes(self, value: Value) -> Column:
        """How often the value differs from that of the event before it; null equals null; integer."""
        values = F.transform(self.array, self._reading(value))
        former = F.slice(values, 1, F.greatest(F.size(values) - 1, F.lit(0)))
        latter = F.slice(values, 2, F.size(values))
        return F.size(F.filter(F.zip_with(former, latter, lambda a, b: ~a.eqNullSafe(b)), lambda changed: changed))

    def sum(self, value: Value) -> Column:
        """Sum of the values, nulls left out, in the events' order; double."""
        return F.aggregate(self._doubles(value), F.lit(0.0), lambda total, item: total + item)

    # Values: null where there are no events.

    def latest(self, value: Value) -> Column:
        """Value of the newest event, null if it is null there."""
        return self._reading(value)(self._newest)

    def first(self, value: Value) -> Column:
        """Value of the oldest event, null if it is null there."""
        return self._reading(value)(F.try_element_at(self.array, F.lit(1)))

    def min(self, value: Value) -> Column:
        """Least value, nulls left out."""
        return F.array_min(self._values(value))

    def max(self, value: Value) -> Column:
        """Greatest value, nulls left out."""
        return F.array_max(self._values(value))

    def mean(self, value: Value) -> Column:
        """Arithmetic mean, nulls left out, summed in the events' order; double."""
        return F.aggregate(
            self._doubles(value),
            F.struct(F.lit(0.0).alias("sum"), F.lit(0).alias("count")),
            lambda acc, item: F.struct((acc["sum"] + item).alias("sum"), (acc["count"] + 1).alias("count")),
            lambda acc: F.try_divide(acc["sum"], acc["count"]),
        )

    def trend(self, value: Value) -> Column:
        """Slope of the least-squares line of the value over days, nulls left out, per year of 365.25 days; double.

        Null where fewer than two events with different days have a value.
        """
        read = self._reading(value)

        def point(struct: Column) -> Column:
            x = F.date_diff(day(struct), self.snapshot).cast("double")
            return F.struct(x.alias("x"), read(struct).cast("double").alias("y"))

        points = F.filter(F.transform(self.array, point), lambda item: item["y"].isNotNull())
        return slope(points) * F.lit(_DAYS_A_YEAR)

    def days_since_last(self) -> Column:
        """Days from the newest event to the snapshot; integer, 0 for an event on the snapshot's day."""
        return F.date_diff(self.snapshot, day(self._newest))

    def months_since_last(self) -> Column:
        """Whole months from the newest event to the snapshot, by Spark's `months_between`; integer."""
        return F.floor(F.months_between(self.snapshot, day(self._newest))).cast("int")

    # Anything else.

    def expr(self, sql: str) -> Column:
        """A SQL expression over the array `events` and the date `snapshot_date`.

        Raises:
            FeatureError: these events are narrowed; SQL starts from those that the feature was given.
        """
        if self.name is None:
            raise FeatureError("expr works on the events that a feature is given", hint="narrow them inside the SQL")
        self.reader.open_all()
        return F.expr(f"transform(array(`{self.name}`), events -> ({sql}))[0]")

    def _narrow(self, array: Column) -> "Events":
        return Events(array, self.snapshot, self.reader)

    @cached_property
    def _newest(self) -> Column:
        """One expression for all features that show a column as it is: a table may have hundreds."""
        return F.try_element_at(self.array, F.lit(-1))

    def _reading(self, value: Value) -> Callable[[Column], Column]:
        if isinstance(value, str):
            return lambda struct: Event(struct, self.reader)[value]
        return lambda struct: value(Event(struct, self.reader))

    def _values(self, value: Value) -> Column:
        return F.filter(F.transform(self.array, self._reading(value)), lambda item: item.isNotNull())

    def _doubles(self, value: Value) -> Column:
        read = self._reading(value)
        return F.filter(F.transform(self.array, lambda e: read(e).cast("double")), lambda item: item.isNotNull())
