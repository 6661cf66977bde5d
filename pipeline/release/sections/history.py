"""Each measure of this run beside those of earlier runs, and the range in which it was expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, need

_ORDER = {"fail": 0, "warn": 1, "pass": 2, "young": 3}
_NAMES = {"rows": "rows", "nulls": "without a value", "mean": "mean", "distinct": "distinct values"}
#: Measures that are drawn, and how many more are told in figures.
_DRAWN, _TOLD = 24, 300
#: The newest value stands here, in percent of the picture's width; what is left and right of it is the band's.
_NEWEST = 94.0
#: Free space above and below, in percent of the picture's height.
_MARGIN = 10.0


@dataclass(frozen=True)
class Spark:
    """One measure; places in percent of the picture, from its top. `band` is top and height of what was expected."""

    what: str
    note: str
    verdict: str
    value: str
    expected: str
    line: str
    at: float
    band: tuple[float, float] | None
    earlier: str


@dataclass(frozen=True)
class History:
    """All measures, those that stand out first.

    Attributes:
        young: why nothing is judged yet; empty if it is.
        told: measures that are not drawn: what, verdict, value.
        left: how many are neither drawn nor told.
    """

    young: str
    runs: str
    counts: Mapping[str, int]
    drawn: tuple[Spark, ...]
    told: tuple[tuple[str, str, str], ...]
    left: int


def history(evidence: Evidence) -> History:
    """What validate held against earlier runs.

    Raises:
        NotMeasuredError: validate held nothing against them.
    """
    found: Mapping[str, Any] = need(evidence, "validate", "anomalies")
    measures = sorted(found["measures"], key=lambda item: (_ORDER[item["verdict"]], -_strain(item)))
    verdicts = [str(item["verdict"]) for item in measures]
    # What can't be judged yet is told in figures; only how many rows there were is worth a picture by then.
    worth = [item for item in measures if item["verdict"] != "young" or (item["measure"] == "rows" and item["history"])]
    drawn = worth[:_DRAWN]
    rest = [item for item in measures if item not in drawn]
    return History(
        _young(int(found["runs"]), int(found["needed"])),
        figures.plural(int(found["runs"]), "earlier run"),
        {verdict: verdicts.count(verdict) for verdict in _ORDER},
        tuple(_spark(item) for item in drawn),
        tuple(
            (f"{_where(item)}, {_name(item)}", str(item["verdict"]), _text(item, item["value"]))
            for item in rest[:_TOLD]
        ),
        max(len(rest) - _TOLD, 0),
    )


def _young(runs: int, needed: int) -> str:
    if runs >= needed:
        return ""
    missing = figures.plural(needed - runs, "more published run")
    have = figures.plural(runs, "earlier run") if runs else "No earlier run"
    return f"{have} of {needed} needed: {missing} of other as-of dates, and a new one is judged by them."


def _strain(item: Mapping[str, Any]) -> float:
    """How far from the middle of what was expected, in half widths of it."""
    low, high = item["low"], item["high"]
    if low is None or high is None:
        return 0.0
    half = (high - low) / 2
    away = abs(float(item["value"]) - (low + high) / 2)
    return float(away / half) if half else float("inf") if away else 0.0


def _where(item: Mapping[str, Any]) -> str:
    return f"{item['source']}.{item['column']}" if item["column"] else str(item["source"])


def _name(item: Mapping[str, Any]) -> str:
    return _NAMES.get(str(item["measure"]), str(item["measure"]))


def _text(item: Mapping[str, Any], value: float) -> str:
    if item["measure"] == "nulls":
        return figures.percent(min(max(value, 0.0), 1.0))
    return figures.figure(value) if item["measure"] == "mean" else figures.compact(value)


def _spark(item: Mapping[str, Any]) -> Spark:
    values = [float(value) for _, value in item["history"]]
    value, low, high = float(item["value"]), item["low"], item["high"]
    bounds = [float(low), float(high)] if low is not None and high is not None else []
    top, end = max([*values, value, *bounds]), min([*values, value, *bounds])

    def place(figure: float) -> float:
        """From the top; a history in which nothing moves lies in the middle."""
        part = (top - figure) / (top - end) if top > end else 0.5
        return round(_MARGIN + (100 - 2 * _MARGIN) * part, 2)

    step = _NEWEST / max(len(values), 1)
    points = [f"{at * step:.2f},{place(one)}" for at, one in enumerate(values)]
    return Spark(
        str(item["column"] or item["source"]),
        f"{item['source']}, {_name(item)}" if item["column"] else _name(item),
        str(item["verdict"]),
        _text(item, value),
        f"{_text(item, low)} to {_text(item, high)}" if bounds else "",
        " ".join([*points, f"{_NEWEST},{place(value)}"]) if points else "",
        place(value),
        (place(bounds[1]), round(place(bounds[0]) - place(bounds[1]), 2)) if bounds else None,
        _earlier(item, values),
    )


def _earlier(item: Mapping[str, Any], values: Sequence[float]) -> str:
    """In words what the line shows."""
    if not values:
        return "no earlier run"
    days = [str(day) for day, _ in item["history"]]
    between = f"{_text(item, min(values))} to {_text(item, max(values))}"
    return f"{between} in {figures.plural(len(values), 'run')} as of {days[0]} to {days[-1]}"
