"""The payroll system: what an employee is paid from when to when; JSON of its API."""

from collections.abc import Iterator
from datetime import date, timedelta

import orjson

from pipeline.synthetic.draws import knowledge_time
from pipeline.synthetic.facts import JobEvent
from pipeline.synthetic.pay import MARKETS
from pipeline.synthetic.systems.record import Defect, Desk, Record, Truth, Value

_REASONS = {"hire": "hire", "pay_change": "annual", "promotion": "promotion"}
_DISAGREEING = 0.005
"""Share of pays whose grade, and likewise whose amount, is not the HR system's."""
_CORRECTED = 0.015
#: Later than any other knowledge time of its day.
_LAST_MINUTE = "T23:59:59Z"


def payroll_records(desk: Desk) -> Iterator[Record]:
    """Each pay when it begins, and again, under the same id, once it is known when it ends."""
    events = {job.on: place for place, job in enumerate(desk.life.jobs) if job.kind in _REASONS}
    begins = [*events]
    for turn, place in enumerate(events.values()):
        fields, planted = _pay(desk, desk.life.jobs[place], desk.events[place])
        yield _record(fields, planted)
        end = begins[turn + 1] - timedelta(days=1) if turn + 1 < len(begins) else _last_day(desk)
        if end is not None:
            known = knowledge_time(end, desk.rng)
            opened = str(fields["changed_at"])
            changed = known if known > opened else opened[:10] + _LAST_MINUTE
            yield _record({**fields, "valid_to": end.isoformat(), "changed_at": changed}, planted)


def _last_day(desk: Desk) -> date | None:
    return desk.life.exit.on if desk.life.exit else None


def _record(fields: dict[str, Value], planted: tuple[tuple[str, Truth], ...]) -> Record:
    return Record("payroll_pay", str(fields["pay_id"]), int(str(fields["changed_at"])[:4]), fields, (), planted)


def _pay(desk: Desk, job: JobEvent, event: str) -> tuple[dict[str, Value], tuple[tuple[str, Truth], ...]]:
    rng = desk.rng
    grade, amount = job.level, job.salary
    reason = _REASONS[job.kind]
    mark = rng.random()
    if mark < _DISAGREEING:
        grade += 1 if grade < 7 else -1
    elif mark < 2 * _DISAGREEING:
        amount += MARKETS[desk.person.country].step * rng.randint(3, 40)
    elif mark < 2 * _DISAGREEING + _CORRECTED and reason == "annual":
        reason = "correction"
    fields: dict[str, Value] = {
        "pay_id": desk.number("P"),
        "employee_id": desk.person.employee_id,
        "valid_from": job.on.isoformat(),
        "valid_to": None,
        "grade": grade,
        "amount": amount,
        "currency": MARKETS[desk.person.country].currency,
        "bonus_pct": _bonus(desk, job),
        "reason": reason,
        "changed_at": knowledge_time(job.on, rng),
    }
    told = {"grade": ("job_level", job.level), "amount": ("salary", job.salary)}
    planted = tuple(
        ("disagreements", _disagreement(fields, column, event, other))
        for column, (other, value) in told.items()
        if fields[column] != value
    )
    return fields, planted


def _disagreement(fields: dict[str, Value], column: str, event: str, other: str) -> Truth:
    """Two systems that tell one fact differently: where each of them does."""
    return {
        "employee_id": fields["employee_id"],
        "source": "payroll_pay",
        "record_key": fields["pay_id"],
        "column": column,
        "other_source": "hrms_job_events",
        "other_record_key": event,
        "other_column": other,
    }


def _bonus(desk: Desk, job: JobEvent) -> float:
    """In percent of the base: more at higher levels and after a good review."""
    rating = 3.0
    for review in desk.life.reviews:
        if review.on > job.on:
            break
        rating = review.rating
    return round(max(2.0 + 1.5 * job.level + 2.0 * (rating - 3.0), 0.0) * 2) / 2


def payroll_json(record: Record, _: Defect | None) -> bytes:
    """The line of the record in the API's store, nested as it is there."""
    fields = record.fields
    nested = {
        "id": fields["pay_id"],
        "employee": {"number": fields["employee_id"]},
        "valid_from": fields["valid_from"],
        "valid_to": fields["valid_to"],
        "grade": fields["grade"],
        "base": {"amount": fields["amount"], "currency": fields["currency"]},
        "bonus_pct": fields["bonus_pct"],
        "reason": fields["reason"],
        "changed_at": fields["changed_at"],
    }
    return orjson.dumps(nested, option=orjson.OPT_APPEND_NEWLINE)
