"""Replay: the run that mended contracts or a mended source give, beside the run whose rejected rows it admits.

It has the id that `clearwell run` would give it and ends in the same bytes, so a repeated one finds nothing to do.
It is only cheaper: `refine` takes over what can't have changed from the base (jobs/takeover.py).
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from pipeline.errors import ContractError, LandingError
from pipeline.evidence.audit import leave_entry
from pipeline.evidence.record import Document, read_evidence
from pipeline.jobs.context import RunContext, Workplace
from pipeline.jobs.readmit import rejected_ordinals
from pipeline.jobs.seal import begin_run, next_run
from pipeline.jobs.stages import STAGES
from pipeline.jobs.takeover import make_plan
from pipeline.storage.runs import RunManifest, known_runs, read_run
from pipeline.storage.tables import TableSnapshot


@dataclass(frozen=True)
class SourceReplay:
    """What a replay did to one source's rejected rows.

    Attributes:
        before, now: rejected rows of the base, and of the replay.
        admitted: rows that the base rejected and the replay keeps; None where the source landed anew, as no locator of
            the base is one of the replay then.
        newly: rows that the base kept and the replay rejects; None likewise.
        rules: `column`, `rule`, and the rows that broke it `before` and `now`.
    """

    source: str
    taken_over: str
    before: int
    now: int
    admitted: int | None
    newly: int | None
    rules: list[dict[str, Any]]

    @property
    def still(self) -> int | None:
        """Rows that both rejected."""
        return None if self.newly is None else self.now - self.newly


def find_base(workplace: Workplace, run: str | None) -> RunManifest:
    """The run to replay: `run`, or the newest one of the newest as-of date that has refined rows.

    Raises:
        LandingError: there is none, or it was stopped before its rows were refined.
    """
    warehouse, name = workplace.zones.warehouse, workplace.dataset.name
    runs = [found for known in known_runs(warehouse, name) if (found := read_run(warehouse, name, known))]
    if run is not None and run not in {found.run for found in runs}:
        raise LandingError(f"no run {run} of {name}", given=run, allowed=[found.run for found in runs][-5:] or "none")
    newest = max(runs, key=lambda found: _created(workplace, found), default=None)
    usable = [
        found
        for found in runs
        if "refine" in found.stages and (found.run == run if run else newest and found.as_of == newest.as_of)
    ]
    if not usable:
        raise LandingError(
            f"nothing of {name} to replay: {'that run' if run else 'its newest run'} has no refined rows",
            given=run,
            hint=f"clearwell run {name}",
        )
    return max(usable, key=lambda found: _created(workplace, found))


def begin_replay(workplace: Workplace, base: RunManifest, only: str | None = None) -> RunContext:
    """Begin the run that the contracts and the landing give now, upon `base`.

    Args:
        workplace: of the dataset; the landing of the base's as-of date is whole.
        base: see `find_base`.
        only: the one source that may differ from the base.

    Raises:
        ContractError: another source differs, too.
    """
    as_of = date.fromisoformat(base.as_of)
    if only is not None:
        plan = make_plan(RunContext(workplace, next_run(workplace, as_of, base.run)))
        others = [f"{source} ({it.why})" for source, it in plan.sources.items() if it.why and source != only]
        if others:
            raise ContractError(
                f"other sources than {only} differ from run {base.run}, too",
                given="; ".join(others),
                hint=f"clearwell quarantine replay {workplace.dataset.name} admits the rows of all of them",
            )
    context = begin_run(workplace, as_of, base=base.run)
    if not is_done(context):
        upon = context.manifest.base or base.run
        leave_entry(workplace.zones.evidence, "quarantine.replay", dataset=base.dataset, run=context.run, base=upon)
    return context


def is_done(context: RunContext) -> bool:
    """Whether every stage of a run is done."""
    return set(STAGES) <= context.manifest.stages.keys()


def outcome(context: RunContext) -> list[SourceReplay]:
    """What the replay did to the rejected rows of each source, after its `validate`."""
    base = read_run(context.at.zones.warehouse, context.dataset.name, context.manifest.base or "")
    return [] if base is None else [_source(context, base, source) for source in context.dataset.contracts]


def _source(context: RunContext, base: RunManifest, source: str) -> SourceReplay:
    """Both runs are looked at as the same stage left them: the base may have been stopped by a gate."""
    stage = "validate" if "validate" in base.stages and "validate" in context.manifest.stages else "refine"
    documents = [read_evidence(context.at.zones.evidence, context.dataset.name, run) for run in (base.run, context.run)]
    refined = [document["refine"]["sources"].get(source, {}) for document in documents]
    told = [document[stage]["sources"].get(source, {}) for document in documents]
    before, now = (item.get("rejected", 0) for item in told)
    admitted = newly = None
    if refined[0].get("landed") == refined[1]["landed"]:
        name = context.refined_name(source)
        both = _in_both(base.stages[stage][name], context.manifest.stages[stage][name])
        admitted, newly = before - both, now - both
    rules = _rules(*(item.get("reasons", []) for item in told))
    return SourceReplay(source, str(refined[1]["taken_over"]), before, now, admitted, newly, rules)


def _in_both(before: TableSnapshot, now: TableSnapshot) -> int:
    """Rejected rows of two tables that have the same locator."""
    was, told = rejected_ordinals(before), rejected_ordinals(now)
    shared = (np.intersect1d(was[key], told[key], assume_unique=True) for key in was.keys() & told.keys())
    return sum(map(len, shared))


def _rules(before: list[Document], now: list[Document]) -> list[dict[str, Any]]:
    was, told = ({(item["column"], item["rule"]): item["rows"] for item in found} for found in (before, now))
    return [
        {"column": rule[0], "rule": rule[1], "before": was.get(rule, 0), "now": told.get(rule, 0)}
        for rule in sorted(was.keys() | told.keys())
    ]


def _created(workplace: Workplace, manifest: RunManifest) -> str:
    evidence = read_evidence(workplace.zones.evidence, manifest.dataset, manifest.run)
    return str(evidence["run"]["created"])
