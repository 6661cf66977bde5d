"""What happens to an employee, as plain frozen values. A theme is what a text about the fact will speak of."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

EventType = Literal["hire", "promotion", "transfer", "pay_change", "manager_change"]


@dataclass(frozen=True, slots=True)
class JobEvent:
    """A change of the job, with the full state after it; `manager` is an index."""

    kind: EventType
    on: date
    department: str
    level: int
    salary: int
    manager: int | None


@dataclass(frozen=True, slots=True)
class Review:
    """A yearly review; `rating` 1 to 5 by halves, `goals` in percent."""

    on: date
    reviewer: int
    rating: float
    goals: int | None
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What a manager wrote down."""

    on: date
    author: int
    topic: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Training:
    """A course that was finished; `score` of 0 to 100 where there was a test."""

    on: date
    category: str
    course: str
    mandatory: bool
    hours: float
    score: int | None


@dataclass(frozen=True, slots=True)
class Leave:
    """Days off; `days` are working days, `end` is the last one."""

    on: date
    end: date
    kind: str
    days: float


@dataclass(frozen=True, slots=True)
class Exit:
    """The last day of work."""

    on: date
    kind: str
    reason: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """One employment from hire to exit, or to the end of the company's years; each tuple in the order of time."""

    jobs: tuple[JobEvent, ...]
    reviews: tuple[Review, ...]
    notes: tuple[Note, ...]
    leaves: tuple[Leave, ...]
    trainings: tuple[Training, ...]
    moves: tuple[date, ...]
    """Days on which phone and address changed."""
    exit: Exit | None

    def manager_on(self, day: date) -> int | None:
        """Who leads this person that day; none leads the founder."""
        manager = None
        for job in self.jobs:
            if job.on > day:
                break
            manager = job.manager
        return manager
