"""The HR system: employees with their versions, job events, managers' notes, exits; JSON of its API."""

from collections.abc import Iterator
from datetime import timedelta

import orjson

from pipeline.synthetic import identifiers
from pipeline.synthetic.draws import END, knowledge_time
from pipeline.synthetic.facts import Exit, JobEvent, Note
from pipeline.synthetic.names import people_of
from pipeline.synthetic.pay import MARKETS
from pipeline.synthetic.person import employee_id
from pipeline.synthetic.systems.record import Defect, Desk, Record, Value
from pipeline.synthetic.text import Span

_MONTH = timedelta(days=30.4375)
#: Notes beyond the usual ones never speak of workload, by which a model would otherwise see how much was asked for.
_MORE_TOPICS = ("performance", "career", "wellbeing")


def hrms_records(desk: Desk) -> Iterator[Record]:
    """All that the HR system knows of the life."""
    yield from _versions(desk)
    for job in desk.life.jobs:
        yield _job(desk, job)
    for note in desk.life.notes:
        yield _note(desk, note)
    if desk.volume.notes:
        for note in _more_notes(desk):
            yield _note(desk, note)
    if desk.life.exit:
        yield _exit(desk, desk.life.exit)


def _record(source: str, key: str, fields: dict[str, Value], spans: tuple[Span, ...] = ()) -> Record:
    return Record(source, str(fields[key]), int(str(fields["updated_at"])[:4]), fields, spans)


def _versions(desk: Desk) -> Iterator[Record]:
    """The employee as known at the hire, and again after each move, with ever later knowledge times."""
    person, rng = desk.person, desk.rng
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
    yield _record("hrms_employees", "employee_id", fields)
    for day in desk.life.moves:
        known = knowledge_time(day, rng)
        if known > str(fields["updated_at"]):
            address = people_of(person.country).draw_address(rng)
            phone = identifiers.phone(rng, person.country)
            fields = {**fields, "phone": phone, "address": address, "updated_at": known}
            yield _record("hrms_employees", "employee_id", fields)


def _job(desk: Desk, job: JobEvent) -> Record:
    key = desk.number("J")
    desk.events.append(key)
    fields: dict[str, Value] = {
        "event_id": key,
        "employee_id": desk.person.employee_id,
        "event_type": job.kind,
        "effective_date": job.on.isoformat(),
        "department": job.department,
        "job_level": job.level,
        "salary": job.salary,
        "currency": MARKETS[desk.person.country].currency,
        "manager_id": None if job.manager is None else employee_id(job.manager),
        "updated_at": knowledge_time(job.on, desk.rng),
    }
    return _record("hrms_job_events", "event_id", fields)


def _more_notes(desk: Desk) -> Iterator[Note]:
    """Notes beyond those that the life holds: so many a month, at any of its days."""
    life, rng = desk.life, desk.rng
    last = life.exit.on if life.exit else END
    month = desk.person.hired
    while month < last:
        for _ in range(int(desk.volume.notes + rng.random())):
            on = month + timedelta(days=rng.randint(0, min(29, (last - month).days - 1)))
            author = life.manager_on(on)
            if author is not None:
                topic = rng.choice(_MORE_TOPICS)
                yield Note(on, author, topic, ("growing" if topic == "career" else "steady", "calm"))
        month += _MONTH


def _note(desk: Desk, note: Note) -> Record:
    text = desk.text(note.themes, note.author, note.on)
    fields: dict[str, Value] = {
        "note_id": desk.number("N"),
        "employee_id": desk.person.employee_id,
        "author_id": employee_id(note.author),
        "noted_on": note.on.isoformat(),
        "topic": note.topic,
        "note": text.value,
        "updated_at": knowledge_time(note.on, desk.rng),
    }
    return _record("hrms_manager_notes", "note_id", fields, text.spans)


def _exit(desk: Desk, leaving: Exit) -> Record:
    """An exit; three in ten people had nothing to say."""
    text = desk.text(leaving.themes, desk.life.jobs[-1].manager, leaving.on)
    silent = desk.rng.random() < 0.3
    fields: dict[str, Value] = {
        "exit_id": desk.number("X"),
        "employee_id": desk.person.employee_id,
        "exit_date": leaving.on.isoformat(),
        "exit_type": leaving.kind,
        "reason": leaving.reason,
        "comment": None if silent else text.value,
        "updated_at": knowledge_time(leaving.on, desk.rng),
    }
    return _record("hrms_exits", "exit_id", fields, () if silent else text.spans)


def hrms_json(record: Record, _: Defect | None) -> bytes:
    """The line of the record in the API's store: its keys are the columns."""
    return orjson.dumps(record.fields, option=orjson.OPT_APPEND_NEWLINE)
