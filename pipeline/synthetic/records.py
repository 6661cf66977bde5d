"""The records that the company's systems keep of a life; shapes of the two HR systems, HRMS and legacy."""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from pipeline.synthetic import identifiers
from pipeline.synthetic.cast import Cast
from pipeline.synthetic.crew import Crew
from pipeline.synthetic.draws import knowledge_time, stream_of
from pipeline.synthetic.facts import Exit, JobEvent, Leave, Life, Note, Review
from pipeline.synthetic.names import people_of
from pipeline.synthetic.pay import MARKETS
from pipeline.synthetic.person import Person, employee_id
from pipeline.synthetic.text import Span, Text, compose

#: Columns of the CSV dumps, in the order of their header.
CSV_COLUMNS = {
    "legacy_reviews": (
        "review_id", "employee_id", "review_date", "reviewer_id", "rating", "goals_met_pct", "comment", "recorded_at"
    ),
    "legacy_leave": (
        "leave_id", "work_email", "leave_type", "start_date", "end_date", "days", "paid", "recorded_at"
    ),
}  # fmt: skip
TEXT_COLUMN = {"hrms_manager_notes": "note", "hrms_exits": "comment", "legacy_reviews": "comment"}

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Record:
    """One record before it is written: `year` names the file, `key` is the primary key's value."""

    source: str
    key: str
    year: int
    fields: dict[str, Value]
    spans: tuple[Span, ...] = ()


@dataclass
class Clerk:
    """Writes down lives; numbers the records of each source as they come."""

    seed: int
    _numbers: Counter[str] = field(default_factory=Counter)

    def records(self, person: Person, life: Life, crew: Crew) -> Iterator[Record]:
        """All records of one life, while its managers are still in the crew."""
        rng = stream_of(self.seed, "records", person.index)
        yield from _versions(rng, person, life.moves)
        for job in life.jobs:
            yield self._job(rng, person, job)
        for review in life.reviews:
            text = compose(rng, review.themes, _cast(rng, person, crew, review.reviewer, review.on))
            yield self._review(rng, person, review, text)
        for note in life.notes:
            text = compose(rng, note.themes, _cast(rng, person, crew, note.author, note.on))
            yield self._note(rng, person, note, text)
        for leave in life.leaves:
            yield self._leave(rng, person, leave)
        if life.exit:
            manager = life.jobs[-1].manager or 0
            text = compose(rng, life.exit.themes, _cast(rng, person, crew, manager, life.exit.on))
            yield self._exit(rng, person, life.exit, text)

    def _number(self, prefix: str) -> str:
        self._numbers[prefix] += 1
        return f"{prefix}{self._numbers[prefix]:09}"

    def _job(self, rng: random.Random, person: Person, job: JobEvent) -> Record:
        fields: dict[str, Value] = {
            "event_id": self._number("J"),
            "employee_id": person.employee_id,
            "event_type": job.kind,
            "effective_date": job.on.isoformat(),
            "department": job.department,
            "job_level": job.level,
            "salary": job.salary,
            "currency": MARKETS[person.country].currency,
            "manager_id": None if job.manager is None else employee_id(job.manager),
            "updated_at": knowledge_time(job.on, rng),
        }
        return _api_record("hrms_job_events", "event_id", fields)

    def _note(self, rng: random.Random, person: Person, note: Note, text: Text) -> Record:
        fields: dict[str, Value] = {
            "note_id": self._number("N"),
            "employee_id": person.employee_id,
            "author_id": employee_id(note.author),
            "noted_on": note.on.isoformat(),
            "topic": note.topic,
            "note": text.value,
            "updated_at": knowledge_time(note.on, rng),
        }
        return _api_record("hrms_manager_notes", "note_id", fields, text.spans)

    def _exit(self, rng: random.Random, person: Person, leaving: Exit, text: Text) -> Record:
        """An exit; three in ten people had nothing to say."""
        silent = rng.random() < 0.3
        fields: dict[str, Value] = {
            "exit_id": self._number("X"),
            "employee_id": person.employee_id,
            "exit_date": leaving.on.isoformat(),
            "exit_type": leaving.kind,
            "reason": leaving.reason,
            "comment": None if silent else text.value,
            "updated_at": knowledge_time(leaving.on, rng),
        }
        return _api_record("hrms_exits", "exit_id", fields, () if silent else text.spans)

    def _review(self, rng: random.Random, person: Person, review: Review, text: Text) -> Record:
        silent = rng.random() < 0.04
        values = (
            self._number("R"),
            person.employee_id,
            review.on.isoformat(),
            employee_id(review.reviewer),
            review.rating,
            review.goals,
            None if silent else text.value,
            knowledge_time(review.on, rng),
        )
        return _csv_record("legacy_reviews", review.on, values, () if silent else text.spans)

    def _leave(self, rng: random.Random, person: Person, leave: Leave) -> Record:
        """Days off, filed under the work e-mail, which people typed as they liked."""
        email = rng.choice((person.email,) * 4 + (person.email.upper(), person.email.capitalize()))
        paid, recorded_at = leave.kind != "unpaid", knowledge_time(leave.on, rng)
        days = (leave.on.isoformat(), leave.end.isoformat(), leave.days)
        return _csv_record("legacy_leave", leave.on, (self._number("L"), email, leave.kind, *days, paid, recorded_at))


def _cast(rng: random.Random, person: Person, crew: Crew, manager: int, on: date) -> Cast:
    leader = crew.person(manager)
    return Cast(person, leader, crew.colleague(rng, on) or leader)


def _api_record(source: str, key: str, fields: dict[str, Value], spans: tuple[Span, ...] = ()) -> Record:
    return Record(source, str(fields[key]), int(str(fields["updated_at"])[:4]), fields, spans)


def _csv_record(source: str, on: date, values: tuple[Value, ...], spans: tuple[Span, ...] = ()) -> Record:
    return Record(source, str(values[0]), on.year, dict(zip(CSV_COLUMNS[source], values, strict=True)), spans)


def _versions(rng: random.Random, person: Person, moves: tuple[date, ...]) -> Iterator[Record]:
    """The employee as known at the hire, and again after each move, with ever later knowledge times."""
    fields: dict[str, Value] = {
        "employee_id": person.employee_id,
        "given_name": person.given.written,
        "family_name": person.family.written,
        "work_email": person.email,
        "phone": person.phone,
        "national_id": person.national_id,
        "date_of_birth": person.born.isoformat(),
        "gender": person.gender,
        "address": person.address,
        "country": person.country,
        "education": person.education,
        "hire_source": person.hire_source,
        "disability_status": person.disability,
        "hire_date": person.hired.isoformat(),
        "updated_at": knowledge_time(person.hired, rng, most_days=1),
    }
    yield _api_record("hrms_employees", "employee_id", fields)
    for day in moves:
        known = knowledge_time(day, rng)
        if known > str(fields["updated_at"]):
            address = people_of(person.country).draw_address(rng)
            phone = identifiers.phone(rng, person.country)
            fields = {**fields, "phone": phone, "address": address, "updated_at": known}
            yield _api_record("hrms_employees", "employee_id", fields)
