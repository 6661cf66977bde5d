"""What goes wrong with records: defects that a contract must reject, deliveries twice, and conflicting versions."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from pipeline.synthetic.records import Record, Value

Kind = Literal[
    "missing_required", "wrong_type", "out_of_range", "impossible_date", "unknown_value", "unknown_employee",
    "exit_before_hire", "too_many_fields", "too_few_fields", "invalid_utf8",
]  # fmt: skip
_Spoil = Callable[[random.Random, Record, date], Value]

DEFECT_SHARE, DUPLICATE_SHARE, CONFLICT_SHARE = 0.0042, 0.003, 0.001
EMPLOYEE_DEFECT_SHARE = 0.001
"""Smaller, as a defective employee takes all records of that employee along."""


@dataclass(frozen=True)
class Defect:
    """One way to spoil a record: the value of a column, or, without `spoil`, the bytes of its row."""

    kind: Kind
    column: str | None
    spoil: _Spoil | None = None


def _always(value: Value) -> _Spoil:
    return lambda _rng, _record, _hired: value


def _nobody(rng: random.Random, _record: Record, _hired: date) -> Value:
    """An employee number that the generator never gives."""
    return f"E9{rng.randrange(10**6):06}"


def _nobodys_email(rng: random.Random, _record: Record, _hired: date) -> Value:
    return f"nobody{rng.randrange(10**6)}@meridian.example.com"


def _before_hire(rng: random.Random, _record: Record, hired: date) -> Value:
    return (hired - timedelta(days=rng.randint(1, 90))).isoformat()


#: The encoder alone can do these: they spoil the row, not a value.
_ROW = (Defect("too_many_fields", None), Defect("too_few_fields", None))

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
    "legacy_reviews": (
        Defect("missing_required", "rating", _always(None)),
        Defect("wrong_type", "rating", _always("good")),
        Defect("out_of_range", "rating", _always(9.0)),
        Defect("out_of_range", "goals_met_pct", _always(140)),
        Defect("impossible_date", "review_date", _always("2019-02-30")),
        Defect("unknown_employee", "employee_id", _nobody),
        Defect("invalid_utf8", "comment"),
        *_ROW,
    ),
    "legacy_leave": (
        Defect("missing_required", "paid", _always(None)),
        Defect("wrong_type", "days", _always("two weeks")),
        Defect("out_of_range", "days", _always(-2.0)),
        Defect("impossible_date", "start_date", _always("2019-02-30")),
        Defect("unknown_value", "leave_type", _always("sabbatical")),
        Defect("unknown_employee", "work_email", _nobodys_email),
        Defect("invalid_utf8", "leave_type"),
        *_ROW,
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
    "legacy_reviews": ("goals_met_pct", lambda old: (int(old or 0) + 7) % 101),
    "legacy_leave": ("days", lambda old: float(old or 0) + 0.5),
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one record is delivered: the records as they are written, in order, and what was planted, if anything."""

    records: tuple[Record, ...]
    defect: Defect | None = None
    duplicate: bool = False
    conflict: str | None = None
    """The column in which the second record differs."""


def deliver(rng: random.Random, record: Record, hired: date) -> Delivery:
    """The record as it is, or, rarely, spoilt, twice, or with a conflicting version of the same knowledge time."""
    spoilt = EMPLOYEE_DEFECT_SHARE if record.source == "hrms_employees" else DEFECT_SHARE
    mark = rng.random()
    if mark < spoilt:
        defect = rng.choice(DEFECTS[record.source])
        if defect.spoil and defect.column:
            record = replace(record, fields={**record.fields, defect.column: defect.spoil(rng, record, hired)})
        return Delivery((record,), defect=defect)
    if mark < spoilt + DUPLICATE_SHARE:
        return Delivery((record, record), duplicate=True)
    if mark < spoilt + DUPLICATE_SHARE + CONFLICT_SHARE:
        column, change = CONFLICTS[record.source]
        other = replace(record, fields={**record.fields, column: change(record.fields[column])})
        return Delivery((record, other), conflict=column)
    return Delivery((record,))
