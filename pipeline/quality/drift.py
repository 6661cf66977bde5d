"""Drift: the columns of a run against the profiles of a pinned baseline."""

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.contracts.dataset import Watch
from pipeline.evidence.record import Document
from pipeline.quality.common_grid import NO_VALUE, Bin, Histogram, category_bins, interval_bins
from pipeline.quality.divergence import chance_js, chance_psi, jensen_shannon, psi, shares
from pipeline.quality.verdicts import verdict

_ORDERED = ("number", "date", "text")
_LANGUAGE = "language"
_BUCKET = "#"
_DIGITS = 6


def drift(baseline: Document | None, sources: Mapping[str, Document], key_epoch: str, watch: Watch) -> Document:
    """Evidence `validate.drift`: each column's distance to the baseline's, its limits and verdict.

    A column has drifted where its PSI or its Jensen-Shannon divergence exceeds the greater of the dataset's limit and
    of what chance gives samples of this size. Identifiers are compared by their nulls alone.

    Args:
        baseline: a pinned baseline, see evidence/baselines.py, and when it was `pinned`; None where there is none.
        sources: what refine found, by source: `kept` and `profile`.
        key_epoch: of the run's key; buckets of another key can't be compared and count as one.
        watch: the dataset's limits.
    """
    if baseline is None:
        return {"baseline": None, "columns": [], "unmatched": []}
    same_key = baseline["key_epoch"] == key_epoch
    columns: list[Document] = []
    unmatched: list[Document] = []
    for source in sorted({*baseline["sources"], *sources}):
        then, now = baseline["sources"].get(source, {}), sources.get(source, {})
        before, after = _profile(then), _profile(now)
        for column in sorted({*before, *after}):
            names, sides = {"source": source, "column": column}, (before.get(column), after.get(column))
            lacking = _lacking(*sides)
            if lacking:
                unmatched.append({**names, "in": lacking})
                continue
            found = _compared(then["kept"], before[column], now["kept"], after[column], same_key)
            columns += [{**names, **_judged(kind, bins, watch)} for kind, bins in found]
    pinned = {name: baseline[name] for name in ("run", "as_of", "pinned")}
    return {"baseline": pinned, "columns": columns, "unmatched": unmatched}


def _lacking(then: Document | None, now: Document | None) -> str:
    """Where alone a column is, or that it can't be compared; empty where it can."""
    if then is None or now is None:
        return "run" if then is None else "baseline"
    return "" if then["kind"] == now["kind"] else "both, as different kinds"


def _compared(
    rows_then: int, then: Document, rows_now: int, now: Document, same_key: bool
) -> Iterator[tuple[str, list[Bin]]]:
    """Kind and common bins of each comparison of one column."""
    kind = then["kind"]
    missing = Bin(NO_VALUE, then["nulls"], now["nulls"])
    before, after = _histogram(then["bins"], same_key), _histogram(now["bins"], same_key)
    if kind == "identifier":
        bins = [Bin("a value", rows_then - missing.then, rows_now - missing.now)]
    elif kind in _ORDERED:
        bins = interval_bins(before, after, open_ended=kind == "date")
    else:
        bins = category_bins(before, after)
    yield kind, [*bins, missing] if missing.then or missing.now else bins
    before, after = _histogram(then.get("languages", [])), _histogram(now.get("languages", []))
    if before and after:
        yield _LANGUAGE, category_bins(before, after)


def _profile(source: Document) -> Document:
    """The columns of a source that has rows."""
    return dict(source["profile"]) if source.get("kept") else {}


def _histogram(bins: list[Any], same_key: bool = True) -> Histogram:
    found: dict[str, int] = {}
    for label, rows in bins:
        name = label if same_key or not label.startswith(_BUCKET) else _BUCKET
        found[name] = found.get(name, 0) + rows
    return found


def _judged(kind: str, bins: list[Bin], watch: Watch) -> Document:
    counts = [item.then for item in bins], [item.now for item in bins]
    before, after = map(shares, counts)
    sizes = len(bins), sum(counts[0]), sum(counts[1])
    limits = max(watch.psi, chance_psi(*sizes)), max(watch.js, chance_js(*sizes))
    found = psi(before, after), jensen_shannon(before, after)
    return {
        "kind": kind,
        "psi": round(found[0], _DIGITS),
        "js": round(found[1], _DIGITS),
        "psi_limit": round(limits[0], _DIGITS),
        "js_limit": round(limits[1], _DIGITS),
        "verdict": verdict(found[0] <= limits[0] and found[1] <= limits[1], watch.severity),
        "bins": [
            [item.label, round(item.then / sizes[1], _DIGITS), round(item.now / sizes[2], _DIGITS)] for item in bins
        ],
    }
