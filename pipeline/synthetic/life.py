"""The life of one employee, simulated month by month from the hire to the exit or the end."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from operator import itemgetter

from pipeline.synthetic.crew import Colleague, Crew
from pipeline.synthetic.draws import END, stream_of, weighted, years_between
from pipeline.synthetic.facts import EventType, Exit, JobEvent, Leave, Life, Note, Review, Training
from pipeline.synthetic.hazard import MOST_HAZARD, Signals, monthly_chance, reasons, yearly_hazard
from pipeline.synthetic.mood import Mood
from pipeline.synthetic.pay import salary
from pipeline.synthetic.person import DEPARTMENTS, Person
from pipeline.synthetic.training import chosen_course, ordered_course

_HIGHEST_LEVEL = 6
_RETIREMENT_AGE = 63
#: Hazard from which somebody thinks of leaving, in exits a year.
_RESTLESS = 0.2
#: Share, and most working days, of each kind of leave.
_LEAVES = {"annual": (0.62, 15), "sick": (0.2, 10), "family": (0.07, 30), "study": (0.04, 12), "unpaid": (0.07, 40)}

_MOST_MONTHLY = monthly_chance(MOST_HAZARD)

_Act = Callable[[date], None]
_by_day = itemgetter(0)
#: First days of all months that a company may live through; the last one is December of the last year.
_MONTHS = tuple(date(year, month, 1) for year in range(END.year - 99, END.year + 1) for month in range(1, 13))


def live(seed: int, person: Person, crew: Crew) -> Life:
    """The whole life of a person among the crew."""
    return _Employment(person, crew, stream_of(seed, "life", person.index)).run()


class _Employment:
    """The changing state of one employment. Each month an agenda is drawn, sorted by day and lived through."""

    def __init__(self, person: Person, crew: Crew, rng: random.Random) -> None:
        self.person, self.crew, self.rng, self.mood = person, crew, rng, Mood(rng)
        self.level, self.department = person.level, person.department
        self.promoted = self.managed = person.hired
        self.manager: Colleague | None = None
        self.jobs: list[JobEvent] = []
        self.reviews: list[Review] = []
        self.notes: list[Note] = []
        self.leaves: list[Leave] = []
        self.trainings: list[Training] = []
        self.moves: list[date] = []
        self.exit: Exit | None = None

    def run(self) -> Life:
        day = self.person.hired
        self.manager = self.crew.manager(self.rng, day, self.level)
        self._record("hire", day)
        for first in _MONTHS[12 * (day.year - END.year - 1) + day.month - 1 :]:
            self.mood.drift_month()
            agenda = self._agenda(first)
            agenda.sort(key=_by_day)
            for day, act in agenda:
                if self.exit is None and self.person.hired < day <= END:
                    act(day)
            if self.exit:
                break
        last = self.exit.on if self.exit else END
        leaves = tuple(leave for leave in self.leaves if leave.end <= last)
        return Life(
            tuple(self.jobs),
            tuple(self.reviews),
            tuple(self.notes),
            leaves,
            tuple(self.trainings),
            tuple(self.moves),
            self.exit,
        )

    def _agenda(self, first: date) -> list[tuple[date, _Act]]:
        """What is to happen in the month. A manager's leaving comes first: sorting keeps the order of equal days."""
        agenda: list[tuple[date, _Act]] = []
        left = self.manager.left if self.manager else None
        if left and left.month == first.month and left.year == first.year:
            agenda.append((left, self._succeed))
        chance = self.rng.random
        for likely, act, last_day in self._likely(first.month, first):
            if chance() < likely:
                agenda.append((first.replace(day=self.rng.randint(1, last_day)), act))
        # Signals are gathered only where the draw leaves any chance of an exit.
        mark = chance()
        if self.manager and mark < _MOST_MONTHLY and mark < self._exit_chance(first):
            agenda.append((first.replace(day=self.rng.randint(1, 28)), self._leave))
        return agenda

    def _likely(self, month: int, first: date) -> list[tuple[float, _Act, int]]:
        """How likely each event is this month, and the last day that it may fall on."""
        stress, managed = self.mood.stress, self.manager is not None
        likely: list[tuple[float, _Act, int]] = [
            (0.006, self._transfer, 28),
            (0.31, self._take_leave, 28),
            (0.009, self.moves.append, 28),
            (0.1 if stress < 0 else 0.1 / (1 + stress), self._train, 28),
        ]
        if managed:
            likely.append((0.011, self._change_manager, 28))
            likely.append((0.105 + 0.04 * max(stress, 0), self._note, 28))
        if month in (1, 7):
            likely.append((self._promotion_chance(first), self._promote, 10))
        elif month == 4:
            likely.append((1.0, self._raise, 5))
        elif month == 9:
            likely.append((0.8, self._train_as_told, 25))
        elif month == 12:
            likely.append((1.0, self._review, 18))
        return likely

    def _record(self, kind: EventType, on: date) -> None:
        pay = salary(self.person.country, self.level, on.year, self.mood.standing)
        manager = self.manager.person.index if self.manager else None
        self.jobs.append(JobEvent(kind, on, self.department, self.level, pay, manager))

    def _succeed(self, on: date) -> None:
        if self.manager and self.manager.left == on:
            self._change_manager(on)

    def _change_manager(self, on: date) -> None:
        successor = self.crew.manager(self.rng, on, self.level, self.manager)
        if successor is not self.manager:
            self.manager, self.managed = successor, on
            self._record("manager_change", on)

    def _raise(self, on: date) -> None:
        self.mood.raise_pay()
        self._record("pay_change", on)

    def _promotion_chance(self, on: date) -> float:
        if self.level >= _HIGHEST_LEVEL or years_between(self.promoted, on) < 1:
            return 0.0
        return min(0.16 * (1 - self.level / 8) * 2 ** min(self.mood.performance, 2), 0.6)

    def _promote(self, on: date) -> None:
        self.level += 1
        self.promoted = on
        self.mood.promote()
        self._record("promotion", on)

    def _transfer(self, on: date) -> None:
        self.department = weighted(self.rng, {**DEPARTMENTS, self.department: 0.0})
        self._record("transfer", on)

    def _review(self, on: date) -> None:
        """A yearly review; the founder is reviewed by nobody, and whoever has just begun not yet."""
        if self.manager and years_between(self.person.hired, on) > 0.25:
            themes = self.mood.themes(years_between(self.promoted, on))
            rating = self.mood.rate()
            tone = "praise" if rating >= 4 else "weak" if rating <= 2.5 else "steady"
            reviewer = self.manager.person.index
            self.reviews.append(Review(on, reviewer, rating, self.mood.goals(), (tone, *themes)))
        self.mood.drift_year()

    def _note(self, on: date) -> None:
        if not self.manager:
            return
        waited, stress = years_between(self.promoted, on), self.mood.stress
        workload, career = 0.04 + 0.5 * max(stress, 0), 0.1 + 0.06 * min(waited, 4)
        topics = {"performance": 0.35, "workload": workload, "career": career, "conduct": 0.05, "wellbeing": 0.12}
        topic = weighted(self.rng, topics)
        main = {
            "performance": self.mood.performance_theme(),
            "workload": "workload" if stress > 0 else "calm",
            "career": "stuck" if waited > 2 else "growing",
        }.get(topic, topic)
        if years_between(self.managed, on) < 0.5 and self.rng.random() < 0.4:
            themes = (main, "manager")
        else:
            themes = (main, self.rng.choice(self.mood.themes(waited)))
        self.notes.append(Note(on, self.manager.person.index, topic, themes))

    def _take_leave(self, on: date) -> None:
        weights = {kind: share for kind, (share, _) in _LEAVES.items()}
        weights["unpaid"] *= 1 + max(self.mood.stress, 0)
        kind = weighted(self.rng, weights)
        days = self.rng.randint(1, _LEAVES[kind][1] * 2) / 2
        if self.leaves and on <= self.leaves[-1].end:
            return
        self.leaves.append(Leave(on, on + timedelta(days=int((days - 0.5) * 1.4)), kind, days))

    def _train(self, on: date) -> None:
        """A course of one's own choice; whoever thinks of leaving prepares to lead elsewhere."""
        restless = yearly_hazard(self._signals(on)) > _RESTLESS
        self.trainings.append(chosen_course(self.rng, on, self.mood.performance, restless))

    def _train_as_told(self, on: date) -> None:
        self.trainings.append(ordered_course(self.rng, on, self.mood.performance))

    def _signals(self, on: date) -> Signals:
        year_ago = on - timedelta(days=365)
        return Signals(
            tenure=years_between(self.person.hired, on),
            level=self.level,
            ratings=tuple(review.rating for review in self.reviews[-3:]),
            since_promotion=years_between(self.promoted, on),
            pay_score=self.mood.pay_score,
            with_manager=years_between(self.managed, on),
            workload_notes=sum(note.on >= year_ago and note.topic == "workload" for note in self.notes[-6:]),
            unpaid_leaves=sum(leave.on >= year_ago and leave.kind == "unpaid" for leave in self.leaves[-6:]),
            trainings=sum(course.on >= year_ago and not course.mandatory for course in self.trainings[-6:]),
        )

    def _exit_chance(self, first: date) -> float:
        if years_between(self.person.born, first) >= _RETIREMENT_AGE:
            return 0.12
        return monthly_chance(yearly_hazard(self._signals(first)))

    def _leave(self, on: date) -> None:
        if years_between(self.person.born, on) >= _RETIREMENT_AGE:
            self.exit = Exit(on, "retirement", "retirement", ("retirement",))
            return
        reason = weighted(self.rng, reasons(self._signals(on)))
        dismissed = self.rng.random() < {"performance": 0.55, "other": 0.3}.get(reason, 0.02)
        theme = {"performance": "weak", "career": "stuck", "other": "steady"}.get(reason, reason)
        self.exit = Exit(on, "involuntary" if dismissed else "voluntary", reason, (theme,))
