"""All records of a life, system by system."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from pipeline.synthetic.crew import Crew
from pipeline.synthetic.draws import stream_of
from pipeline.synthetic.facts import Life
from pipeline.synthetic.person import Person
from pipeline.synthetic.systems.hrms import hrms_records
from pipeline.synthetic.systems.leave import leave_records
from pipeline.synthetic.systems.letters import letter_records
from pipeline.synthetic.systems.lms import lms_records
from pipeline.synthetic.systems.payroll import payroll_records
from pipeline.synthetic.systems.record import Desk, Record, Volume
from pipeline.synthetic.systems.reviews import review_records

#: The HR system comes first: payroll refers to its job events.
_SYSTEMS: tuple[Callable[[Desk], Iterator[Record]], ...] = (
    hrms_records, payroll_records, lms_records, review_records, leave_records, letter_records
)  # fmt: skip


@dataclass
class Clerk:
    """Writes down lives; numbers the records of each source as they come."""

    seed: int
    years: int
    _numbers: Counter[str] = field(default_factory=Counter)

    def records(self, person: Person, life: Life, crew: Crew, volume: Volume) -> Iterator[Record]:
        """All records of one life, while its managers are still in the crew."""
        rng = stream_of(self.seed, "records", person.index)
        desk = Desk(rng, person, life, crew, volume, self._numbers, self.years)
        for system in _SYSTEMS:
            yield from system(desk)
