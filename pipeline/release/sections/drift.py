"""How far each column has moved from the pinned baseline: now filled, then as an outline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, have, need
from pipeline.release.sections.scales import clamp, share

#: Columns that are drawn, and how many more are told in figures.
_DRAWN, _TOLD = 24, 300
#: Columns that are in the run or the baseline only, by name at most.
_NAMED = 12
#: The bin of rows without a value: no place on the axis of the others.
_NO_VALUE = "no value"
_NOTES = {"text": "length of texts", "language": "language of texts", "identifier": "with a value or without"}
_SIDES = {"baseline": "the baseline only", "run": "this run only"}


@dataclass(frozen=True)
class Measure:
    """A distance and its limit; `width` in percent of a bar on which the limit lies in the middle."""

    name: str
    text: str
    limit: str
    width: float
    over: bool


@dataclass(frozen=True)
class Bar:
    """One bin as it is now; places in percent of the picture."""

    x: float
    width: float
    height: float
    empty: bool
    text: str


@dataclass(frozen=True)
class Drifted:
    """One column; `outline` is the path of the baseline's bins, `change` tells the bin that changed most."""

    column: str
    note: str
    verdict: str
    measures: tuple[Measure, Measure]
    bars: tuple[Bar, ...]
    outline: str
    low: str
    high: str
    change: str


@dataclass(frozen=True)
class Drift:
    """All columns, the nearest to its limit or farthest beyond it first.

    Attributes:
        baseline: what they are compared with; empty if none is pinned.
        hint: the command that pins one.
        unmatched: columns that only one of the two has, in words.
        told: columns that are not drawn: where, verdict, and both distances.
        left: how many are neither drawn nor told.
    """

    baseline: str
    hint: str
    counts: Mapping[str, int]
    unmatched: str
    drawn: tuple[Drifted, ...]
    told: tuple[tuple[str, str, str, str], ...]
    left: int


def drift(evidence: Evidence) -> Drift:
    """What validate compared with the baseline.

    Raises:
        NotMeasuredError: validate compared nothing.
    """
    found: Mapping[str, Any] = need(evidence, "validate", "drift")
    columns = sorted(found["columns"], key=_ratio, reverse=True)
    baseline = found.get("baseline") or {}
    verdicts = [str(item["verdict"]) for item in columns]
    return Drift(
        f"run {baseline.get('run')} as of {baseline.get('as_of')}" if baseline else "",
        f"clearwell baseline pin {have(evidence, 'run', 'dataset') or 'DATASET'}",
        {verdict: verdicts.count(verdict) for verdict in ("pass", "warn", "fail")},
        _unmatched(found.get("unmatched", ())),
        tuple(_drifted(item) for item in columns[:_DRAWN]),
        tuple(_told(item) for item in columns[_DRAWN : _DRAWN + _TOLD]),
        max(len(columns) - _DRAWN - _TOLD, 0),
    )


def _ratio(item: Mapping[str, Any]) -> float:
    return max(_of(float(item[name]), float(item[f"{name}_limit"])) for name in ("psi", "js"))


def _of(value: float, limit: float) -> float:
    return value / limit if limit else float(value > 0)


def _note(item: Mapping[str, Any]) -> str:
    note = _NOTES.get(str(item["kind"]))
    return f"{item['source']}, {note}" if note else str(item["source"])


def _unmatched(found: Sequence[Mapping[str, Any]]) -> str:
    """Columns that could not be compared, in words."""
    names = [f"{item['source']}.{item['column']} (in {_SIDES.get(item['in'], item['in'])})" for item in found[:_NAMED]]
    more = [f"{len(found) - _NAMED} more"] if len(found) > _NAMED else []
    return ", ".join([*names, *more])


def _told(item: Mapping[str, Any]) -> tuple[str, str, str, str]:
    where = f"{item['source']}.{item['column']}" + (", language" if item["kind"] == "language" else "")
    return where, str(item["verdict"]), _distance(item["psi"]), _distance(item["js"])


def _distance(value: float) -> str:
    return f"{value:.3f}" if value < 10 else figures.figure(value)


def _drifted(item: Mapping[str, Any]) -> Drifted:
    bins = [(str(label), float(then), float(now)) for label, then, now in item["bins"]]
    ordered = [label for label, *_ in bins if label != _NO_VALUE] if item["kind"] in ("number", "date", "text") else []
    return Drifted(
        str(item["column"]),
        _note(item),
        str(item["verdict"]),
        (_measure("PSI", item["psi"], item["psi_limit"]), _measure("JS", item["js"], item["js_limit"])),
        _bars(bins),
        _outline(bins),
        ordered[0] if ordered else "",
        ordered[-1] if len(ordered) > 1 else "",
        _change(bins),
    )


def _measure(name: str, value: float, limit: float) -> Measure:
    ratio = _of(float(value), float(limit))
    return Measure(name, _distance(value), _distance(limit), clamp(50 * ratio), ratio > 1)


def _most(bins: Sequence[tuple[str, float, float]]) -> float:
    return max((part for _, then, now in bins for part in (then, now)), default=0)


def _bars(bins: Sequence[tuple[str, float, float]]) -> tuple[Bar, ...]:
    most, step = _most(bins), 100 / max(len(bins), 1)
    return tuple(
        Bar(
            round((at + 0.06) * step, 2),
            round(0.88 * step, 2),
            share(now, most),
            label == _NO_VALUE,
            f"{label}: {_then_now(then, now)}",
        )
        for at, (label, then, now) in enumerate(bins)
    )


def _outline(bins: Sequence[tuple[str, float, float]]) -> str:
    """Steps from the ground up, over all bins and back to the ground."""
    most, step = _most(bins), 100 / max(len(bins), 1)
    steps = (f"V{100 - share(then, most):.1f}H{(at + 1) * step:.2f}" for at, (_, then, _) in enumerate(bins))
    return f"M0 100{''.join(steps)}V100" if bins else ""


def _change(bins: Sequence[tuple[str, float, float]]) -> str:
    if not bins:
        return ""
    label, then, now = max(bins, key=lambda item: round(abs(item[2] - item[1]), 9))
    return f"{label}: {_then_now(then, now)}" if then != now else "no bin changed"


def _then_now(then: float, now: float) -> str:
    return f"{figures.percent(then)} → {figures.percent(now)}"
