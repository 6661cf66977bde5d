"""The shipped features: against a plain Python oracle, and against rows that come after the snapshot."""

import random
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import linear_regression
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.features.definitions import FeatureModule
from pipeline.features.registry import load_features
from pipeline.features.timeline import add_months
from pipeline.settings import SHIPPED_DATASETS

if TYPE_CHECKING:
    from tests.features.conftest import Company

Row = dict[str, Any]
Tables = dict[str, list[Row]]
AS_OF = date(2012, 12, 31)
SNAPSHOTS = [date(year, 12, 31) for year in range(2006, 2013)]
EVENTS = {
    "hrms_job_events": ("event_id", "effective_date", "updated_at"),
    "hrms_manager_notes": ("note_id", "noted_on", "updated_at"),
    "reviews": ("review_id", "review_date", "recorded_at"),
    "legacy_leave": ("leave_id", "start_date", "recorded_at"),
    "payroll_pay": ("pay_id", "valid_from", "changed_at"),
    "lms_trainings": ("course_code", "completed_on", "updated_at"),
    "letters": ("letter_id", "written_on", "filed_at"),
}
#: Sources that name an employee by the address alone.
BY_ADDRESS = ("legacy_leave", "lms_trainings")
TIMES = {
    **EVENTS,
    "hrms_employees": ("employee_id", "hire_date", "updated_at"),
    "hrms_exits": ("exit_id", "exit_date", "updated_at"),
}


@pytest.fixture(scope="module")
def module() -> FeatureModule:
    return load_features(SHIPPED_DATASETS / "attrition" / "features.py")


def known(day: date, chance: random.Random, most_days: int = 40) -> datetime:
    """When a fact of `day` was entered: the same day or up to `most_days` later."""
    late = timedelta(days=chance.randint(0, most_days), seconds=chance.randrange(86_400))
    return datetime.combine(day, time()) + late


VALUES: dict[str, Callable[[random.Random], Row]] = {
    "hrms_job_events": lambda chance: {
        "event_type": chance.choice(["promotion", "transfer", "pay_change", "manager_change"]),
        "department": chance.choice(["Sales", "People"]),
        "job_level": chance.randint(1, 7),
        "salary": chance.random(),
    },
    "hrms_manager_notes": lambda chance: {
        "topic": chance.choice(["workload", "conduct"]),
        "note": "<PERSON> met <PERSON>." * chance.randint(0, 2),
    },
    "payroll_pay": lambda chance: {
        "reason": chance.choice(["hire", "annual", "promotion", "correction"]),
        "bonus_pct": chance.randint(0, 20) / 2,
        "amount": chance.random(),
    },
    "lms_trainings": lambda chance: {
        "hours": chance.randint(1, 40) / 2,
        "mandatory": chance.random() < 0.5,
        "score": chance.choice([None, 60, 75, 90]),
    },
    "letters": lambda chance: {
        "kind": chance.choice(["appraisal", "warning"]),
        "body": "x" * chance.randint(10, 99),
    },
    "reviews": lambda chance: {
        "rating": chance.randint(2, 10) / 2,
        "goals_met_pct": chance.choice([None, 50, 80, 100]),
    },
    "legacy_leave": lambda chance: {"days": chance.randint(1, 20) / 2, "paid": chance.random() < 0.7},
}


def event_values(source: str, chance: random.Random) -> Row:
    """What an event of a source says, besides whose, when and its key."""
    return VALUES[source](chance)


def employee_values(chance: random.Random) -> Row:
    """What a version of an employee's record says."""
    return {
        "date_of_birth": date(chance.randint(1945, 1990), 1, 1),
        "gender": chance.choice("FMX"),
        "country": chance.choice(["IN", "US"]),
        "education": chance.choice(["school", "master"]),
        "hire_source": chance.choice(["direct", "campus"]),
    }


def event(source: str, key: str, employee: str, day: date, seen: datetime, chance: random.Random) -> Row:
    """An event of any of the event sources."""
    key_name, day_name, seen_name = EVENTS[source]
    whose = {"work_email": f"{employee}@"} if source in BY_ADDRESS else {"employee_id": employee}
    return {key_name: key, day_name: day, seen_name: seen, **whose, **event_values(source, chance)}


