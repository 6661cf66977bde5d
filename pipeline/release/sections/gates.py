"""The gates: each a measured value, the range that is allowed, and the verdict."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, need
from pipeline.release.sections.scales import nice_ceiling, share

_ORDER = {"fail": 0, "warn": 1, "pass": 2}
_METRICS = {
    "rejectedRows": "rejected rows",
    "rowCount": "rows",
    "nullValues": "rows without a value",
    "missingValues": "missing values",
    "invalidValues": "invalid values",
    "duplicateValues": "duplicate values",
    "brokenRows": "rows that break a rule",
    "sql": "what a query counts",
}
_WORDS = {
    "mustBe": "must be",
    "mustNotBe": "must not be",
    "mustBeGreaterThan": "must be more than",
    "mustBeGreaterOrEqualTo": "must be at least",
    "mustBeLessThan": "must be less than",
    "mustBeLessOrEqualTo": "must be at most",
    "mustBeBetween": "must be between",
    "mustNotBeBetween": "must not be between",
}


@dataclass(frozen=True)
class Gate:
    """One gate; places in percent of its scale. `start` to `end` is the band of what is allowed."""

    verdict: str
    where: str
    metric: str
    rule: str
    value: str
    condition: str
    severity: str
    at: float
    start: float
    end: float


@dataclass(frozen=True)
class Gates:
    """All gates, the failed first, and how many have each verdict."""

    gates: tuple[Gate, ...]
    counts: Mapping[str, int]


def gates(evidence: Evidence) -> Gates:
    """The gates that validate judged.

    Raises:
        NotMeasuredError: validate left no evidence.
    """
    found = sorted(need(evidence, "validate", "gates"), key=lambda gate: _ORDER[gate["verdict"]])
    counts = {verdict: sum(gate["verdict"] == verdict for gate in found) for verdict in _ORDER}
    return Gates(tuple(_gate(gate) for gate in found), counts)


def _gate(gate: Mapping[str, Any]) -> Gate:
    value, unit = float(gate["value"]), str(gate["unit"])
    low, high = _allowed(str(gate["operator"]), gate["threshold"])
    finite = [limit for limit in (value, low, high) if math.isfinite(limit)]
    end = 100.0 if unit == "percent" and max(finite) > 50 else nice_ceiling(max(finite) * 1.25)
    return Gate(
        str(gate["verdict"]),
        f"{gate['source']}.{gate['column']}" if gate.get("column") else str(gate["source"]),
        _METRICS.get(str(gate["metric"]), str(gate["metric"])),
        str(gate["rule"]),
        _with_unit(value, unit),
        f"{_WORDS.get(str(gate['operator']), str(gate['operator']))} {_limits(gate['threshold'], unit)}",
        str(gate["severity"]),
        share(value, end),
        share(max(low, 0), end),
        share(min(high, end), end),
    )


def _allowed(operator: str, threshold: Any) -> tuple[float, float]:
    """The allowed range; for operators that forbid a value or a range, everything (the words say the rest)."""
    if isinstance(threshold, list | tuple):
        return (float(threshold[0]), float(threshold[1])) if operator == "mustBeBetween" else (0.0, math.inf)
    limit = float(threshold)
    if operator.startswith("mustBeGreater"):
        return limit, math.inf
    if operator.startswith("mustBeLess"):
        return 0.0, limit
    return (limit, limit) if operator == "mustBe" else (0.0, math.inf)


def _limits(threshold: Any, unit: str) -> str:
    if isinstance(threshold, list | tuple):
        return " and ".join(_with_unit(float(limit), unit) for limit in threshold)
    return _with_unit(float(threshold), unit)


def _with_unit(value: float, unit: str) -> str:
    return f"{figures.figure(value)}{figures.THIN_SPACE}%" if unit == "percent" else figures.figure(value)
