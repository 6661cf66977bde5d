"""What masking cost: of each masked column, what could be told apart before and what still can."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, NotMeasuredError, need
from pipeline.release.sections.scales import clamp


@dataclass(frozen=True)
class Loss:
    """One masked column that is published.

    Attributes:
        before, after: distinct values, in words; `width` of their bars in percent, logarithmic.
        missing: share of rows without a value, in words; before and after where these differ.
        variance: share of the variance that is kept, in words, and `variance_width` in percent; empty, None: no number.
    """

    column: str
    action: str
    before: str
    after: str
    before_width: float
    after_width: float
    missing: str
    variance: str
    variance_width: float | None


@dataclass(frozen=True)
class SourceLoss:
    """The masked columns of one source; of dropped ones nothing is left to measure."""

    source: str
    losses: tuple[Loss, ...]
    dropped: tuple[str, ...]


def utility(evidence: Evidence) -> tuple[SourceLoss, ...]:
    """What the masks of each source took, where any column is masked.

    Raises:
        NotMeasuredError: refine measured no source: it left no evidence, or masks nothing.
    """
    sources: Mapping[str, Any] = need(evidence, "refine", "sources")
    measured = {name: source for name, source in sources.items() if (source.get("utility") or {}).get("columns")}
    if not measured:
        raise NotMeasuredError("refine measured no masked column")
    columns = [found for source in measured.values() for found in source["utility"]["columns"].values()]
    most = max(max(found["distinct"]) for found in columns)
    return tuple(_source(name, source, most) for name, source in measured.items())


def _source(name: str, source: Mapping[str, Any], most: int) -> SourceLoss:
    actions = {column: str(what["action"]) for column, what in source["columns"].items()}
    measured: Mapping[str, Any] = source["utility"]["columns"]
    told = {column: found for column, found in measured.items() if actions[column] != "drop"}
    rows = int(source["utility"]["rows"])
    losses = tuple(_loss(column, actions[column], found, rows, most) for column, found in told.items())
    return SourceLoss(name, losses, tuple(column for column in measured if column not in told))


def _loss(column: str, action: str, found: Mapping[str, Any], rows: int, most: int) -> Loss:
    before, after = found["distinct"]
    variance = found["variance_kept"]
    return Loss(
        column=column,
        action=action,
        before=figures.short(before),
        after=figures.short(after),
        before_width=_width(before, most),
        after_width=_width(after, most),
        missing=" → ".join(_shares(found["missing"], rows)),
        variance="" if variance is None else figures.percent(variance),
        variance_width=None if variance is None else clamp(100 * variance),
    )


def _width(count: int, most: int) -> float:
    return clamp(100 * math.log1p(count) / math.log1p(most)) if most else 0.0


def _shares(missing: list[int], rows: int) -> Iterator[str]:
    """Before and after, or one where both are the same."""
    yield from (figures.percent(count / rows) if rows else "–" for count in dict.fromkeys(missing))
