"""The learning system: a table of trainings, as rows in PostgreSQL's COPY text format."""

import random
from collections.abc import Iterator

from pipeline.synthetic.draws import knowledge_time
from pipeline.synthetic.facts import Training
from pipeline.synthetic.person import Person
from pipeline.synthetic.systems.record import Defect, Desk, Record, Value

TABLE = "trainings"
SCHEMA = """\
CREATE TABLE trainings (
    training_id bigint PRIMARY KEY,
    learner_email text,
    learner_name text,
    course_code text,
    category text,
    mandatory boolean,
    hours numeric(5,1),
    score integer,
    completed_on date,
    feedback text,
    updated_at timestamptz
);
"""
_MISSPELT = 0.006
_SILENT = 0.85
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def lms_records(desk: Desk) -> Iterator[Record]:
    """All courses; rarely one under a misspelt name, which was entered anew, rightly, before the first was removed."""
    for training in desk.life.trainings:
        if desk.rng.random() < _MISSPELT:
            yield from _misspelt(desk, training)
        else:
            yield _training(desk, training, _typed(desk.rng, desk.person), knowledge_time(training.on, desk.rng))


def _training(desk: Desk, training: Training, name: str, updated_at: str) -> Record:
    rng, person = desk.rng, desk.person
    desk.numbers["T"] += 1
    number = desk.numbers["T"]
    silent = rng.random() < _SILENT
    text = None if silent else desk.text(("course",), desk.life.manager_on(training.on), training.on)
    fields: dict[str, Value] = {
        "training_id": number,
        "work_email": typed_email(rng, person),
        "learner_name": name,
        "course_code": training.course,
        "category": training.category,
        "mandatory": training.mandatory,
        "hours": training.hours,
        "score": training.score,
        "completed_on": training.on.isoformat(),
        "feedback": text.value if text else None,
        "updated_at": updated_at,
    }
    return Record("lms_trainings", str(number), training.on.year, fields, text.spans if text else ())


def _misspelt(desk: Desk, training: Training) -> Iterator[Record]:
    """The same course twice: first with letters of the name swapped, then, known later, as it should be."""
    name = desk.person.full_name if desk.person.full_name.isascii() else _latin(desk.person)
    wrong = _swapped(desk.rng, name)
    first, second = sorted(knowledge_time(training.on, desk.rng) for _ in range(2))
    one = _training(desk, training, wrong, first)
    if wrong == name or first == second:
        yield one
        return
    again = str(desk.numbers["T"] + 1)
    row = {
        "source": one.source,
        "record_key": one.key,
        "corrected_by": again,
        "column": "learner_name",
        "employee_id": desk.person.employee_id,
    }
    yield one._replace(planted=(("misspelt", row),))
    fields = {**one.fields, "training_id": int(again), "learner_name": name, "updated_at": second}
    desk.numbers["T"] += 1
    yield one._replace(key=again, fields=fields)


def typed_email(rng: random.Random, person: Person) -> str:
    """The work e-mail, which people type as they like."""
    email = person.email
    mark = rng.random()
    return email if mark < 2 / 3 else email.upper() if mark < 5 / 6 else email.capitalize()


def _typed(rng: random.Random, person: Person) -> str:
    """The name as the learner may have typed it."""
    mark = rng.random()
    if mark < 0.8:
        return person.full_name
    if mark < 0.88:
        return f"{person.family.written}, {person.given.written}"
    return person.full_name.lower() if mark < 0.94 else _latin(person)


def _latin(person: Person) -> str:
    return f"{person.given.latin} {person.family.latin}".title()


def _swapped(rng: random.Random, name: str) -> str:
    at = rng.randint(1, len(name) - 2)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def copy_row(record: Record, _: Defect | None) -> bytes:
    """The row of the table, its end included."""
    fields = record.fields
    cells = ["\\N" if value is None else str(value) for value in fields.values()]
    cells[2] = cells[2].translate(_ESCAPES)
    cells[5] = "t" if fields["mandatory"] else "f"
    if fields["feedback"] is not None:
        cells[9] = cells[9].translate(_ESCAPES)
    cells[10] = f"{cells[10][:10]} {cells[10][11:19]}+00"
    return ("\t".join(cells) + "\n").encode()
