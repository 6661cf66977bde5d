"""What goes wrong with records: defects that a contract must reject, deliveries twice, and conflicting versions."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.synthetic.draws import Draws
from pipeline.synthetic.systems.record import Defect, Record, Spoiling, Value

#: Kinds of defects of a value; those of bytes have no column.
VALUES = (
    "missing_required", "wrong_type", "out_of_range", "impossible_date", "unknown_value", "unknown_employee",
    "exit_before_hire",
)  # fmt: skip
BYTES = (
    "too_many_fields", "too_few_fields", "invalid_bytes", "malformed_record", "undefined_entity", "truncated_zip",
    "encrypted",
)  # fmt: skip

DEFECT_SHARE, DUPLICATE_SHARE, CONFLICT_SHARE = 0.0042, 0.003, 0.001
EMPLOYEE_DEFECT_SHARE = 0.001
"""Smaller, as a defective employee takes all records of that employee along."""
LETTER_DEFECT_SHARE = 0.012
"""Larger, as letters are few."""
_DEFECT_SHARES = {"hrms_employees": EMPLOYEE_DEFECT_SHARE, "letters": LETTER_DEFECT_SHARE}
_MOST = LETTER_DEFECT_SHARE + DUPLICATE_SHARE + CONFLICT_SHARE
_UNIQUE = ("lms_trainings",)
"""Tables under a primary key: a database holds no record twice."""


def _always(value: Value) -> Spoiling:
    return lambda *_: value


def _nobody(rng: Draws, *_: object) -> Value:
    """An employee number that the generator never gives."""
    return f"E9{rng.randint(0, 999_999):06}"


def _nobodys_email(rng: Draws, *_: object) -> Value:
    return f"nobody{rng.randint(0, 999_999)}@meridian.example.com"


def _before_hire(rng: Draws, _: Record, hired: date) -> Value:
    return (hired - timedelta(days=rng.randint(1, 90))).isoformat()


DEFECTS: dict[str, tuple[Defect, ...]] = {
    "hrms_employees": (
        Defect("missing_required", "education", _always(None)),
        Defect("impossible_date", "date_of_birth", _always("1985-02-30")),
        Defect("unknown_value", "gender", _always("U")),
    ),
    "hrms_job_events": (
        Defect("missing_required", "department", _always(None)),
        Defect("wrong_type", "salary", _always("twelve lakh a year")),
        Defect("out_of_range", "salary", _always(-1)),
        Defect("out_of_range", "job_level", _always(0)),
        Defect("impossible_date", "effective_date", _always("2019-02-30")),
        Defect("unknown_value", "event_type", _always("secondment")),
        Defect("unknown_employee", "employee_id", _nobody),
    ),
    "hrms_manager_notes": (
        Defect("missing_required", "note", _always(None)),
        Defect("impossible_date", "noted_on", _always("2019-13-01")),
        Defect("unknown_value", "topic", _always("gossip")),
        Defect("unknown_employee", "employee_id", _nobody),
    ),
    "hrms_exits": (
        Defect("exit_before_hire", "exit_date", _before_hire),
        Defect("impossible_date", "exit_date", _always("2019-02-30")),
        Defect("unknown_value", "exit_type", _always("vanished")),
    ),
    "payroll_pay": (
        Defect("missing_required", "reason", _always(None)),
        Defect("wrong_type", "amount", _always("see contract")),
        Defect("out_of_range", "amount", _always(-1)),
        Defect("out_of_range", "grade", _always(12)),
        Defect("impossible_date", "valid_from", _always("2019-02-30")),
        Defect("unknown_value", "currency", _always("XTS")),
        Defect("unknown_employee", "employee_id", _nobody),
    ),
    "lms_trainings": (
        Defect("missing_required", "category", _always(None)),
        Defect("missing_required", "completed_on", _always(None)),
        Defect("out_of_range", "score", _always(140)),
        Defect("out_of_range", "hours", _always(-2.0)),
        Defect("unknown_value", "category", _always("karaoke")),
        Defect("unknown_employee", "work_email", _nobodys_email),
    ),
    "reviews": (
        Defect("missing_required", "rating", _always(None)),
        Defect("wrong_type", "rating", _always("good")),
        Defect("out_of_range", "rating", _always(9.0)),
        Defect("out_of_range", "goals_met_pct", _always(140)),
        Defect("impossible_date", "review_date", _always("2019-02-30")),
        Defect("unknown_employee", "employee_id", _nobody),
        Defect("malformed_record"),
        Defect("undefined_entity"),
    ),
    "legacy_leave": (
        Defect("missing_required", "paid", _always(None)),
        Defect("wrong_type", "days", _always("two weeks")),
        Defect("out_of_range", "days", _always(-2.0)),
        Defect("impossible_date", "start_date", _always("2019-02-30")),
        Defect("unknown_value", "leave_type", _always("sabbatical")),
        Defect("unknown_employee", "work_email", _nobodys_email),
        Defect("invalid_bytes"),
        Defect("too_many_fields"),
        Defect("too_few_fields"),
    ),
    "letters": (
        Defect("missing_required", "letter_id", _always(None)),
        Defect("impossible_date", "written_on", _always("2019-02-30")),
        Defect("unknown_value", "kind", _always("memo")),
        Defect("unknown_employee", "employee_id", _nobody),
        Defect("truncated_zip"),
        Defect("encrypted"),
    ),
}


def _next_of(*values: str) -> Callable[[Value], Value]:
    return lambda old: values[(values.index(str(old)) + 1) % len(values)]


#: Source -> a column whose value two systems may tell differently, and how; both stay within the contract.
CONFLICTS: dict[str, tuple[str, Callable[[Value], Value]]] = {
    "hrms_employees": ("hire_source", _next_of("referral", "agency", "campus", "direct")),
    "hrms_job_events": ("salary", lambda old: int(old or 0) + 1_000),
    "hrms_manager_notes": ("topic", _next_of("performance", "workload", "career", "conduct", "wellbeing")),
    "hrms_exits": (
        "reason",
        _next_of("pay", "career", "manager", "relocation", "workload", "retirement", "performance", "other"),
    ),
    "payroll_pay": ("bonus_pct", lambda old: float(old or 0) + 1.5),
    "reviews": ("goals_met_pct", lambda old: (int(old or 0) + 7) % 101),
    "legacy_leave": ("days", lambda old: float(old or 0) + 0.5),
    "letters": ("written_on", lambda old: (date.fromisoformat(str(old)) - timedelta(days=1)).isoformat()),
}


class Delivery(NamedTuple):
    """How one record is delivered.

    Attributes:
        records: as they are written, in order.
        defect: what is wrong with it.
        duplicate: it comes twice.
        conflict: the column in which the second record differs.
    """

    records: tuple[Record, ...]
    defect: Defect | None = None
    duplicate: bool = False
    conflict: str | None = None


def deliver(rng: Draws, record: Record, hired: date) -> Delivery:
    """The record as it is, or, rarely, spoilt, twice, or with a conflicting version of the same knowledge time."""
    mark = rng.random()
    if mark >= _MOST:
        return Delivery((record,))
    spoilt = _DEFECT_SHARES.get(record.source, DEFECT_SHARE)
    if mark < spoilt:
        defect = rng.choice(DEFECTS[record.source])
        if defect.spoil and defect.column:
            record = record._replace(fields={**record.fields, defect.column: defect.spoil(rng, record, hired)})
        return Delivery((record,), defect=defect)
    if record.source in _UNIQUE:
        return Delivery((record,))
    if mark < spoilt + DUPLICATE_SHARE:
        return Delivery((record, record), duplicate=True)
    if mark < spoilt + DUPLICATE_SHARE + CONFLICT_SHARE:
        column, change = CONFLICTS[record.source]
        other = record._replace(fields={**record.fields, column: change(record.fields[column])})
        return Delivery((record, other), conflict=column)
    return Delivery((record,))
