"""Randomness and time that depend on the seed alone: no wall clock, no order of hashing, no global state."""

import hashlib
import math
import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from _typeshed import SupportsLenAndGetItem

#: The last day of every company; nothing is written later.
END = date(2025, 12, 31)

_Item = TypeVar("_Item")
#: Facts are recorded within working hours, after a lag that falls off exponentially; written out once.
_MINUTES = tuple(f"T{minute // 60:02}:{minute % 60:02}:" for minute in range(6 * 60, 19 * 60))
_SECONDS = tuple(f"{second:02}Z" for second in range(60))
_LAGS = tuple(int(-math.log(1 - share / 1000) * 1.5) for share in range(1000))
_DAYS = tuple(timedelta(days=days) for days in range(max(_LAGS) + 1))


class Draws(random.Random):
    """Draws by one multiplication each, where the standard library asks for exactly equal shares.

    The shares differ by less than one in 10^12, which no list here is long enough to show.
    """

    def choice(self, seq: "SupportsLenAndGetItem[_Item]") -> _Item:
        return seq[int(self.random() * len(seq))]

    def randint(self, a: int, b: int) -> int:
        return a + int(self.random() * (b - a + 1))


def stream_of(seed: int, *name: object) -> Draws:
    """A generator of random numbers of its own for each name, so that no draw elsewhere can move its numbers."""
    label = "/".join(map(str, (seed, *name)))
    return Draws(int.from_bytes(hashlib.sha256(label.encode()).digest()[:16]))


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
    lag = _LAGS[int(rng.random() * 1000)]
    if lag:
        on = min(on + _DAYS[min(lag, most_days)], END)
    second = int(rng.random() * 46_800)
    return on.isoformat() + _MINUTES[second // 60] + _SECONDS[second % 60]


def weighted(rng: random.Random, weights: Mapping[str, float]) -> str:
    """One of the keys, as often as its weight says."""
    mark = rng.random() * sum(weights.values())
    for name, weight in weights.items():
        mark -= weight
        if mark < 0:
            return name
    return name
