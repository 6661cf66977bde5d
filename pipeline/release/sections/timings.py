"""Where the time went: stages one after another, with the memory that each needed at its peak."""

from dataclasses import dataclass

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, NotMeasuredError, have
from pipeline.release.sections.scales import share

STAGES = ("extract", "refine", "validate", "assemble", "assess", "publish")


@dataclass(frozen=True)
class Stage:
    """One stage; `start` and `width` in percent of the whole, `memory_width` of the hungriest stage."""

    name: str
    start: float
    width: float
    time: str
    note: str
    memory: str
    memory_width: float


@dataclass(frozen=True)
class Timings:
    """All stages that were timed, and their sum."""

    stages: tuple[Stage, ...]
    total: str
    not_timed: tuple[str, ...]


def timings(evidence: Evidence) -> Timings:
    """Seconds and peak memory of each stage that has ended.

    Raises:
        NotMeasuredError: no stage was timed.
    """
    spent = {stage: have(evidence, stage, "seconds") for stage in STAGES}
    timed = {stage: float(taken) for stage, taken in spent.items() if taken is not None}
    if not timed:
        raise NotMeasuredError("no stage was timed")
    total = sum(timed.values())
    memory = {stage: float(have(evidence, stage, "peak_rss_bytes") or 0) for stage in timed}
    most = max(memory.values())
    stages, begun = [], 0.0
    for stage, taken in timed.items():
        stages.append(
            Stage(
                stage,
                share(begun, total),
                share(taken, total),
                figures.seconds(taken),
                _note(evidence, stage, taken),
                figures.size(memory[stage]) if memory[stage] else "",
                share(memory[stage], most),
            )
        )
        begun += taken
    return Timings(tuple(stages), figures.seconds(total), tuple(stage for stage in STAGES if stage not in timed))


def _note(evidence: Evidence, stage: str, taken: float) -> str:
    """Cores kept busy and bytes a second, where they can be told."""
    notes = []
    cpu = have(evidence, stage, "cpu_seconds")
    if cpu is not None and taken > 0:
        notes.append(f"{float(cpu) / taken:.1f} cores busy")
    sources = have(evidence, stage, "sources") if stage in ("extract", "refine") else None
    if sources and taken > 0:
        notes.append(f"{figures.size(sum(int(source['bytes']) for source in sources.values()) / taken)}/s")
    return " · ".join(notes)
