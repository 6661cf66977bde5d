"""The stages of a run in their order, and the one way in which each is done: measured, recorded, committed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module

from pipeline.errors import ContractError, LandingError
from pipeline.evidence.record import Document, write_evidence
from pipeline.evidence.resources import measured
from pipeline.jobs.context import RunContext
from pipeline.jobs.version import code_digest
from pipeline.storage.runs import write_run
from pipeline.storage.tables import TableSnapshot

STAGES = ("refine", "validate", "assemble", "assess", "publish")


@dataclass
class Outcome:
    """What a stage leaves: its evidence and the tables that it committed."""

    evidence: Document
    tables: dict[str, TableSnapshot] = field(default_factory=dict)
    failure: Exception | None = None
    """A verdict against the run: the evidence is kept, the stage is not done, and this is raised."""


Work = Callable[[RunContext], Outcome]


def run_stage(context: RunContext, stage: str) -> bool:
    """Do a stage unless it is done.

    Returns:
        False where the run's manifest says that it was done before.

    Raises:
        LandingError: an earlier stage is missing, or other code than this began the run.
        ClearwellError: what the stage itself found.
    """
    if stage in context.manifest.stages:
        return False
    _check_order(context, stage)
    work: Work = import_module(f"pipeline.jobs.{stage}").work
    started = datetime.now(UTC)
    with measured() as resources:
        outcome = work(context)
    document = {
        **outcome.evidence,
        **vars(resources),
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_evidence(context.at.zones.evidence, context.dataset.name, context.run, stage, document)
    if outcome.failure is not None:
        raise outcome.failure
    done = context.manifest.with_stage(stage, outcome.tables)
    write_run(context.at.zones.warehouse, done, context.manifest)
    context.manifest = done
    return True


def _check_order(context: RunContext, stage: str) -> None:
    if stage not in STAGES:
        raise ContractError(f"no stage {stage!r}", given=stage, allowed=STAGES)
    missing = [name for name in STAGES[: STAGES.index(stage)] if name not in context.manifest.stages]
    if missing:
        raise LandingError(
            f"{stage} comes after {', '.join(missing)}",
            hint=f"clearwell job {missing[0]} --dataset {context.dataset.name} --run {context.run}",
        )
    if context.manifest.code != code_digest():
        raise LandingError(
            f"run {context.run} was begun by other code; a run pins one version of everything",
            given=code_digest()[:12],
            allowed=context.manifest.code[:12],
            hint=f"clearwell run {context.dataset.name}",
        )
