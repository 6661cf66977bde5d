"""How well persons are hidden in groups, and what was withheld for it."""

from dataclasses import dataclass

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, have, need, told
from pipeline.release.sections.scales import nice_ceiling, share


@dataclass(frozen=True)
class Meter:
    """A measured whole number against the one that is required; places in percent."""

    name: str
    meaning: str
    value: int
    required: int
    at: float
    needed: float
    end: str
    met: bool


@dataclass(frozen=True)
class Level:
    """How far a quasi-identifier was generalised: level 1 is the finest."""

    column: str
    level: int
    levels: int
    expression: str


@dataclass(frozen=True)
class Withheld:
    """What was not published, in entities or rows."""

    noun: str
    published: str
    withheld: str
    part: str
    width: float


@dataclass(frozen=True)
class Suppression:
    """What was withheld, and what that did to the label's base rate."""

    amounts: tuple[Withheld, ...]
    rate: "RateChange | None"
    """None where the label is not true or false, or there is none."""


@dataclass(frozen=True)
class RateChange:
    """The label's base rate before and after; places in percent of `[0, end]`."""

    before: str
    after: str
    change: str
    before_at: float
    after_at: float
    end: str


def meters(evidence: Evidence) -> tuple[Meter, ...]:
    """Both k and l against what the policy requires; l only where the policy names sensitive columns.

    Raises:
        NotMeasuredError: assess left no such figures.
    """
    sensitive = ", ".join(have(evidence, "assess", "sensitive") or ())
    words = [("k", "entities in the smallest group that shares all traits others may know")]
    if sensitive:
        words.append(("l", f"different values within every group, of: {sensitive}"))
    return tuple(
        _meter(name, meaning, int(need(evidence, "assess", name)), int(need(evidence, "assess", f"{name}_required")))
        for name, meaning in words
    )


def levels(evidence: Evidence) -> tuple[Level, ...]:
    """How each quasi-identifier was generalised; the evidence counts levels from 0, people from 1.

    Raises:
        NotMeasuredError: assess left none.
    """
    return tuple(
        Level(str(item["column"]), int(item["level"]) + 1, _count(item["levels"]), str(item["expression"]))
        for item in need(evidence, "assess", "quasi_identifiers")
    )


def suppression(evidence: Evidence) -> Suppression:
    """Entities and rows withheld, and the base rate before and after where the label has one.

    Raises:
        NotMeasuredError: assess left no such figures.
    """
    before, after = told(evidence, "assess", "base_rate_before"), told(evidence, "assess", "base_rate_after")
    return Suppression(
        tuple(_withheld(evidence, noun) for noun in ("entities", "rows")),
        None if before is None or after is None else _rate_change(float(before), float(after)),
    )


def _rate_change(before: float, after: float) -> RateChange:
    end = nice_ceiling(max(before, after) * 1.25)
    return RateChange(
        figures.percent(before),
        figures.percent(after),
        f"{(after - before) * 100:+.2f}",
        share(before, end),
        share(after, end),
        figures.percent(end),
    )


def _meter(name: str, meaning: str, value: int, required: int) -> Meter:
    end = nice_ceiling(max(value, required) * 1.15)
    return Meter(
        name, meaning, value, required, share(value, end), share(required, end), figures.count(end), value >= required
    )


def _count(levels_: object) -> int:
    return len(levels_) if isinstance(levels_, list | tuple) else int(str(levels_))


def _withheld(evidence: Evidence, noun: str) -> Withheld:
    published, withheld = (
        int(need(evidence, "assess", f"published_{noun}")),
        int(need(evidence, "assess", f"withheld_{noun}")),
    )
    whole = published + withheld
    part = figures.percent(withheld / whole if whole else 0)
    return Withheld(noun, figures.count(published), figures.count(withheld), part, share(withheld, whole))
