"""How each published column is distributed."""

from typing import Any

from tests.release.evidence.assemble import snapshots_of

ROWS = 38_412

Bins = list[dict[str, Any]]


def distributions() -> list[dict[str, Any]]:
    """One item a column, in the columns' order."""
    return [_distribution(*item) for item in (*_about_people(), *_about_work())]


def _about_people() -> list[tuple[Any, ...]]:
    years = {f"{2006 + n}": snapshot["rows"] for n, snapshot in enumerate(snapshots_of(ROWS))}
    ages = {"30-39": 13_902, "40-49": 10_220, "<30": 8_114, "50-59": 4_880, "60+": 1_296}
    countries = {"IN": 19_102, "US": 9_011, "DE": 4_902, "GB": 3_311, "FR": 2_086}
    departments = {
        "Engineering": 13_204,
        "Operations": 8_731,
        "Sales": 7_090,
        "Support": 5_120,
        "Finance": 2_631,
        "People": 1_636,
    }
    return [
        ("snapshot_date", "date", _bins(years)),
        ("tenure_years", "number", _steps(0, 1, [int(6_400 * 0.84**n) for n in range(20)]), 5.13),
        ("age_band", "category", _bins(ages)),
        ("country", "category", _bins(countries)),
        ("department", "category", _bins(departments)),
    ]


def _about_work() -> list[tuple[Any, ...]]:
    levels = {"1": 7_102, "2": 10_931, "3": 9_310, "4": 6_204, "5": 3_120, "6": 1_402, "7": 343}
    pay = [1_900 + (n * 37) % 60 for n in range(20)]
    waits = [int(4_000 * 0.87**n) for n in range(18)]
    ratings = [80, 130, 260, 610, 1_190, 2_200, 3_600, 5_020, 5_710, 5_204, 4_010, 2_604, 1_402, 730, 290, 96]
    leaves = [2_900, 4_100, 5_900, 7_204, 6_830, 4_902, 2_801, 1_604, 902, 510, 288, 190, 170]
    notes = {"0": 29_104, "1": 6_402, "2": 2_011, "3": 640, "≥ 4": 255}
    return [
        ("job_level", "number", _bins(levels), 2.86),
        ("pay_quantile", "number", _steps(0, 0.05, pay), 0.498),
        ("months_since_promotion", "number", _steps(0, 6, waits), 31.4),
        ("rating_avg_3", "number", _steps(1, 0.25, ratings), 3.27),
        ("leave_days_12m", "number", _steps(0, 3, leaves), 11.6),
        ("workload_notes_12m", "number", _bins(notes), 0.35),
        ("left_within_12_months", "boolean", _bins({"false": 32_118, "true": 3_902})),
    ]


def _distribution(column: str, kind: str, bins: Bins, mean: float | None = None) -> dict[str, Any]:
    span = {"min": 0.0, "max": 20.0} if kind == "number" else {"min": None, "max": None}
    missing = ROWS - sum(item["count"] for item in bins)
    return {"column": column, "kind": kind, "rows": ROWS, "missing": missing, "bins": bins, "mean": mean, **span}


def _bins(counts: dict[str, int]) -> Bins:
    return [{"label": label, "count": count} for label, count in counts.items()]


def _steps(first: float, width: float, counts: list[int]) -> Bins:
    labels = [f"{first + width * n:g} – {first + width * (n + 1):g}" for n in range(len(counts))]
    labels[-1] = f"≥ {first + width * (len(counts) - 1):g}"
    return _bins(dict(zip(labels, counts, strict=True)))
