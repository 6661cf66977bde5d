"""The state of one employment, and what can happen to somebody."""

import random
from datetime import date, timedelta

from pipeline.synthetic.crew import Colleague, Crew
from pipeline.synthetic.draws import END, weighted, years_between
from pipeline.synthetic.facts import EventType, Exit, JobEvent, Leave, Life, Note, Review, Training
from pipeline.synthetic.hazard import Signals, reasons, yearly_hazard
from pipeline.synthetic.mood import Mood
from pipeline.synthetic.pay import salary
from pipeline.synthetic.person import DEPARTMENTS, Person
from pipeline.synthetic.training import chosen_course, ordered_course

RETIREMENT_AGE = 63
#: Hazard from which somebody thinks of leaving, in exits a year.
_RESTLESS = 0.2
#: Share, and most working days, of each kind of leave.
_LEAVES = {"annual": (0.62, 15), "sick": (0.2, 10), "family": (0.07, 30), "study": (0.04, 12), "unpaid": (0.07, 40)}


class Employment:
    """What changes in one employment; each act happens on a day, and is told of in the facts of `life`."""

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

    def begin(self) -> None:
        """The hire, with a first manager."""
        self.manager = self.crew.manager(self.rng, self.person.hired, self.level)
        self._record("hire", self.person.hired)

    def life(self) -> Life:
        """The facts so far; leave that would outlast them was never taken."""
        last = self.exit.on if self.exit else END
        return Life(
            tuple(self.jobs),
            tuple(self.reviews),
            tuple(self.notes),
            tuple(leave for leave in self.leaves if leave.end <= last),
            tuple(self.trainings),
            tuple(self.moves),
            self.exit,
        )

    def succeed(self, on: date) -> None:
        """The manager has left: another one follows."""
        if self.manager and self.manager.left == on:
            self.change_manager(on)

    def change_manager(self, on: date) -> None:
        """Another manager, if there is one."""
        successor = self.crew.manager(self.rng, on, self.level, self.manager)
        if successor is not self.manager:
            self.manager, self.managed = successor, on
            self._record("manager_change", on)

    def raise_pay(self, on: date) -> None:
        """The yearly raise."""
        self.mood.raise_pay()
        self._record("pay_change", on)

    def promote(self, on: date) -> None:
        """One level up."""
        self.level += 1
        self.promoted = on
        self.mood.promote()
        self._record("promotion", on)

    def transfer(self, on: date) -> None:
        """Another department."""
        self.department = weighted(self.rng, {**DEPARTMENTS, self.department: 0.0})
        self._record("transfer", on)

    def review(self, on: date) -> None:
        """A yearly review; the founder is reviewed by nobody, and whoever has just begun not yet."""
        if self.manager and years_between(self.person.hired, on) > 0.25:
            themes = self.mood.themes(years_between(self.promoted, on))
            rating = self.mood.rate()
            tone = "praise" if rating >= 4 else "weak" if rating <= 2.5 else "steady"
            reviewer = self.manager.person.index
            self.reviews.append(Review(on, reviewer, rating, self.mood.goals(), (tone, *themes)))
        self.mood.drift_year()

    def note(self, on: date) -> None:
        """A manager's note, about what weighs on somebody or on the work."""
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

    def take_leave(self, on: date) -> None:
        """Leave of some kind, unless the last one still lasts."""
        weights = {kind: share for kind, (share, _) in _LEAVES.items()}
        weights["unpaid"] *= 1 + max(self.mood.stress, 0)
        kind = weighted(self.rng, weights)
        days = self.rng.randint(1, _LEAVES[kind][1] * 2) / 2
        if self.leaves and on <= self.leaves[-1].end:
            return
        self.leaves.append(Leave(on, on + timedelta(days=int((days - 0.5) * 1.4)), kind, days))

    def train(self, on: date) -> None:
        """A course of one's own choice; whoever thinks of leaving prepares to lead elsewhere."""
        restless = yearly_hazard(self.signals(on)) > _RESTLESS
        self.trainings.append(chosen_course(self.rng, on, self.mood.performance, restless))

    def train_as_told(self, on: date) -> None:
        """A course that everybody has to take."""
        self.trainings.append(ordered_course(self.rng, on, self.mood.performance))

    def signals(self, on: date) -> Signals:
        """What speaks for leaving, as it was recorded until then."""
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

    def leave(self, on: date) -> None:
        """Retirement, or an exit for a reason: the heavier it weighs, the likelier."""
        if years_between(self.person.born, on) >= RETIREMENT_AGE:
            self.exit = Exit(on, "retirement", "retirement", ("retirement",))
            return
        reason = weighted(self.rng, reasons(self.signals(on)))
        dismissed = self.rng.random() < {"performance": 0.55, "other": 0.3}.get(reason, 0.02)
        theme = {"performance": "weak", "career": "stuck", "other": "steady"}.get(reason, reason)
        self.exit = Exit(on, "involuntary" if dismissed else "voluntary", reason, (theme,))

    def _record(self, kind: EventType, on: date) -> None:
        pay = salary(self.person.country, self.level, on.year, self.mood.standing)
        manager = self.manager.person.index if self.manager else None
        self.jobs.append(JobEvent(kind, on, self.department, self.level, pay, manager))
