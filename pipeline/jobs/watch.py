"""A run against its pinned baseline and against earlier runs: part of `validate`."""

from datetime import date

from pipeline.evidence.baselines import pinned, read_baseline
from pipeline.evidence.record import Document
from pipeline.jobs.context import RunContext
from pipeline.quality.anomalies import anomalies
from pipeline.quality.drift import drift
from pipeline.quality.history import earlier_runs


def watch(context: RunContext, refined: dict[str, Document]) -> Document:
    """Evidence `drift` and `anomalies` of a run.

    Args:
        context: the run.
        refined: what refine found, by source.
    """
    limits, day = context.dataset.spec.watch, date.fromisoformat(context.manifest.as_of)
    zones, name = context.at.zones, context.dataset.name
    past = earlier_runs(zones.warehouse, zones.evidence, name, day)
    baseline = _baseline(context)
    return {
        "drift": drift(baseline, refined, context.manifest.key_epoch, limits),
        "anomalies": anomalies(refined, day, past, limits),
    }


def _baseline(context: RunContext) -> Document | None:
    """What was pinned when the run was begun, though another one may be pinned by now."""
    store, name, digest = context.at.zones.evidence, context.dataset.name, context.manifest.baseline
    if digest is None:
        return None
    pointer = pinned(store, name) or {}
    when = pointer["pinned"] if pointer.get("digest") == digest else None
    return {**read_baseline(store, name, digest), "pinned": when}
