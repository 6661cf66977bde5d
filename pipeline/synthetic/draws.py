"""Randomness and time that depend on the seed alone: no wall clock, no order of hashing, no global state."""

import hashlib
import math
import random
from datetime import date, timedelta

#: The last day of every company; nothing is written later.
END = date(2025, 12, 31)


def stream_of(seed: int, *name: object) -> random.Random:
    """A generator of random numbers of its own for each name, so that no draw elsewhere can move its numbers."""
    label = "/".join(str(part) for part in (seed, *name))
    return random.Random(hashlib.sha256(label.encode()).digest())  # noqa: S311 - a simulation, not a secret


def first_day(years: int) -> date:
    """The first day of a company that has lived `years` calendar years."""
    return date(END.year - years + 1, 1, 1)


def working_day(day: date) -> date:
    """The day itself, or the Monday after it; never later than the end."""
    return min(day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()]), END)


def years_between(earlier: date, later: date) -> float:
    return (later - earlier).days / 365.25


def knowledge_time(on: date, rng: random.Random, most_days: int = 6) -> str:
    """When a fact of day `on` was recorded: usually within two days, never after the end. UTC, ISO 8601."""
    lag = min(int(-math.log(1 - rng.random()) * 1.5), most_days)
    second = rng.randrange(6 * 3600, 19 * 3600)
    clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return f"{min(on + timedelta(days=lag), END).isoformat()}T{clock}Z"


def weighted(rng: random.Random, weights: dict[str, float]) -> str:
    """One of the keys, as often as its weight says."""
    mark = rng.random() * sum(weights.values())
    for name, weight in weights.items():
        mark -= weight
        if mark < 0:
            return name
    return name
