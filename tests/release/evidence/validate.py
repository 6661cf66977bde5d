"""What the stage validate says: rows moved to the quarantine, and gates."""

from typing import Any

from tests.release.evidence.earlier import anomalies_evidence, drift_evidence
from tests.release.evidence.rules import rules_evidence
from tests.release.evidence.sources import FATES, KEPT
from tests.release.evidence.stage import measured

_GATE = ("source", "rule", "metric", "column", "value", "operator", "threshold", "unit", "severity", "verdict")
GATES = [
    (
        "hrms_employees",
        "employees_arrived",
        "rowCount",
        None,
        8_177.0,
        "mustBeGreaterThan",
        100,
        "rows",
        "error",
        "pass",
    ),
    ("hrms_job_events", "few_rejected", "rejectedRows", None, 0.57, "mustBeLessThan", 2, "percent", "error", "pass"),
    (
        "hrms_job_events",
        "manager_known",
        "missingValues",
        "manager_id",
        6.1,
        "mustBeLessThan",
        10,
        "percent",
        "warning",
        "pass",
    ),
    ("hrms_manager_notes", "few_rejected", "rejectedRows", None, 0.31, "mustBeLessThan", 2, "percent", "error", "pass"),
    ("reviews", "few_rejected", "rejectedRows", None, 2.6, "mustBeLessThan", 5, "percent", "error", "pass"),
    (
        "reviews",
        "goals_known",
        "missingValues",
        "goals_met_pct",
        22.4,
        "mustBeLessThan",
        20,
        "percent",
        "warning",
        "warn",
    ),
    ("legacy_leave", "few_rejected", "rejectedRows", None, 2.46, "mustBeLessThan", 5, "percent", "error", "pass"),
    ("hrms_exits", "plausible", "rowCount", None, 3_463.0, "mustBeBetween", [500, 6_000], "rows", "warning", "pass"),
]


def validate_document() -> dict[str, Any]:
    """The stage's document."""
    return {
        "stage": "validate",
        "sources": {
            name: {
                "kept": KEPT[name] - moved,
                "rejected": rejected + moved,
                "moved": moved,
                "reasons": [{"column": "*", "rule": "unique", "rows": moved}],
            }
            for name, (rejected, moved, _, _) in FATES.items()
        },
        "rules": rules_evidence(),
        "drift": drift_evidence(),
        "anomalies": anomalies_evidence(),
        "gates": [dict(zip(_GATE, gate, strict=True)) for gate in GATES],
        **measured(18.4, 29.1, 1_610_000_000),
    }