def make_company(people: int, chance: random.Random) -> Tables:
    """Employees over the snapshots with events, versions and re-deliveries."""
    tables: Tables = {source: [] for source in TIMES}
    for number in range(people):
        name, hired = f"e{number:03}", date(2004, 1, 1) + timedelta(days=chance.randint(0, 2500))
        start = {"employee_id": name, "work_email": f"{name}@", "hire_date": hired}
        for seen in sorted(known(hired, chance, 900) for _ in range(chance.randint(1, 3))):
            tables["hrms_employees"].append({**start, **employee_values(chance), "updated_at": seen})
        for source in EVENTS:
            for count in range(chance.randint(0, 9)):
                day = hired + timedelta(days=chance.randint(0, 2800))
                row = event(source, f"{name}-{count}", name, day, known(day, chance), chance)
                tables[source].append(row)
                if chance.random() < 0.3:
                    seen_name = EVENTS[source][2]
                    later = row[seen_name] + timedelta(days=chance.randint(1, 500))
                    tables[source].append(row | event_values(source, chance) | {seen_name: later})
                if chance.random() < 0.1:
                    tables[source].append(row)
        if chance.random() < 0.5:
            day = hired + timedelta(days=chance.randint(100, 2500))
            kind = chance.choice(["voluntary", "involuntary", "retirement"])
            leaving = {"exit_id": name, "employee_id": name, "exit_date": day, "exit_type": kind}
            tables["hrms_exits"].append({**leaving, "updated_at": known(day, chance)})
    return tables


