"""What an API does wrong, by the number of the request: the same numbers and seed, the same faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from pipeline.synthetic.draws import stream_of


class Fault(StrEnum):
    """One way to answer wrongly."""

    TOO_MANY = "too_many"
    """429 with `Retry-After: 1`."""
    SERVER_ERROR = "server_error"
    """500."""
    CUT = "cut"
    """The right headers, half of the body, then the connection ends."""
    TRUNCATED = "truncated"
    """Half of the body, under a Content-Length that agrees with it."""
    MALFORMED = "malformed"
    """A page whose middle record is not JSON; all else is intact."""
    ENDLESS = "endless"
    """A body that goes on until the client hangs up."""
    LOOP = "loop"
    """From this request on, the next page is always the page just served."""


Level = Literal["none", "some", "hostile"]
#: Every how many requests each fault comes, for each level. Primes, so that they seldom meet.
_PERIODS: dict[Level, dict[Fault, int]] = {
    "none": {},
    "some": {Fault.TOO_MANY: 17, Fault.SERVER_ERROR: 41, Fault.CUT: 59},
    "hostile": {Fault.TOO_MANY: 7, Fault.SERVER_ERROR: 11, Fault.CUT: 13, Fault.TRUNCATED: 19, Fault.MALFORMED: 23},
}
_MOST_TOO_MANY = 6
"""Each costs the client a second."""


@dataclass(frozen=True)
class Faults:
    """Which request meets which fault; requests for a page that were let in count from 1.

    Attributes:
        level: faults that come by themselves.
        seed: moves the numbers at which they come.
        planned: faults of chosen requests, before those of the level.
    """

    level: Level = "none"
    seed: int = 0
    planned: Mapping[int, Fault] = field(default_factory=dict)

    def of(self, request: int) -> Fault | None:
        if request in self.planned:
            return self.planned[request]
        if any(fault is Fault.LOOP and since <= request for since, fault in self.planned.items()):
            return Fault.LOOP
        for fault, period in _PERIODS[self.level].items():
            start = stream_of(self.seed, "fault", fault.value).randrange(2, period + 1)
            turn, rest = divmod(request - start, period)
            if rest == 0 and turn >= 0 and (fault is not Fault.TOO_MANY or turn < _MOST_TOO_MANY):
                return fault
        return None
