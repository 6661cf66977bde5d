"""A record before it is written, and what its writer has at hand."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pipeline.synthetic.cast import Cast
from pipeline.synthetic.crew import Crew
from pipeline.synthetic.draws import Draws
from pipeline.synthetic.facts import Life
from pipeline.synthetic.person import Person
from pipeline.synthetic.text import Span, Text, compose

Value = str | int | float | bool | None
Truth = Mapping[str, object]

#: Source -> its column of free text.
TEXT_COLUMN = {
    "hrms_manager_notes": "note",
    "hrms_exits": "comment",
    "lms_trainings": "feedback",
    "reviews": "comment",
    "legacy_leave": "remark",
    "letters": "body",
}


class Record(NamedTuple):
    """One record; its columns have the names of the contract, whatever the layout calls them.

    Attributes:
        source: name of the source.
        key: value of the primary key.
        year: of the file that it goes to.
        fields: values by column.
        spans: personal data in its free text.
        planted: rows of the truth that hold where the record is delivered as it is, by kind.
    """

    source: str
    key: str
    year: int
    fields: dict[str, Value]
    spans: tuple[Span, ...] = ()
    planted: tuple[tuple[str, Truth], ...] = ()


Spoiling = Callable[[Draws, Record, date], Value]
"""What a defect makes of a column's value; the date is that of the hire."""


@dataclass(frozen=True)
class Defect:
    """One way to spoil a record: the value of a column, or, without `spoil`, its bytes."""

    kind: str
    column: str | None = None
    spoil: Spoiling | None = None

    @property
    def of_bytes(self) -> bool:
        return self.spoil is None


class Volume(NamedTuple):
    """How much is written: of long texts the least number of characters, and notes beyond the usual ones a month."""

    length: int = 0
    notes: float = 0.0


@dataclass
class Desk:
    """One life, and what is needed to write it down.

    Attributes:
        rng: draws of this person's records.
        numbers: records so far by the prefix of their key, for the whole company.
        years: calendar years of the company.
        events: keys of the job events, in the order of the life's jobs.
    """

    rng: Draws
    person: Person
    life: Life
    crew: Crew
    volume: Volume
    numbers: Counter[str]
    years: int
    events: list[str] = field(default_factory=list)

    def number(self, prefix: str) -> str:
        """The next key."""
        self.numbers[prefix] += 1
        return f"{prefix}{self.numbers[prefix]:09}"

    def leader(self, manager: int | None) -> Person:
        """The manager; the founder, who has none, leads themselves."""
        return self.person if manager is None else self.crew.person(manager)

    def cast(self, manager: int | None, on: date) -> Cast:
        leader = self.leader(manager)
        return Cast(self.person, leader, self.crew.colleague(self.rng, on) or leader)

    def text(self, themes: tuple[str, ...], manager: int | None, on: date) -> Text:
        return compose(self.rng, themes, self.cast(manager, on), self.volume.length)
