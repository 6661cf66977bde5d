"""How much personal data the redaction of free text finds, and how much else it masks, by what we planted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, need, told
from pipeline.release.sections.scales import share

_LIMITS = ("recall", "name_recall", "precision")


@dataclass(frozen=True)
class Rate:
    """A measured share and its lower bound; `alone`: the same share by the name model alone, where there is one."""

    name: str
    rate: float
    bound: float
    counted: str
    required: float | None = None
    alone: float | None = None

    @property
    def met(self) -> bool:
        return self.required is None or self.bound >= self.required

    @property
    def text(self) -> str:
        return figures.percent(self.rate)

    @property
    def bound_text(self) -> str:
        return figures.percent(self.bound)

    @property
    def required_text(self) -> str:
        return figures.percent(self.required or 0.0)

    @property
    def alone_text(self) -> str:
        return figures.percent(self.alone or 0.0)


@dataclass(frozen=True)
class Rates:
    """Shares on one axis, which begins at `start` and ends at 1."""

    rows: tuple[Rate, ...]

    @property
    def start(self) -> float:
        """The tenth below the lowest place."""
        shown = (place for row in self.rows for place in (row.bound, row.required, row.alone) if place is not None)
        return max(0.0, (ceil(min(shown, default=0.0) * 10) - 1) / 10)

    @property
    def ends(self) -> tuple[str, str, str]:
        return figures.percent(self.start), figures.percent((1 + self.start) / 2), figures.percent(1)

    def at(self, place: float) -> float:
        """Where a share lies, in percent of the axis."""
        return share(place - self.start, 1 - self.start)


@dataclass(frozen=True)
class Recalls:
    """The four figures that say how good the redaction is, and what each is made of.

    `exact`: types whose every mask was right, which `precision` leaves out.
    """

    gist: Rates
    kinds: Rates
    forms: Rates
    precision: Rates
    exact: int
    strangers: bool


def recalls(evidence: Evidence) -> Recalls | None:
    """What redaction finds, and what it masks for nothing; None where there is no text to redact.

    Raises:
        NotMeasuredError: assess measured none.
    """
    found = need(evidence, "assess", "recall")
    if not found:
        return None
    limits = {name: float(need(evidence, "assess", f"{name}_required")) for name in _LIMITS}
    alone = {_name(item): item for item in need(evidence, "assess", "recall_without_roster")}
    kinds = [_found(item, limits["name_recall" if _name(item) == "PERSON" else "recall"]) for item in found]
    forms = [_found(item, alone=alone) for item in need(evidence, "assess", "recall_names")]
    masked = [_true(item) for item in need(evidence, "assess", "precision_by_type")]
    strangers = told(evidence, "assess", "names_from") == "strangers"
    overall = _true(need(evidence, "assess", "precision"), limits["precision"])
    return Recalls(
        Rates(tuple(_gist(kinds, overall, alone.get("PERSON"), strangers))),
        _hardest_first(kinds),
        Rates(tuple(forms)),
        _hardest_first(row for row in masked if row.rate < 1),
        sum(row.rate == 1 for row in masked),
        strangers,
    )


def _gist(kinds: list[Rate], overall: Rate, alone: Mapping[str, Any] | None, strangers: bool) -> Iterable[Rate]:
    patterns = [row for row in kinds if row.name != "PERSON"]
    if patterns:
        hardest = min(patterns, key=lambda row: (row.bound, row.name))
        yield _named(f"hardest of {figures.plural(len(patterns), 'pattern')}", hardest)
    names = next((row for row in kinds if row.name == "PERSON"), None)
    if names:
        yield _named("names of strangers" if strangers else "names, with the roster", names)
    if alone:
        yield _named("names, model alone", _found(alone))
    yield _named("masks that were right", overall)


def _named(name: str, row: Rate) -> Rate:
    return Rate(name, row.rate, row.bound, row.counted, row.required)


def _name(item: Mapping[str, Any]) -> str:
    return str(item.get("form") or item.get("entity_type"))


def _found(
    item: Mapping[str, Any], required: float | None = None, alone: Mapping[str, Mapping[str, Any]] | None = None
) -> Rate:
    counted = f"{figures.count(item['found'])} of {figures.count(item['planted'])} found"
    other = (alone or {}).get(_name(item))
    beside = float(other["recall"]) if other else None
    return Rate(_name(item), float(item["recall"]), float(item["lower_bound"]), counted, required, beside)


def _true(item: Mapping[str, Any], required: float | None = None) -> Rate:
    counted = f"{figures.count(item['true'])} of {figures.count(item['masked'])} masks were right"
    return Rate(_name(item), float(item["precision"]), float(item["lower_bound"]), counted, required)


def _hardest_first(rows: Iterable[Rate]) -> Rates:
    return Rates(tuple(sorted(rows, key=lambda row: (row.bound, row.name))))
