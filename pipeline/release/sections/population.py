"""Rows and label rate per snapshot. A snapshot whose horizon had not ended by the as-of date has no label yet."""

from dataclasses import dataclass
from datetime import date

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, have, need
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
class Population:
    """All snapshots in order, ends of both axes, and the label's totals."""

    snapshots: tuple[Snapshot, ...]
    most_rows: str
    most_rate: str
    label: str
    horizon: int
    labels: tuple[LabelShare, ...]
    entities: str
    rows: str
    line: tuple[tuple[float, float], ...]
    """Points (x, y from the top) of the label rate."""


def population(evidence: Evidence) -> Population:
    """The chart of snapshots.

    Raises:
        NotMeasuredError: assemble left no snapshots or label.
    """
    found = sorted(need(evidence, "assemble", "snapshots"), key=lambda snapshot: str(snapshot["date"]))
    label = need(evidence, "assemble", "label")
    as_of, horizon = have(evidence, "run", "as_of"), int(label["horizon_months"])
    most_rows = nice_ceiling(max((snapshot["rows"] for snapshot in found), default=0))
    rates = [_rate(snapshot, as_of, horizon) for snapshot in found]
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
        figures.percent(most_rate),
        str(label["name"]),
        horizon,
        _labels({kind: int(label[kind]) for kind in ("positives", "negatives", "censored")}),
        figures.count(need(evidence, "assemble", "entities")),
        figures.count(need(evidence, "assemble", "rows")),
        tuple(
            (round(100 * (place + 0.5) / len(found), 3), round(100 - share(rate, most_rate), 3))
            for place, rate in enumerate(rates)
            if rate is not None
        ),
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


def _labels(totals: dict[str, int]) -> tuple[LabelShare, ...]:
    names = {"positives": "yes", "negatives": "no", "censored": "not known yet"}
    whole = sum(totals.values())
    return tuple(
        LabelShare(kind, names[kind], share(rows, whole), figures.count(rows), figures.percent(rows / whole))
        for kind, rows in totals.items()
        if rows
    )
