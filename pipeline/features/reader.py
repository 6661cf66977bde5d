"""Reading the columns of a source's events by name."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pyspark.sql import Column

from pipeline.errors import FeatureError

#: Field of an event's struct that holds its event time; what starts with an underscore is no contract's column.
AT = "_at"


@dataclass(frozen=True)
class Reader:
    """Knows a source's columns, and notes which of them are read: no other needs to be shuffled."""

    source: str
    columns: tuple[str, ...]
    closed: frozenset[str] = frozenset()
    """Columns of which a label of the same row is made: a feature that read them would know the answer."""
    read: set[str] = field(default_factory=set)

    def open(self, name: str) -> str:
        """`name`, noted as read.

        Raises:
            FeatureError: the refined table has no such column, or the label is made of it.
        """
        if name in self.closed:
            raise FeatureError(
                f"a feature reads {self.source}.{name}, which the label reads",
                given=name,
                allowed="other columns",
                hint="a feature that knows the label's own column is the answer itself; leave it out",
            )
        if name not in self.columns:
            raise FeatureError(f"{self.source} has no column {name!r}", given=name, allowed=", ".join(self.columns))
        self.read.add(name)
        return name

    def open_all(self) -> None:
        """Note all columns that are open as read, for SQL that may name any."""
        self.read.update(set(self.columns) - self.closed)


@dataclass(frozen=True)
class Event:
    """One event inside a condition or a value: `event["rating"]` is its column."""

    struct: Column
    reader: Reader

    def __getitem__(self, name: str) -> Column:
        return self.struct[self.reader.open(name)]


#: A column's name, or a Column made from an event.
Value = str | Callable[[Event], Column]


def day(struct: Column) -> Column:
    """Day of an event; date."""
    return struct[AT].cast("date")
