"""What the stage assemble says: used rows, snapshots, features and the label."""

from typing import Any

from tests.release.evidence.sources import FATES, KEPT
from tests.release.evidence.stage import measured

ROWS = 40_120
FEATURES = [
    ("tenure_years", "hrms_employees", "years", "Years since the entity was hired."),
    ("age_band", "hrms_employees", "", "Age in bands of ten years, from the year of birth."),
    ("country", "hrms_employees", "", "Country of work."),
    ("department", "hrms_job_events", "", "Department by the newest job event before the snapshot."),
    ("job_level", "hrms_job_events", "level 1-7", "Level by the newest job event before the snapshot."),
    ("pay_quantile", "hrms_job_events", "0-1", "Rank of pay within level, currency and year."),
    ("months_since_promotion", "hrms_job_events", "months", "Months since the last promotion; none before the first."),
    ("rating_avg_3", "reviews", "rating 1-5", "Mean of the last three ratings before the snapshot."),
    ("leave_days_12m", "legacy_leave", "days", "Days of leave in the twelve months before the snapshot."),
    ("workload_notes_12m", "hrms_manager_notes", "notes", "Notes about workload in the twelve months before."),
]


def assemble_document() -> dict[str, Any]:
    """The stage's document."""
    snapshots = snapshots_of(ROWS)
    positives, censored = sum(snapshot["positives"] for snapshot in snapshots), snapshots[-1]["rows"]
    return {
        "stage": "assemble",
        "sources": {name: _source(name) for name in FATES},
        "entities": 5_000,
        "rows": ROWS,
        "snapshots": snapshots,
        "features": [dict(zip(("name", "source", "unit", "description"), item, strict=True)) for item in FEATURES],
        "label": {
            "name": "left_within_12_months",
            "horizon_months": 12,
            "positives": positives,
            "negatives": ROWS - positives - censored,
            "censored": censored,
        },
        **measured(41.7, 74.9, 1_990_000_000),
    }


def _source(name: str) -> dict[str, Any]:
    _, moved, merged, outside = FATES[name]
    kept = KEPT[name] - moved
    return {"kept": kept, "used": kept - merged - outside, "merged": merged, "out_of_scope": outside}


def snapshots_of(total: int) -> list[dict[str, Any]]:
    """Twenty snapshots of `total` rows together; the last one's label is not known yet."""
    rows = [int(total / ROWS * (1_000 + 102 * year + (year * 53) % 97)) for year in range(20)]
    rows[-1] += total - sum(rows)
    rates = [0.072 + 0.004 * ((year * 7) % 11) + (0.03 if year in (14, 15) else 0) for year in range(20)]
    positives = [int(rows[year] * rates[year]) for year in range(19)] + [0]
    return [{"date": f"{2006 + n}-01-01", "rows": rows[n], "positives": positives[n]} for n in range(20)]
