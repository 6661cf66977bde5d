"""What the stage assess says: k and l, what was withheld for them, recall and precision of redaction."""

from typing import Any

from tests.release.evidence.stage import measured

RECALL = [
    ("PERSON", 2_000, 1_951, 0.9755, 0.9678),
    ("EMAIL_ADDRESS", 1_000, 1_000, 1.0, 0.9962),
    ("PHONE_NUMBER", 1_000, 999, 0.999, 0.9944),
    ("IN_PAN", 1_000, 1_000, 1.0, 0.9962),
    ("US_BANK_NUMBER", 1_000, 997, 0.997, 0.9912),
]
_KEYS = ("entity_type", "planted", "found", "recall", "lower_bound")
NAMES = [
    ("full name", 700, 700, 1.0, 0.9945),
    ("possessive", 100, 97, 0.97, 0.9155),
    ("given name", 400, 392, 0.98, 0.9611),
    ("nickname or misspelt", 100, 78, 0.78, 0.6891),
]
STRANGERS = [
    ("full name", 700, 612, 0.8743, 0.8476),
    ("possessive", 100, 81, 0.81, 0.7222),
    ("given name", 400, 251, 0.6275, 0.5792),
    ("nickname or misspelt", 100, 70, 0.7, 0.6042),
]
_FORM_KEYS = ("form", *_KEYS[1:])
PRECISION = [
    ("EMAIL_ADDRESS", 1_000, 1_000, 1.0, 0.9962),
    ("IN_PAN", 1_000, 1_000, 1.0, 0.9962),
    ("PERSON", 2_104, 1_959, 0.9311, 0.9195),
    ("PHONE_NUMBER", 1_409, 1_005, 0.7133, 0.6891),
    ("US_BANK_NUMBER", 1_003, 1_000, 0.997, 0.9912),
]
_MASKED_KEYS = ("entity_type", "masked", "true", "precision", "lower_bound")
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

BEFORE = [{"value": "a", "rows": 25_120}, {"value": "b", "rows": 14_991}, {"value": "other", "rows": 9}]
AFTER = [{"value": "a", "rows": 24_412}, {"value": "b", "rows": 14_000}]


def _rows(keys: tuple[str, ...], rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(zip(keys, row, strict=True)) for row in rows]


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
        "l_by_column": {"left_within_12_months": 2},
        "pseudonyms": "stable",
        "class_of": "snapshot",
        "classes": 1_483,
        "withheld_classes": 211,
        "smallest_classes": [{"entities": 7, "classes": 12}, {"entities": 8, "classes": 31}],
        "rare_histories": 0.4321,
        "quasi_identifiers": QUASI_IDENTIFIERS,
        "spreads": [{"column": item["column"], "before": BEFORE, "after": AFTER} for item in QUASI_IDENTIFIERS],
        "entities": 5_000,
        "published_entities": 4_873,
        "withheld_entities": 127,
        "rows": 40_120,
        "published_rows": 38_412,
        "withheld_rows": 1_708,
        "base_rate_before": 0.1012,
        "base_rate_after": 0.0994,
        "recall_required": 0.99,
        "name_recall_required": 0.95,
        "precision_required": 0.85,
        "recall": _rows(_KEYS, RECALL),
        "recall_names": _rows(_FORM_KEYS, NAMES),
        "names_from": "roster",
        "recall_without_roster": [
            {"entity_type": "PERSON", "planted": 2_000, "found": 1_566, "recall": 0.783, "lower_bound": 0.7644},
            *_rows(_FORM_KEYS, STRANGERS),
        ],
        "precision": {"masked": 6_516, "true": 5_964, "precision": 0.9153, "lower_bound": 0.9083},
        "precision_by_type": _rows(_MASKED_KEYS, PRECISION),
        **measured(22.9, 33.3, 1_430_000_000),
    }
