"""How each published column's values spread: small pictures of equal size."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, have, need
from pipeline.release.sections.scales import share

_MOST_NAMED = 6
#: More pictures than this nobody looks at, and a page of 500 columns would be megabytes.
MOST_PICTURES = 48


@dataclass(frozen=True)
class Mark:
    """One bin; `height` in percent of the fullest."""

    label: str
    height: float
    text: str
    part: str


@dataclass(frozen=True)
class Spread:
    """One column. `upright` columns are drawn as a histogram, the others as named bars."""

    column: str
    kind: str
    unit: str
    upright: bool
    marks: tuple[Mark, ...]
    low: str
    high: str
    middle: str
    missing: str
    missing_width: float


@dataclass(frozen=True)
class Spreads:
    """Pictures of the first columns, the label among them, and how many columns have none."""

    shown: tuple[Spread, ...]
    more: int


def spreads(evidence: Evidence) -> Spreads:
    """One picture a published column, up to `MOST_PICTURES`.

    Raises:
        NotMeasuredError: publish left no distributions.
    """
    units = {feature["name"]: feature.get("unit") or "" for feature in have(evidence, "assemble", "features") or ()}
    found = need(evidence, "publish", "distributions")
    label = have(evidence, "assemble", "label", "name")
    first = sorted((item["column"] for item in found), key=lambda column: column != label)[:MOST_PICTURES]
    shown = tuple(_spread(item, units.get(item["column"], "")) for item in found if item["column"] in first)
    return Spreads(shown, len(found) - len(shown))


def _spread(item: Mapping[str, Any], unit: str) -> Spread:
    rows, missing, bins = int(item["rows"]), int(item["missing"]), list(item["bins"])
    upright = item["kind"] in ("number", "date")
    shown = bins if upright else _named(bins)
    most = max((bin_["count"] for bin_ in shown), default=0)
    mean = item.get("mean")
    return Spread(
        str(item["column"]),
        str(item["kind"]),
        unit,
        upright,
        tuple(
            Mark(
                str(bin_["label"]),
                share(bin_["count"], most),
                figures.count(bin_["count"]),
                figures.percent(bin_["count"] / rows if rows else 0),
            )
            for bin_ in shown
        ),
        str(bins[0]["label"]) if bins else "",
        str(bins[-1]["label"]) if bins else "",
        f"mean {figures.figure(mean)}" if mean is not None else "",
        figures.percent(missing / rows if rows else 0),
        share(missing, rows),
    )


def _named(bins: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The largest categories; all further ones join "other", which `describe` puts last."""
    if len(bins) <= _MOST_NAMED:
        return bins
    named = [bin_ for bin_ in bins if bin_["label"] != "other"][: _MOST_NAMED - 1]
    rest = sum(bin_["count"] for bin_ in bins) - sum(bin_["count"] for bin_ in named)
    return [*named, {"label": "other", "count": rest}]