def later_rows(tables: Tables, snapshot: date, chance: random.Random) -> Tables:
    """Rows after the end of `snapshot`: facts then unknown, of any day; facts announced for later days; corrections."""
    announced = datetime.combine(snapshot - timedelta(days=9), time())
    added: Tables = {source: [] for source in TIMES}
    tomorrow = snapshot + timedelta(days=1)
    for person in {row["employee_id"]: row for row in tables["hrms_employees"]}.values():
        name = person["employee_id"]
        added["hrms_employees"].append({**person, **employee_values(chance), "updated_at": known(tomorrow, chance)})
        moved = {"employee_id": f"new-{name}", "hire_date": tomorrow, "updated_at": known(tomorrow, chance)}
        added["hrms_employees"].append({**person, **moved})
        for source in EVENTS:
            for number, day in enumerate((tomorrow, snapshot, snapshot - timedelta(days=chance.randint(1, 900)))):
                added[source].append(event(source, f"new-{name}-{number}", name, day, known(tomorrow, chance), chance))
            added[source].append(event(source, f"announced-{name}", name, tomorrow, announced, chance))
    for source, (_, day_name, seen_name) in EVENTS.items():
        for row in chance.sample(tables[source], len(tables[source]) // 2):
            # The day is part of a training's key: another day would be another training.
            moved = {} if source == "lms_trainings" else {day_name: row[day_name] - timedelta(days=99)}
            change = {**moved, seen_name: known(tomorrow, chance)}
            added[source].append({**row, **event_values(source, chance), **change})
    leaving = {row["employee_id"] for row in tables["hrms_exits"]}
    for name in {row["employee_id"] for row in tables["hrms_employees"]} - leaving:
        exit_row = {"exit_id": f"new-{name}", "employee_id": name, "exit_date": tomorrow, "exit_type": "voluntary"}
        added["hrms_exits"].append({**exit_row, "updated_at": chance.choice([known(tomorrow, chance), announced])})
    return added


def table_at(
    attrition: "Company", module: FeatureModule, tables: Tables, snapshots: Iterable[date] = SNAPSHOTS
) -> dict[tuple[str, date], Row]:
    """The feature table's rows at some snapshots, by employee and date."""
    rows = attrition.assemble(module, tables, AS_OF).frame.collect()
    return {(row[0], row[1]): row.asDict() for row in rows if row[1] in set(snapshots)}


@pytest.mark.parametrize("snapshot", [date(2008, 12, 31), date(2010, 12, 31)])
def test_nothing_later_moves_a_feature(attrition: "Company", module: FeatureModule, snapshot: date) -> None:
    """Whatever is inserted that was unknown or yet to come at a snapshot, no feature at it changes, but labels do."""
    chance = random.Random(snapshot.year)
    tables = make_company(40, chance)
    added = later_rows(tables, snapshot, chance)
    both = {source: tables[source] + added[source] for source in tables}
    before = table_at(attrition, module, tables, [snapshot])
    after = table_at(attrition, module, both, [snapshot])
    labels = [(row.pop(module.label.name), after[key].pop(module.label.name)) for key, row in before.items()]
    assert len(before) > 10
    assert after == before
    assert (False, True) in labels


def test_the_insertion_would_move_features(attrition: "Company", module: FeatureModule) -> None:
    """The rows of the property test do change most features at the snapshots after them, so it can fail."""
    chance = random.Random(5)
    tables = make_company(40, chance)
    added = later_rows(tables, date(2008, 12, 31), chance)
    both = {source: tables[source] + added[source] for source in tables if source != "hrms_exits"}
    before, after = table_at(attrition, module, tables), table_at(attrition, module, tables | both)
    changed = {name for key, row in before.items() for name in row if row[name] != after[key][name]}
    assert changed >= {feature.name for feature in module.features} - {"tenure_years"}


class Oracle:
    """What one employee's features are at a snapshot, by plain lists and loops."""

    def __init__(self, tables: Tables, employee: str, snapshot: date) -> None:
        self.snapshot = snapshot
        #: When the employee's address was known; a leave is known no earlier.
        self.linked = min(row["updated_at"] for row in tables["hrms_employees"] if row["employee_id"] == employee)
        mine = {"employee_id": employee, "work_email": f"{employee}@"}
        self.events = {
            source: self._seen(
                [row for row in rows if all(row.get(name, value) == value for name, value in mine.items())], source
            )
            for source, rows in tables.items()
        }

    def _seen(self, rows: list[Row], source: str) -> list[Row]:
        key, day, seen = TIMES[source]
        newest: dict[str, Row] = {}
        if source in BY_ADDRESS and self.linked.date() > self.snapshot:
            return []
        for row in sorted(rows, key=lambda row: row[seen]):
            if row[seen].date() <= self.snapshot:
                newest[row[key]] = row
        held = [row for row in newest.values() if row[day] <= self.snapshot]
        return sorted(held, key=lambda row: (row[day], row[seen], row[key]))

    def of(self, source: str, months: int | None = None, **equal: Any) -> list[Row]:
        """Events of a source, of the last months, with some values."""
        day, rows = TIMES[source][1], self.events[source]
        if months is not None:
            rows = [row for row in rows if row[day] > add_months(self.snapshot, -months)]
        return [row for row in rows if all(row[name] == value for name, value in equal.items())]

    def latest(self, source: str, name: str) -> Any:
        rows = self.events[source]
        return rows[-1][name] if rows else None

    def features(self) -> Row:
        """All features but tenure_years, which has a test of its own."""
        jobs, leave, notes = "hrms_job_events", "legacy_leave", "hrms_manager_notes"
        reviews = self.of("reviews")
        goals = [row["goals_met_pct"] for row in reviews if row["goals_met_pct"] is not None][-2:]
        departments = [row["department"] for row in self.of(jobs)]
        pay = [row for row in self.of("payroll_pay", 36) if row["reason"] in ("annual", "promotion")]
        scores = [row["score"] for row in self.of("lms_trainings", 24) if row["score"] is not None]
        appraisals = self.of("letters", kind="appraisal")
        return {
            "age_band": self.age_band(),
            **{name: self.latest("hrms_employees", name) for name in ("gender", "country", "education", "hire_source")},
            "department": self.latest(jobs, "department"),
            "department_changes": sum(a != b for a, b in pairwise(departments)),
            "job_level": self.latest(jobs, "job_level"),
            "pay_quantile": self.latest(jobs, "salary"),
            "pay_quantile_change_24m": self.pay_change(),
            "months_since_promotion": self.months_since("hrms_job_events", "event_type", "promotion"),
            "months_since_raise": self.months_since("payroll_pay", "reason", "annual", "promotion"),
            "raises_36m": len(pay),
            "bonus_pct": self.latest("payroll_pay", "bonus_pct"),
            "paid_quantile": self.latest("payroll_pay", "amount"),
            "training_hours_12m": sum(row["hours"] for row in self.of("lms_trainings", 12)),
            "chosen_courses_24m": len(self.of("lms_trainings", 24, mandatory=False)),
            "test_score_avg_24m": mean(scores),
            "warnings_36m": len(self.of("letters", 36, kind="warning")),
            "appraisal_length": len(appraisals[-1]["body"]) if appraisals else None,
            "promotions_36m": len(self.of(jobs, 36, event_type="promotion")),
            "manager_changes_24m": len(self.of(jobs, 24, event_type="manager_change")),
            "transfers_36m": len(self.of(jobs, 36, event_type="transfer")),
            "rating_avg_3": mean([row["rating"] for row in reviews[-3:]]),
            "latest_rating": self.latest("reviews", "rating"),
            "rating_trend_3": trend([(row["review_date"], row["rating"]) for row in reviews[-3:]]),
            "goals_met_avg_2": mean(goals),
            "leave_count_12m": len(self.of(leave, 12)),
            "leave_days_12m": sum(row["days"] for row in self.of(leave, 12)),
            "unpaid_leave_days_12m": sum(row["days"] for row in self.of(leave, 12, paid=False)),
            "notes_12m": len(self.of(notes, 12)),
            "workload_notes_12m": len(self.of(notes, 12, topic="workload")),
            "conduct_notes_24m": len(self.of(notes, 24, topic="conduct")),
            "note_redactions_12m": sum(len(re.findall("<[A-Z_]+>", row["note"])) for row in self.of(notes, 12)),
        }

    def age_band(self) -> str | None:
        born = self.latest("hrms_employees", "date_of_birth")
        if born is None:
            return None
        age = self.snapshot.year - born.year
        return "<30" if age < 30 else "60+" if age >= 60 else f"{age // 10 * 10}-{age // 10 * 10 + 9}"

    def pay_change(self) -> float | None:
        rows = self.of("hrms_job_events")
        before = [row for row in rows if row["effective_date"] <= add_months(self.snapshot, -24)]
        return rows[-1]["salary"] - before[-1]["salary"] if before else None

    def months_since(self, source: str, name: str, *values: str) -> int | None:
        day = TIMES[source][1]
        rows = [row for row in self.of(source) if row[name] in values]
        months = 0
        while rows and rows[-1][day] <= add_months(self.snapshot, -months - 1):
            months += 1
        return months if rows else None


def mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def trend(points: list[tuple[date, float]]) -> float | None:
    if len({day for day, _ in points}) < 2:
        return None
    return linear_regression([day.toordinal() for day, _ in points], [value for _, value in points]).slope * 365.25


def expected_population(tables: Tables) -> set[tuple[str, date]]:
    """Who is employed at which snapshot, by hire and exit dates entered by the as-of date."""
    entered = [row for rows in (tables["hrms_employees"],) for row in rows if row["updated_at"].date() <= AS_OF]
    hired = {row["employee_id"]: row["hire_date"] for row in entered}
    left = {row["employee_id"]: row["exit_date"] for row in tables["hrms_exits"] if row["updated_at"].date() <= AS_OF}
    return {(name, day) for name in hired for day in SNAPSHOTS if hired[name] <= day < left.get(name, date.max)}


def expected_label(tables: Tables, employee: str, snapshot: date) -> bool | None:
    """Whether an exit other than retirement lies in the horizon."""
    end = add_months(snapshot, 12)
    if end > AS_OF:
        return None
    exits = [
        row for row in tables["hrms_exits"] if row["employee_id"] == employee and row["updated_at"].date() <= AS_OF
    ]
    return any(snapshot < row["exit_date"] <= end and row["exit_type"] != "retirement" for row in exits)


def test_features_agree_with_an_oracle(attrition: "Company", module: FeatureModule) -> None:
    """Rows, features and labels of a made-up company are those that plain Python works out."""
    tables = make_company(40, random.Random(11))
    found = table_at(attrition, module, tables)
    assert set(found) == expected_population(tables)
    for (employee, snapshot), row in found.items():
        expected = Oracle(tables, employee, snapshot).features()
        assert set(expected) == {feature.name for feature in module.features} - {"tenure_years"}
        for name, value in expected.items():
            assert row[name] == (pytest.approx(value, abs=1e-9) if isinstance(value, float) else value), name
        assert row[module.label.name] is expected_label(tables, employee, snapshot)
    assert {row[module.label.name] for row in found.values()} == {True, False, None}


@pytest.mark.parametrize(
    ("hired", "years"),
    [
        (date(2012, 12, 31), 0.0),
        (date(2011, 12, 31), 1.0),
        (date(2004, 2, 29), 8.83),
        (date(2004, 2, 28), 8.84),
        (date(2012, 6, 30), 0.5),
    ],
)
def test_tenure(attrition: "Company", module: FeatureModule, hired: date, years: float) -> None:
    """Tenure is in years of twelve months, to two decimals; from one month's end to another's months are whole."""
    seen = datetime.combine(hired, time())
    tables = {"hrms_employees": [{"employee_id": "e", "hire_date": hired, "updated_at": seen}]}
    assert table_at(attrition, module, tables)[("e", AS_OF)]["tenure_years"] == years


def test_an_employee_without_events(attrition: "Company", module: FeatureModule) -> None:
    """Counts and sums are 0 and all else is null for who has nothing but a hire date."""
    start = {"employee_id": "e", "hire_date": date(2012, 1, 1), "updated_at": datetime(2012, 1, 1)}
    row = table_at(attrition, module, {"hrms_employees": [start]})[("e", AS_OF)]
    zero = {name for name, value in row.items() if value == 0}
    assert zero == {
        "department_changes", "promotions_36m", "manager_changes_24m", "transfers_36m", "leave_count_12m",
        "leave_days_12m", "unpaid_leave_days_12m", "notes_12m", "workload_notes_12m", "conduct_notes_24m",
        "note_redactions_12m", "raises_36m", "training_hours_12m", "chosen_courses_24m", "warnings_36m",
    }  # fmt: skip
    given = {"employee_pseudonym", "snapshot_date", "tenure_years"}
    assert all(value is None for name, value in row.items() if name not in zero | given)
