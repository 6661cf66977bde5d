"""The life of one employee, simulated month by month from the hire to the exit or the end."""

from collections.abc import Callable
from datetime import date
from operator import itemgetter

from pipeline.synthetic.crew import Crew
from pipeline.synthetic.draws import END, stream_of, years_between
from pipeline.synthetic.employment import RETIREMENT_AGE, Employment
from pipeline.synthetic.facts import Life
from pipeline.synthetic.hazard import MOST_HAZARD, monthly_chance, yearly_hazard
from pipeline.synthetic.person import Person

_HIGHEST_LEVEL = 6
_MOST_MONTHLY = monthly_chance(MOST_HAZARD)

_Act = Callable[[date], None]
_by_day = itemgetter(0)
#: First days of all months that a company may live through; the last one is December of the last year.
_MONTHS = tuple(date(year, month, 1) for year in range(END.year - 99, END.year + 1) for month in range(1, 13))


def live(seed: int, person: Person, crew: Crew) -> Life:
    """The whole life of a person among the crew. Each month an agenda is drawn, sorted by day and lived through."""
    work = Employment(person, crew, stream_of(seed, "life", person.index))
    work.begin()
    for first in _MONTHS[12 * (person.hired.year - END.year - 1) + person.hired.month - 1 :]:
        work.mood.drift_month()
        agenda = _agenda(work, first)
        agenda.sort(key=_by_day)
        for day, act in agenda:
            if work.exit is None and person.hired < day <= END:
                act(day)
        if work.exit:
            break
    return work.life()


def _agenda(work: Employment, first: date) -> list[tuple[date, _Act]]:
    """What is to happen in the month. A manager's leaving comes first: sorting keeps the order of equal days."""
    agenda: list[tuple[date, _Act]] = []
    left = work.manager.left if work.manager else None
    if left and left.month == first.month and left.year == first.year:
        agenda.append((left, work.succeed))
    chance = work.rng.random
    for likely, act, last_day in _likely(work, first):
        if chance() < likely:
            agenda.append((first.replace(day=work.rng.randint(1, last_day)), act))
    # Signals are gathered only where the draw leaves any chance of an exit.
    mark = chance()
    if work.manager and mark < _MOST_MONTHLY and mark < _exit_chance(work, first):
        agenda.append((first.replace(day=work.rng.randint(1, 28)), work.leave))
    return agenda


def _likely(work: Employment, first: date) -> list[tuple[float, _Act, int]]:
    """How likely each event is this month, and the last day that it may fall on."""
    month, stress = first.month, work.mood.stress
    likely: list[tuple[float, _Act, int]] = [
        (0.006, work.transfer, 28),
        (0.31, work.take_leave, 28),
        (0.009, work.moves.append, 28),
        (0.1 if stress < 0 else 0.1 / (1 + stress), work.train, 28),
    ]
    if work.manager:
        likely.append((0.011, work.change_manager, 28))
        likely.append((0.105 + 0.04 * max(stress, 0), work.note, 28))
    if month in (1, 7):
        likely.append((_promotion_chance(work, first), work.promote, 10))
    elif month == 4:
        likely.append((1.0, work.raise_pay, 5))
    elif month == 9:
        likely.append((0.8, work.train_as_told, 25))
    elif month == 12:
        likely.append((1.0, work.review, 18))
    return likely


def _promotion_chance(work: Employment, on: date) -> float:
    if work.level >= _HIGHEST_LEVEL or years_between(work.promoted, on) < 1:
        return 0.0
    return min(0.16 * (1 - work.level / 8) * 2 ** min(work.mood.performance, 2), 0.6)


def _exit_chance(work: Employment, first: date) -> float:
    if years_between(work.person.born, first) >= RETIREMENT_AGE:
        return 0.12
    return monthly_chance(yearly_hazard(work.signals(first)))
