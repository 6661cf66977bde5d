"""What the stage refine says: reasons, masked entities, and what was done to each column."""

from collections.abc import Iterator
from typing import Any

from tests.release.evidence.sources import FATES, KEPT, SOURCES
from tests.release.evidence.stage import measured

REASONS = {
    "legacy_leave": [
        ("days", "minimum", 1_902),
        ("end_date", "end_not_before_start", 811),
        ("start_date", "date", 402),
    ],
    "reviews": [("rating", "maximum", 740), ("review_date", "date", 331), ("*", "framing", 190)],
    "hrms_job_events": [("salary", "minimum", 188), ("currency", "validValues", 120)],
}
ACTIONS = {
    "hrms_employees": "pseudonymise drop drop pseudonymise drop drop truncate keep drop keep keep keep drop keep keep",
    "hrms_job_events": "pseudonymise pseudonymise keep keep keep keep rank keep pseudonymise keep",
    "hrms_manager_notes": "pseudonymise pseudonymise pseudonymise keep keep redact keep",
    "hrms_exits": "pseudonymise pseudonymise keep keep keep redact keep",
    "reviews": "pseudonymise pseudonymise keep pseudonymise keep keep redact keep",
    "legacy_leave": "pseudonymise pseudonymise drop keep keep keep keep keep",
}
MASKED = {
    "hrms_manager_notes": {
        "PERSON": 41_220,
        "EMAIL_ADDRESS": 9_120,
        "PHONE_NUMBER": 8_733,
        "NATIONAL_ID": 412,
        "IBAN": 96,
    },
    "hrms_exits": {"PERSON": 1_902, "PHONE_NUMBER": 220, "EMAIL_ADDRESS": 118},
    "reviews": {"PERSON": 22_190, "EMAIL_ADDRESS": 1_204, "LOCATION": 640, "NATIONAL_ID": 3},
}


def refine_document() -> dict[str, Any]:
    """The stage's document."""
    return {
        "stage": "refine",
        "sources": {name: _source(name) for name in SOURCES},
        "roster": {"identities": 5_000, "terms": 21_204},
        **measured(94.2, 168.0, 2_410_000_000),
    }


#: What is left of every thousand distinct values, and of the variance, by action; what is dropped is gone.
LEFT: dict[str, tuple[int, float | None]] = {
    "pseudonymise": (1_000, None),
    "redact": (910, None),
    "drop": (0, None),
    "rank": (320, 0.871),
    "truncate": (12, 0.998),
}


def _costs(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """One in fifty rows has no value; what was dropped has none at all."""
    rows = KEPT[name]
    for place, action in enumerate(ACTIONS[name].split()):
        if action != "keep":
            before, (left, variance) = rows // (place + 1), LEFT[action]
            missing = rows if action == "drop" else rows // 50
            yield (
                f"{name.partition('_')[2] or name}_{place}",
                {
                    "distinct": [before, before * left // 1_000],
                    "missing": [rows // 50, missing],
                    "variance_kept": variance,
                },
            )


def _source(name: str) -> dict[str, Any]:
    return {
        "framed": SOURCES[name]["framed"],
        "kept": KEPT[name],
        "rejected": FATES[name][0],
        "bytes": SOURCES[name]["bytes"],
        "reasons": [{"column": column, "rule": rule, "rows": rows} for column, rule, rows in REASONS.get(name, ())],
        "ignored_fields": {"badge_colour": 812} if name == "hrms_employees" else {},
        "masked": MASKED.get(name, {}),
        "utility": {"rows": KEPT[name], "columns": dict(_costs(name))},
        "columns": {
            f"{name.partition('_')[2] or name}_{place}": {"action": action, "logical_type": "string"}
            for place, action in enumerate(ACTIONS[name].split())
        },
    }
