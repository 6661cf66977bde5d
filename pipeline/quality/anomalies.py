"""Anomalies: figures of a run that lie outside what earlier runs let expect."""

from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.contracts.dataset import Watch
from pipeline.evidence.record import Document
from pipeline.quality.bounds import LEAST, bounds
from pipeline.quality.history import PastRun
from pipeline.quality.measures import Key, Measure, measures
from pipeline.quality.verdicts import verdict

_DIGITS = 9
_COUNTS = ("rows", "distinct")
Point = tuple[date, float]


def anomalies(sources: Mapping[str, Document], as_of: date, past: Sequence[PastRun], watch: Watch) -> Document:
    """Evidence `validate.anomalies`: each figure, the bounds that earlier runs give it, and its verdict.

    Args:
        sources: what refine found in this run, by source.
        as_of: the run's as-of date.
        past: earlier runs, oldest first.
        watch: how many runs there must be before one is judged by them, and what becomes of an anomaly.
    """
    history: dict[Key, list[Point]] = {}
    for run in past:
        for key, measure in measures(run.sources):
            history.setdefault(key, []).append((run.as_of, measure.value))
    found = [_judged(key, measure, history.get(key, []), as_of, watch) for key, measure in measures(sources)]
    return {"runs": len(past), "needed": watch.history, "measures": found}


def _judged(key: Key, measure: Measure, history: Sequence[Point], as_of: date, watch: Watch) -> Document:
    source, column, name = key
    document = {
        "source": source,
        "column": column,
        "measure": name,
        "value": measure.value,
        "low": None,
        "high": None,
        "verdict": "young",
        "history": [[day.isoformat(), value] for day, value in history],
    }
    if len(history) < max(watch.history, LEAST):
        return document
    when, series = [float(day.toordinal()) for day, _ in history], [value for _, value in history]
    low, high = bounds(when, series, float(as_of.toordinal()), measure.floor, name in _COUNTS)
    if name != "mean":
        low = max(0.0, low)  # counts and shares
    holds = low <= measure.value <= high
    return {
        **document,
        "low": round(low, _DIGITS),
        "high": round(high, _DIGITS),
        "verdict": verdict(holds, watch.severity),
    }
