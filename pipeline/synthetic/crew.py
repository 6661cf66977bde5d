"""Who works at the same time: a window over the employees generated last, so that memory stays constant."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.synthetic.facts import Life
from pipeline.synthetic.person import Person

_WINDOW = 400
_TRIES = 30
#: Nobody is put in charge who is about to leave; a life is simulated by months, so it sees each manager's leaving.
_NOTICE = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person and the span of the employment; `left` is the day of exit, on which a successor takes over."""

    person: Person
    left: date | None
    levels: tuple[tuple[date, int], ...]

    def employed(self, on: date) -> bool:
        return self.person.hired <= on and (self.left is None or on < self.left)

    def may_lead(self, least: int, on: date) -> bool:
        """Whether this person is at work that day and for a while, at that level at least."""
        return self.employed(on) and self.employed(on + _NOTICE) and self.level(on) >= least

    def level(self, on: date) -> int:
        return next(level for since, level in reversed(self.levels) if since <= on)


class Crew:
    """The founder and the last 400 employees.

    Managers and colleagues come from lower indexes only, so a life does not depend on how many follow.
    """

    def __init__(self) -> None:
        self._window: list[Colleague] = []
        self._founder: Colleague | None = None

    def add(self, person: Person, life: Life) -> None:
        levels = tuple((event.on, event.level) for event in life.jobs)
        colleague = Colleague(person, life.exit.on if life.exit else None, levels)
        if self._founder is None:
            self._founder = colleague
        if len(self._window) < _WINDOW:
            self._window.append(colleague)
        else:
            self._window[person.index % _WINDOW] = colleague

    def manager(self, rng: random.Random, on: date, level: int, former: Colleague | None = None) -> Colleague | None:
        """Somebody of a higher level at work that day, other than the former one; else a peer; else the founder.

        None only where nobody is there yet: for the founder, who never leaves.
        """
        for least in (level + 1, level) if self._window else ():
            for _ in range(_TRIES):
                candidate = rng.choice(self._window)
                if candidate is not former and candidate.may_lead(least, on):
                    return candidate
        return self._founder

    def colleague(self, rng: random.Random, on: date) -> Person | None:
        """Somebody at work on that day, if a few tries find one."""
        for _ in range(6 if self._window else 0):
            candidate = rng.choice(self._window)
            if candidate.employed(on):
                return candidate.person
        return None

    def person(self, index: int) -> Person:
        """The founder, or somebody still in the window."""
        founder = self._founder
        return founder.person if founder and index == 0 else self._window[index % _WINDOW].person
