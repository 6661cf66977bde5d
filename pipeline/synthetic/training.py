"""Courses that employees take: those that everybody has to, and those that they choose."""

import random
from datetime import date

from pipeline.synthetic.draws import weighted
from pipeline.synthetic.facts import Training

#: Category -> the prefix of its course codes, how many courses it has, and their longest duration in half days.
_CATEGORIES = {
    "compliance": ("CMP", 6, 1), "safety": ("SAF", 5, 2), "technical": ("TEC", 24, 10),
    "leadership": ("LED", 8, 8), "language": ("LNG", 9, 20),
}  # fmt: skip
_ORDERED = {"compliance": 0.6, "safety": 0.4}
_CHOSEN = {"technical": 0.62, "leadership": 0.14, "language": 0.24}
_RESTLESS = {"technical": 0.45, "leadership": 0.36, "language": 0.19}
_HALF_DAY = 3.5


def ordered_course(rng: random.Random, on: date, performance: float) -> Training:
    """The yearly course on rules or on safety."""
    return _course(rng, on, weighted(rng, _ORDERED), performance, mandatory=True)


def chosen_course(rng: random.Random, on: date, performance: float, restless: bool) -> Training:
    """A course that somebody asked for; the restless ask for more leadership."""
    return _course(rng, on, weighted(rng, _RESTLESS if restless else _CHOSEN), performance, mandatory=False)


def _course(rng: random.Random, on: date, category: str, performance: float, *, mandatory: bool) -> Training:
    prefix, courses, longest = _CATEGORIES[category]
    tested = rng.random() < 0.7
    score = min(max(round(78 + 7 * performance + rng.gauss(0, 9)), 0), 100) if tested else None
    code = f"{prefix}-{rng.randint(101, 100 + courses)}"
    return Training(on, category, code, mandatory, _HALF_DAY * rng.randint(1, longest), score)
