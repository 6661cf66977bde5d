"""What the stage assess says: k and l, what was withheld for them, and the recall of redaction."""

from typing import Any

from tests.release.evidence.stage import measured

RECALL = [
    ("PERSON", 1_200, 1_171, 0.9758, 0.9656),
    ("EMAIL_ADDRESS", 600, 600, 1.0, 0.9936),
    ("PHONE_NUMBER", 600, 588, 0.98, 0.9653),
    ("NATIONAL_ID", 400, 396, 0.99, 0.9746),
    ("LOCATION", 300, 281, 0.9367, 0.9031),
]
_KEYS = ("entity_type", "planted", "found", "recall", "lower_bound")
QUASI_IDENTIFIERS = [
    {"column": "age_band", "level": 0, "levels": 3, "expression": "age_band"},
    {"column": "gender", "level": 0, "levels": 2, "expression": "gender"},
    {"column": "country", "level": 1, "levels": 3, "expression": "CASE WHEN country = 'IN' THEN 'IN' ELSE 'other' END"},
    {
        "column": "job_level",
        "level": 1,
        "levels": 4,
        "expression": "CASE WHEN job_level <= 3 THEN 'low' ELSE 'high' END",
    },
]


def assess_document() -> dict[str, Any]:
    """The stage's document."""
    return {
        "stage": "assess",
        "policy": "release",
        "k_required": 5,
        "k": 7,
        "l_required": 2,
        "l": 2,
        "sensitive": ["left_within_12_months"],
        "quasi_identifiers": QUASI_IDENTIFIERS,
        "entities": 5_000,
        "published_entities": 4_873,
        "withheld_entities": 127,
        "rows": 40_120,
        "published_rows": 38_412,
        "withheld_rows": 1_708,
        "base_rate_before": 0.1012,
        "base_rate_after": 0.0994,
        "recall_required": 0.9,
        "recall": [dict(zip(_KEYS, item, strict=True)) for item in RECALL],
        **measured(22.9, 33.3, 1_430_000_000),
    }
