"""What the stage validate says of every rule of the contracts."""

from typing import Any

from tests.release.evidence.sources import FATES

#: Columns and their rules; with a number, so many rows broke it. `!` marks a warning.
_RULES = {
    "hrms_employees": "employee_id:type,required email:type,validPattern=31 birth_date:type,maximum gender:type,"
    "validValues country:type,required,validValues status:type,validValues updated_at:type,required",
    "hrms_job_events": "event_id:type,required employee_id:type,required salary:type,minimum=188,maximum currency:type,"
    "validValues=120 effective:type,required level:type,minimum,maximum!=41 record:raise_is_no_cut!=902",
    "hrms_manager_notes": "note_id:type,required employee_id:type,required=212 written_at:type text:type,maxLength",
    "hrms_exits": "employee_id:type,required exit_date:type=12,required reason:type,validValues record:exit_after_hire",
    "reviews": "review_id:type employee_id:type,required rating:type,minimum,maximum=740 review_date:type=331 "
    "goals_met_pct:type,minimum,maximum comment:type record:framing=190",
    "legacy_leave": "employee_no:type,required kind:type,validValues days:type,minimum=1902,maximum "
    "start_date:type=402,required end_date:type,required record:end_not_before_start=811",
}


def rules_evidence() -> dict[str, list[dict[str, Any]]]:
    """The document's part: row rules, then those across rows, which move rows from kept to rejected."""
    return {
        source: [rule for column in columns.split() for rule in _of(column)] + _across(source)
        for source, columns in _RULES.items()
    }


def _of(column: str) -> list[dict[str, Any]]:
    name, _, rules = column.partition(":")
    return [_rule(name, *rule.partition("=")[::2]) for rule in rules.split(",")]


def _rule(column: str, rule: str, rows: str) -> dict[str, Any]:
    severity = "warning" if rule.endswith("!") else "error"
    return {"column": column, "rule": rule.rstrip("!"), "scope": "row", "severity": severity, "rows": int(rows or 0)}


def _across(source: str) -> list[dict[str, Any]]:
    named = {"scope": "across", "severity": "error"}
    return [
        {"column": "record", "rule": "unique", "rows": FATES[source][1], **named},
        {"column": "employee_id", "rule": "reference", "rows": 0, **named},
    ]


def wide_rules(columns: int) -> list[dict[str, Any]]:
    """Four rules a column, of which a few are broken."""
    return [
        {
            "column": f"measure_{column:03d}",
            "rule": rule,
            "scope": "row",
            "severity": "error",
            "rows": column * 7 if column % 41 == 3 and rule == "maximum" else 0,
        }
        for column in range(columns)
        for rule in ("type", "required", "minimum", "maximum")
    ]
