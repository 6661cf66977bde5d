"""Rows per snapshot, and the label.

A label is true or false, with a rate per snapshot; a number or a word; or there is none. A snapshot whose horizon had
not ended by the as-of date has no label yet.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, have, need, told
from pipeline.release.sections.scales import nice_ceiling, share


@dataclass(frozen=True)
class Snapshot:
    """One snapshot; heights in percent of the picture. `rate` is None while the horizon is open."""

    date: str
    rows: str
    height: float
    rate: str | None
    rate_height: float


@dataclass(frozen=True)
class LabelShare:
    """How many rows have which label."""

    kind: str
    name: str
    width: float
    text: str
    part: str


@dataclass(frozen=True)
class Rates:
    """Where the label is true or false: its rate per snapshot."""

    most: str
    horizon: int
    line: tuple[tuple[float, float], ...]
    """Points (x, y from the top)."""


@dataclass(frozen=True)
class Population:
    """All snapshots in order, ends of both axes, and the label's totals."""

    snapshots: tuple[Snapshot, ...]
    most_rows: str
    label: str | None
    """None: the dataset has no label."""
    rates: Rates | None
    """None: the label is a number or a word, or there is none."""
    labels: tuple[LabelShare, ...]
    entities: str
    rows: str


def population(evidence: Evidence) -> Population:
    """The chart of snapshots.

    Raises:
        NotMeasuredError: assemble left no snapshots, or does not say whether there is a label.
    """
    found = sorted(need(evidence, "assemble", "snapshots"), key=lambda snapshot: str(snapshot["date"]))
    label = told(evidence, "assemble", "label")
    rows = int(need(evidence, "assemble", "rows"))
    most_rows = nice_ceiling(max((snapshot["rows"] for snapshot in found), default=0))
    rated = label is not None and label["positives"] is not None
    as_of, horizon = have(evidence, "run", "as_of"), int(label["horizon_months"]) if rated else 0
    rates = [_rate(snapshot, as_of, horizon) if rated else None for snapshot in found]
    most_rate = nice_ceiling(max((rate for rate in rates if rate is not None), default=0.0))
    return Population(
        tuple(
            Snapshot(
                str(snapshot["date"]),
                figures.count(snapshot["rows"]),
                share(snapshot["rows"], most_rows),
                None if rate is None else figures.percent(rate),
                0.0 if rate is None else share(rate, most_rate),
            )
            for snapshot, rate in zip(found, rates, strict=True)
        ),
        figures.count(most_rows),
        None if label is None else str(label["name"]),
        Rates(figures.percent(most_rate), horizon, _line(rates, most_rate)) if rated else None,
        () if label is None else _labels(label, rows),
        figures.count(need(evidence, "assemble", "entities")),
        figures.count(rows),
    )


def _line(rates: list[float | None], most: float) -> tuple[tuple[float, float], ...]:
    return tuple(
        (round(100 * (place + 0.5) / len(rates), 3), round(100 - share(rate, most), 3))
        for place, rate in enumerate(rates)
        if rate is not None
    )


def _rate(snapshot: dict[str, object], as_of: str | None, horizon: int) -> float | None:
    rows, positives = snapshot["rows"], snapshot.get("positives")
    if not isinstance(rows, int) or not isinstance(positives, int) or not rows:
        return None
    if as_of is not None and _months_later(str(snapshot["date"]), horizon) > as_of[:10]:
        return None
    return positives / rows


def _months_later(day: str, months: int) -> str:
    start = date.fromisoformat(day[:10])
    years, month = divmod(start.month - 1 + months, 12)
    return f"{start.year + years:04d}-{month + 1:02d}-{start.day:02d}"


def _labels(label: dict[str, Any], rows: int) -> tuple[LabelShare, ...]:
    """How many rows have which label; of one that is a number or a word, how many have any."""
    unknown = int(label["censored"])
    names = {"positives": "yes", "negatives": "no"}
    totals = {kind: int(label[kind]) for kind in names if label[kind] is not None} or {"positives": rows - unknown}
    if label["positives"] is None:
        names["positives"] = "has a value"
    names["censored"] = "not known yet" if label["horizon_months"] else "missing"
    totals["censored"] = unknown
    whole = sum(totals.values())
    return tuple(
        LabelShare(kind, names[kind], share(count, whole), figures.count(count), figures.percent(count / whole))
        for kind, count in totals.items()
        if count
    )
