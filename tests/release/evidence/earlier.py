"""What the stage validate says of the baseline and of earlier runs: one column has drifted, one measure stands out."""

import math
from typing import Any

_KINDS = ("number", "date", "category", "text", "identifier", "boolean")
_NAMES = ("salary", "start_date", "currency", "comment", "reason", "active", "rating", "days", "level", "review_date")
_SOURCES = ("hrms_job_events", "reviews", "legacy_leave")


def drift_evidence(columns: int = 30) -> dict[str, Any]:
    """The document's part: shares of a bell, the first columns shifted the most."""
    return {
        "baseline": {"run": "1d0c22aa9e0b71f4", "as_of": "2024-12-31", "pinned": "2025-01-07T09:00:00+00:00"},
        "columns": [_column(at) for at in range(columns)],
        "unmatched": [{"source": "reviews", "column": "mood", "in": "run"}],
    }


def _column(at: int) -> dict[str, Any]:
    shift = 3.0 / (1 + at)
    kind = _KINDS[at % 3]
    labels = {
        "number": [f"[{n * 500}, {n * 500 + 500})" for n in range(16)],
        "date": [f"2024-{n + 1:02d}" for n in range(12)],
        "category": ["EUR", "INR", "USD", "GBP", "#07", "no value"],
    }[kind]
    then, now = _bell(len(labels), 0), _bell(len(labels), shift)
    psi = sum((b - a) * math.log(b / a) for a, b in zip(then, now, strict=True))
    name = f"{_NAMES[at % 10]}{'' if at < 10 else at}"
    return {
        "source": _SOURCES[at % 3],
        "column": name,
        "kind": kind,
        "psi": psi,
        "js": psi / 11,
        "psi_limit": 0.2,
        "js_limit": 0.1,
        "verdict": "warn" if psi > 0.2 else "pass",
        "bins": [[label, a, b] for label, a, b in zip(labels, then, now, strict=True)],
    }


def _bell(bins: int, shift: float) -> list[float]:
    heights = [math.exp(-(((n - bins / 2 - shift * bins / 16) / (bins / 4)) ** 2)) + 0.02 for n in range(bins)]
    return [height / sum(heights) for height in heights]


def anomalies_evidence(runs: int = 8, needed: int = 5) -> dict[str, Any]:
    """The document's part: six years of growth, and a share of nulls that has tripled."""
    judged = runs >= needed
    measures = [_measure(source, None, "rows", 900 + 400 * at, judged) for at, source in enumerate(_SOURCES)]
    for at, name in enumerate(_NAMES):
        source = _SOURCES[at % 3]
        measures.append(_measure(source, name, "nulls", 0.02 * (at % 4), judged))
        measures.append(_measure(source, name, "mean", 10.0 ** (at % 5), judged))
        measures.append(_measure(source, name, "distinct", 12 * (1 + at), judged))
    strange = measures[6]
    strange.update(value=0.19, verdict="warn" if judged else "young")
    return {"runs": runs, "needed": needed, "measures": [_young(item, runs, judged) for item in measures]}


def _measure(source: str, column: str | None, measure: str, size: float, judged: bool) -> dict[str, Any]:
    values = [size * (1 + 0.03 * n + 0.02 * math.sin(7 * n)) for n in range(8)]
    return {
        "source": source,
        "column": column,
        "measure": measure,
        "value": size * 1.25,
        "low": size * 1.15 if judged else None,
        "high": size * 1.36 if judged else None,
        "verdict": "pass" if judged else "young",
        "history": [[f"{2017 + n}-12-31", value] for n, value in enumerate(values)],
    }


def _young(item: dict[str, Any], runs: int, judged: bool) -> dict[str, Any]:
    return {**item, "history": item["history"][-runs:] if runs else []}
