"""From all that came in to what went out: rows and bytes a stage, on logarithmic scales."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, NotMeasuredError, have
from pipeline.release.sections.scales import LogScale, Tick


@dataclass(frozen=True)
class Bar:
    """One bar; `width` in percent, `text` the exact figure. A bar without a figure was not measured."""

    width: float
    text: str
    measured: bool


@dataclass(frozen=True)
class Step:
    """One stage of the funnel."""

    name: str
    note: str
    rows: Bar
    bytes: Bar


@dataclass(frozen=True)
class Funnel:
    """The steps and the ticks of both axes."""

    steps: tuple[Step, ...]
    row_ticks: tuple[Tick, ...]
    byte_ticks: tuple[Tick, ...]


def funnel(evidence: Evidence) -> Funnel:
    """Rows and bytes of each stage that told them.

    Raises:
        NotMeasuredError: no stage told any.
    """
    known = [step for step in _known(evidence) if step[2] is not None or step[3] is not None]
    if not known:
        raise NotMeasuredError("no stage told its rows or bytes")
    rows = LogScale.over(step[2] or 0 for step in known)
    sizes = LogScale.over(step[3] or 0 for step in known)
    return Funnel(
        tuple(
            Step(name, note, _bar(row_count, rows, figures.count), _bar(byte_count, sizes, figures.size))
            for name, note, row_count, byte_count in known
        ),
        tuple(Tick(rows.at(10.0**power), figures.short(10**power)) for power in rows.decades),
        tuple(Tick(sizes.at(10.0**power), figures.size(10**power)) for power in sizes.decades),
    )


def _bar(figure: float | None, scale: LogScale, text: Callable[[float], str]) -> Bar:
    if figure is None:
        return Bar(0.0, "", measured=False)
    return Bar(scale.at(figure), text(figure), measured=True)


def _known(evidence: Evidence) -> list[tuple[str, str, int | None, int | None]]:
    files = {file["name"].rpartition(".")[2]: int(file["bytes"]) for file in have(evidence, "publish", "files") or ()}
    parquet = f"; {figures.size(files['parquet'])} as Parquet" if "parquet" in files else ""
    return [
        (
            "Landed",
            "raw records, as they came",
            _sum(evidence, "extract", "framed"),
            _sum(evidence, "extract", "bytes"),
        ),
        (
            "Refined",
            "typed, checked, de-identified",
            _sum(evidence, "refine", "kept"),
            _sum(evidence, "refine", "table_bytes"),
        ),
        (
            "Validated",
            "kept by rules across rows",
            _sum(evidence, "validate", "kept"),
            _sum(evidence, "validate", "table_bytes"),
        ),
        ("Used", "seen by a feature or the label", _sum(evidence, "assemble", "used"), None),
        (
            "Features",
            "one row per entity and snapshot",
            have(evidence, "assemble", "rows"),
            have(evidence, "assemble", "table_bytes"),
        ),
        ("Published", f"bytes as CSV{parquet}", have(evidence, "publish", "rows"), files.get("csv")),
    ]


def _sum(evidence: Evidence, stage: str, figure: str) -> int | None:
    sources = have(evidence, stage, "sources")
    if not sources or any(figure not in source for source in sources.values()):
        return None
    return sum(int(source[figure]) for source in sources.values())
