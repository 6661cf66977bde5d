"""What a whole run rejects, record by record against the truth of what was planted: nothing missed, nothing more."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from pyspark.sql.functions import expr

from pipeline.jobs.context import RunContext
from pipeline.quality.quarantine import rejected_rows, reveal
from tests.services.company import KEYS, Company

#: Kind of a planted defect -> the rules that may reject it: of its column, or of the record.
RULES = {
    "missing_required": {"required"},
    "wrong_type": {"type"},
    "out_of_range": {"minimum", "maximum", "exclusiveMinimum"},
    "impossible_date": {"type"},
    "unknown_value": {"validValues"},
    "unknown_employee": {"reference"},
    "too_many_fields": {"csv.fields"},
    "too_few_fields": {"csv.fields"},
    "invalid_bytes": {"csv.encoding"},
    "malformed_record": {"xml.malformed"},
    "undefined_entity": {"xml.malformed"},
    "truncated_zip": {"docx.zip"},
    "encrypted": {"docx.encrypted"},
}
EXIT_BEFORE_HIRE = "employee_id:exit_date >= parent.hire_date"

Rejected = Counter[tuple[str, tuple[str, ...]]]


def rejected(done: RunContext, source: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Key, text and reasons of every rejected record; a document's key is its file's name."""
    zones = done.at.zones
    rows = rejected_rows(done.manifest.table(done.refined_name(source)))
    for row, found in zip(rows, reveal(zones.landing, zones.evidence, "attrition", done.run, rows), strict=True):
        text = found.as_text()
        yield _key(source, text, found.file), text, row.reasons


def _key(source: str, text: str, file: str | None) -> str:
    if source == "letters":
        return str(file)
    if source == "lms_trainings":
        return text.split("\t", 1)[0]
    names = {"hrms_employees": "E", "hrms_job_events": "J", "hrms_manager_notes": "N", "hrms_exits": "X"}
    names |= {"payroll_pay": "P", "reviews": "R", "legacy_leave": "L"}
    found = re.search(rf"\b{names[source]}\d{{7,9}}\b", text)
    return found[0] if found else ""


def planted(company: Company, source: str) -> list[dict[str, Any]]:
    return [item for item in company.truth("defects") if item["source"] == source]


def allowed(item: dict[str, Any]) -> set[str]:
    if item["kind"] == "exit_before_hire":
        return {EXIT_BEFORE_HIRE}
    return {f"{item.get('column') or 'record'}:{rule}" for rule in RULES[item["kind"]]}


@pytest.fixture(scope="module")
def lost(company: Company, done: RunContext) -> set[str]:
    """Numbers and addresses of employees all of whose own records are rejected: what names them goes with them."""
    rejected_people = Counter(key for key, _, _ in rejected(done, "hrms_employees"))
    rows = company.rows("hrms_employees")
    told = Counter(row["employee_id"] for row in rows)
    gone = {person for person, count in rejected_people.items() if told[person] <= count}
    return gone | {row["work_email"].lower() for row in rows if row["employee_id"] in gone}


@pytest.mark.parametrize("source", KEYS)
def test_what_is_rejected_is_what_was_planted(source: str, company: Company, done: RunContext, lost: set[str]) -> None:
    """Each planted defect is rejected once, for its own reason alone; beyond these only contradictions, and orphans."""
    defects = Counter((item.get("file") or str(item["record_key"])) for item in planted(company, source))
    reasons = {(item.get("file") or str(item["record_key"])): allowed(item) for item in planted(company, source)}
    conflicts = Counter(item["record_key"] for item in company.truth("conflicts") if item["source"] == source)
    found = Counter[str]()
    contradictions = 0
    surprises: list[tuple[str, ...]] = []
    for key, text, why in rejected(done, source):
        if len(why) == 1 and why[0] in reasons.get(key, ()):
            found[key] += 1
        elif why == ("record:primaryKey",) and (conflicts[key] or source == "letters"):
            contradictions += 1
        elif not (why[0].endswith(":reference") and any(name in text.lower() or name in text for name in lost)):
            surprises.append(why)
    assert surprises == []
    assert found == defects
    assert contradictions == sum(conflicts.values())


def test_reconciliation_finds_the_disagreements_that_were_planted(
    company: Company, done: RunContext, evidence: dict[str, Any]
) -> None:
    """The gate's share of pays whose grade is not the level of HRMS is the planted share; headcounts agree nearly."""
    gates = {gate["rule"]: gate for gate in evidence["validate"]["gates"] if gate["metric"] == "sql"}
    planted = {item["record_key"] for item in company.truth("disagreements") if item["column"] == "grade"}
    pays, jobs = done.kept("payroll_pay").alias("p"), done.kept("hrms_job_events").alias("j")
    same_day = "p.employee_id = j.employee_id AND p.valid_from = j.effective_date"
    compared = pays.join(jobs, expr(same_day)).select("pay_id").distinct().count()
    assert gates["grade as in HRMS"]["value"] == pytest.approx(100 * len(planted) / compared, abs=1e-4)
    assert 0 <= gates["headcount as in HRMS"]["value"] < 2
    assert {gate["verdict"] for gate in gates.values()} == {"pass"}
