"""Believable evidence of one run, whose accounts balance, and a small version to publish."""

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.release.croissant import croissant_bytes
from pipeline.release.manifest import (
    Manifest,
    PublishedColumn,
    PublishedFile,
    column_type,
    describe_file,
    manifest_bytes,
)
from pipeline.release.writers import arrange, write_csv, write_parquet

Evidence = dict[str, dict[str, Any]]

_SOURCES: dict[str, dict[str, Any]] = {
    "hrms_employees": {"kind": "api", "bytes": 3_912_400, "objects": 18, "framed": 8_214, "seconds": 2.1},
    "hrms_job_events": {"kind": "api", "bytes": 19_204_311, "objects": 61, "framed": 61_204, "seconds": 7.4},
    "hrms_manager_notes": {"kind": "api", "bytes": 41_911_020, "objects": 88, "framed": 74_310, "seconds": 9.8},
    "hrms_exits": {"kind": "api", "bytes": 1_204_118, "objects": 9, "framed": 3_480, "seconds": 1.2},
    "legacy_reviews": {"kind": "csv", "bytes": 18_733_902, "objects": 20, "framed": 58_112, "seconds": 0.6},
    "legacy_leave": {"kind": "csv", "bytes": 14_001_777, "objects": 20, "framed": 121_940, "seconds": 0.7},
}
_FATES = {  # rejected by refine, moved by validate, merged, out of scope; the rest is used
    "hrms_employees": (31, 6, 412, 0),
    "hrms_job_events": (302, 44, 811, 120),
    "hrms_manager_notes": (212, 18, 655, 903),
    "hrms_exits": (12, 5, 22, 7),
    "legacy_reviews": (1_204, 310, 88, 410),
    "legacy_leave": (2_911, 87, 1_310, 6_204),
}
_REASONS = {
    "legacy_leave": [
        ("days", "minimum", 1_902),
        ("end_date", "end_not_before_start", 811),
        ("start_date", "date", 402),
    ],
    "legacy_reviews": [("rating", "maximum", 740), ("review_date", "date", 331), ("*", "framing", 190)],
    "hrms_job_events": [("salary", "minimum", 188), ("currency", "validValues", 120)],
}
_ACTIONS = {
    "hrms_employees": "pseudonymise drop drop pseudonymise drop drop truncate keep drop keep keep keep drop keep keep",
    "hrms_job_events": "pseudonymise pseudonymise keep keep keep keep rank keep pseudonymise keep",
    "hrms_manager_notes": "pseudonymise pseudonymise pseudonymise keep keep redact keep",
    "hrms_exits": "pseudonymise pseudonymise keep keep keep redact keep",
    "legacy_reviews": "pseudonymise pseudonymise keep pseudonymise keep keep redact keep",
    "legacy_leave": "pseudonymise pseudonymise drop keep keep keep keep keep",
}
_MASKED = {
    "hrms_manager_notes": {
        "PERSON": 41_220,
        "EMAIL_ADDRESS": 9_120,
        "PHONE_NUMBER": 8_733,
        "NATIONAL_ID": 412,
        "IBAN": 96,
    },
    "hrms_exits": {"PERSON": 1_902, "PHONE_NUMBER": 220, "EMAIL_ADDRESS": 118},
    "legacy_reviews": {"PERSON": 22_190, "EMAIL_ADDRESS": 1_204, "LOCATION": 640, "NATIONAL_ID": 3},
}
_FEATURES = [
    ("tenure_years", "hrms_employees", "years", "Years since the entity was hired."),
    ("age_band", "hrms_employees", "", "Age in bands of ten years, from the year of birth."),
    ("country", "hrms_employees", "", "Country of work."),
    ("department", "hrms_job_events", "", "Department by the newest job event before the snapshot."),
    ("job_level", "hrms_job_events", "level 1-7", "Level by the newest job event before the snapshot."),
    ("pay_quantile", "hrms_job_events", "0-1", "Rank of pay within level, currency and year."),
    ("months_since_promotion", "hrms_job_events", "months", "Months since the last promotion; none before the first."),
    ("rating_avg_3", "legacy_reviews", "rating 1-5", "Mean of the last three ratings before the snapshot."),
    ("leave_days_12m", "legacy_leave", "days", "Days of leave in the twelve months before the snapshot."),
    ("workload_notes_12m", "hrms_manager_notes", "notes", "Notes about workload in the twelve months before."),
]
_GATES = [
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
    ("legacy_reviews", "few_rejected", "rejectedRows", None, 2.6, "mustBeLessThan", 5, "percent", "error", "pass"),
    (
        "legacy_reviews",
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
_RECALL = [
    ("PERSON", 1_200, 1_171, 0.9758, 0.9656),
    ("EMAIL_ADDRESS", 600, 600, 1.0, 0.9936),
    ("PHONE_NUMBER", 600, 588, 0.98, 0.9653),
    ("NATIONAL_ID", 400, 396, 0.99, 0.9746),
    ("LOCATION", 300, 281, 0.9367, 0.9031),
]


def _stage(seconds: float, cpu: float, memory: int) -> dict[str, Any]:
    return {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "peak_rss_bytes": memory,
        "started": "2026-01-05T08:00:00+00:00",
        "finished": "2026-01-05T08:01:00+00:00",
    }


def _bins(labels: list[str], counts: list[int]) -> list[dict[str, Any]]:
    return [{"label": label, "count": count} for label, count in zip(labels, counts, strict=True)]


def _steps(first: float, width: float, counts: list[int]) -> list[dict[str, Any]]:
    labels = [f"{first + width * n:g} – {first + width * (n + 1):g}" for n in range(len(counts))]
    labels[-1] = f"≥ {first + width * (len(counts) - 1):g}"
    return _bins(labels, counts)


def _distribution(column: str, kind: str, bins: list[dict[str, Any]], mean: float | None = None) -> dict[str, Any]:
    rows = 38_412
    span = {"min": 0.0, "max": 20.0} if kind == "number" else {"min": None, "max": None}
    missing = rows - sum(item["count"] for item in bins)
    return {"column": column, "kind": kind, "rows": rows, "missing": missing, "bins": bins, "mean": mean, **span}


def _distributions() -> list[dict[str, Any]]:
    years = [str(year) for year in range(2006, 2026)]
    return [
        _distribution("snapshot_date", "date", _bins(years, [row["rows"] for row in _snapshots(38_412)])),
        _distribution("tenure_years", "number", _steps(0, 1, [int(6_400 * 0.84**n) for n in range(20)]), 5.13),
        _distribution(
            "age_band",
            "category",
            _bins(["30-39", "40-49", "<30", "50-59", "60+"], [13_902, 10_220, 8_114, 4_880, 1_296]),
        ),
        _distribution(
            "country", "category", _bins(["IN", "US", "DE", "GB", "FR"], [19_102, 9_011, 4_902, 3_311, 2_086])
        ),
        _distribution(
            "department",
            "category",
            _bins(
                ["Engineering", "Operations", "Sales", "Support", "Finance", "People"],
                [13_204, 8_731, 7_090, 5_120, 2_631, 1_636],
            ),
        ),
        _distribution(
            "job_level",
            "number",
            _bins([str(n) for n in range(1, 8)], [7_102, 10_931, 9_310, 6_204, 3_120, 1_402, 343]),
            2.86,
        ),
        _distribution("pay_quantile", "number", _steps(0, 0.05, [1_900 + (n * 37) % 60 for n in range(20)]), 0.498),
        _distribution(
            "months_since_promotion", "number", _steps(0, 6, [int(4_000 * 0.87**n) for n in range(18)]), 31.4
        ),
        _distribution(
            "rating_avg_3",
            "number",
            _steps(
                1,
                0.25,
                [80, 130, 260, 610, 1_190, 2_200, 3_600, 5_020, 5_710, 5_204, 4_010, 2_604, 1_402, 730, 290, 96],
            ),
            3.27,
        ),
        _distribution(
            "leave_days_12m",
            "number",
            _steps(0, 3, [2_900, 4_100, 5_900, 7_204, 6_830, 4_902, 2_801, 1_604, 902, 510, 288, 190, 170]),
            11.6,
        ),
        _distribution(
            "workload_notes_12m", "number", _bins(["0", "1", "2", "3", "≥ 4"], [29_104, 6_402, 2_011, 640, 255]), 0.35
        ),
        _distribution("left_within_12_months", "boolean", _bins(["false", "true"], [32_118, 3_902])),
    ]


def _snapshots(total: int) -> list[dict[str, Any]]:
    rows = [int(total / 40_120 * (1_000 + 102 * year + (year * 53) % 97)) for year in range(20)]
    rows[-1] += total - sum(rows)
    rates = [0.072 + 0.004 * ((year * 7) % 11) + (0.03 if year in (14, 15) else 0) for year in range(20)]
    positives = [int(rows[year] * rates[year]) for year in range(19)] + [0]
    return [{"date": f"{2006 + n}-01-01", "rows": rows[n], "positives": positives[n]} for n in range(20)]


def _make() -> Evidence:
    kept = {name: source["framed"] - _FATES[name][0] for name, source in _SOURCES.items()}
    reasons = {
        name: [{"column": column, "rule": rule, "rows": rows} for column, rule, rows in _REASONS.get(name, ())]
        for name in _SOURCES
    }
    refined = {
        name: {
            "framed": source["framed"],
            "kept": kept[name],
            "rejected": _FATES[name][0],
            "bytes": source["bytes"],
            "reasons": reasons[name],
            "ignored_fields": {"badge_colour": 812} if name == "hrms_employees" else {},
            "masked": _MASKED.get(name, {}),
            "columns": {
                f"{name.partition('_')[2]}_{place}": {"action": action, "logical_type": "string"}
                for place, action in enumerate(_ACTIONS[name].split())
            },
        }
        for name, source in _SOURCES.items()
    }
    validated = {
        name: {
            "kept": kept[name] - _FATES[name][1],
            "rejected": _FATES[name][0] + _FATES[name][1],
            "moved": _FATES[name][1],
            "reasons": [{"column": "*", "rule": "unique", "rows": _FATES[name][1]}],
        }
        for name in _SOURCES
    }
    assembled = {
        name: {
            "kept": kept[name] - moved,
            "used": kept[name] - moved - merged - outside,
            "merged": merged,
            "out_of_scope": outside,
        }
        for name, (_, moved, merged, outside) in _FATES.items()
    }
    names = ("source", "rule", "metric", "column", "value", "operator", "threshold", "unit", "severity", "verdict")
    snapshots = _snapshots(40_120)
    positives = sum(snapshot["positives"] for snapshot in snapshots)
    return {
        "run": {
            "stage": "run",
            "dataset": "attrition",
            "title": "Employee attrition",
            "run": "9f31c2a07be4d815",
            "as_of": "2025-12-31",
            "code": "4be1" * 16,
            "commit": "867278c",
            "key_epoch": "1-5d0c9a1be27f",
            "created": "2026-01-05T08:00:00+00:00",
            "inputs": {
                name: {"records": source["framed"], "records_digest": f"{place + 1:x}a7c" * 16}
                for place, (name, source) in enumerate(_SOURCES.items())
            },
        },
        "extract": {"stage": "extract", "sources": _SOURCES, "seconds": 21.8},
        "refine": {
            "stage": "refine",
            "sources": refined,
            "roster": {"identities": 5_000, "terms": 21_204},
            **_stage(94.2, 168.0, 2_410_000_000),
        },
        "validate": {
            "stage": "validate",
            "sources": validated,
            "gates": [dict(zip(names, gate, strict=True)) for gate in _GATES],
            **_stage(18.4, 29.1, 1_610_000_000),
        },
        "assemble": {
            "stage": "assemble",
            "sources": assembled,
            "entities": 5_000,
            "rows": 40_120,
            "snapshots": snapshots,
            "features": [dict(zip(("name", "source", "unit", "description"), item, strict=True)) for item in _FEATURES],
            "label": {
                "name": "left_within_12_months",
                "horizon_months": 12,
                "positives": positives,
                "negatives": 40_120 - positives - snapshots[-1]["rows"],
                "censored": snapshots[-1]["rows"],
            },
            **_stage(41.7, 74.9, 1_990_000_000),
        },
        "assess": {
            "stage": "assess",
            "policy": "release",
            "k_required": 5,
            "k": 7,
            "l_required": 2,
            "l": 2,
            "sensitive": ["left_within_12_months"],
            "quasi_identifiers": [
                {"column": "age_band", "level": 0, "levels": 3, "expression": "age_band"},
                {"column": "gender", "level": 0, "levels": 2, "expression": "gender"},
                {
                    "column": "country",
                    "level": 1,
                    "levels": 3,
                    "expression": "CASE WHEN country = 'IN' THEN 'IN' ELSE 'other' END",
                },
                {
                    "column": "job_level",
                    "level": 1,
                    "levels": 4,
                    "expression": "CASE WHEN job_level <= 3 THEN 'low' ELSE 'high' END",
                },
            ],
            "entities": 5_000,
            "published_entities": 4_873,
            "withheld_entities": 127,
            "rows": 40_120,
            "published_rows": 38_412,
            "withheld_rows": 1_708,
            "base_rate_before": 0.1012,
            "base_rate_after": 0.0994,
            "recall_required": 0.9,
            "recall": [
                dict(zip(("entity_type", "planted", "found", "recall", "lower_bound"), item, strict=True))
                for item in _RECALL
            ],
            **_stage(22.9, 33.3, 1_430_000_000),
        },
        "publish": {
            "stage": "publish",
            "version": "2025-12-31-9f31c2a07be4d815",
            "rows": 38_412,
            "columns": 12,
            "files": [
                {"name": "attrition.csv", "bytes": 4_102_339, "sha256": "5f0e" * 16},
                {"name": "attrition.parquet", "bytes": 702_118, "sha256": "c81d" * 16},
                {"name": "croissant.json", "bytes": 9_120, "sha256": "77ab" * 16},
            ],
            "leak_scan": {"files": 4, "values": 921_888, "fingerprints": 21_204, "canaries": 40, "hits": 0},
            "distributions": _distributions(),
        },
    }


@pytest.fixture
def evidence() -> Evidence:
    """A fresh copy, so that a test may change or remove whatever it likes."""
    return copy.deepcopy(_make())


def _table(rows: int, salt: int = 0) -> pa.Table:
    people = range(rows)
    return pa.table(
        {
            "person": [f"{(n * 7919 + salt) % 100_003:08x}" for n in people],
            "snapshot_date": pa.array([date(2020 + n % 4, 1, 1) for n in people], pa.date32()),
            "country": [("IN", "US", "DE")[n % 3] for n in people],
            "tenure": [n % 13 / 4 if n % 11 else None for n in people],
            "level": pa.array([1 + n % 5 for n in people], pa.int64()),
            "left": [n % 9 == 0 for n in people],
        }
    )


def _manifest(table: pa.Table, files: tuple[PublishedFile, ...]) -> Manifest:
    return Manifest(
        dataset="staff",
        run="0123abcd",
        as_of="2025-12-31",
        policy="release",
        k=5,
        l=2,
        rows=table.num_rows,
        columns=tuple(
            PublishedColumn(name, column_type(table.schema.field(name).type), f"What {name} says.", "", "staff_source")
            for name in table.column_names
        ),
        files=files,
        inputs={"staff_source": {"records": 1_000, "records_digest": "ab" * 32}},
        code="c0de" * 16,
        key_epoch="1-aabbccddeeff",
        features_digest="fea7" * 16,
    )


@pytest.fixture(scope="session")
def table() -> Callable[..., pa.Table]:
    """Makes a small table to publish; another `salt` gives other people."""
    return _table


@pytest.fixture(scope="session")
def fill() -> Callable[[Path, pa.Table], Manifest]:
    """Writes a whole version of a table into a folder, as the publish stage does."""

    def write(folder: Path, rows: pa.Table) -> Manifest:
        arranged = arrange(rows, ["person", "snapshot_date"])
        write_csv(arranged, folder / "staff.csv")
        write_parquet(arranged, folder / "staff.parquet")
        data = tuple(describe_file(folder / f"staff.{kind}") for kind in ("csv", "parquet"))
        (folder / "croissant.json").write_bytes(croissant_bytes(_manifest(arranged, data), "Staff"))
        manifest = _manifest(arranged, (*data, describe_file(folder / "croissant.json")))
        (folder / "manifest.json").write_bytes(manifest_bytes(manifest))
        (folder / "report.html").write_text("<!doctype html><title>Staff</title>")
        return manifest

    return write
