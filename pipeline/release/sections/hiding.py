"""The groups that persons hide in: how many and how small, who could join their rows, and what it did to the traits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, need, told
from pipeline.release.sections.scales import share


@dataclass(frozen=True)
class Category:
    """A value of a trait: its share of the rows, as text and in percent of the bar."""

    value: str
    part: str
    width: float


@dataclass(frozen=True)
class TraitSpread:
    """A trait's values, as fine as it was told before and as it is published; rare ones are `other`."""

    column: str
    before: tuple[Category, ...]
    after: tuple[Category, ...]


@dataclass(frozen=True)
class Hiding:
    """What the groups are like.

    Attributes:
        published, withheld: how many groups.
        unit: what a group is of: one `snapshot`, or whole `history`.
        joining: a sentence on who could join rows of one entity.
        smallest: entities, and how many groups have so many; the smallest groups first.
        diversity: each sensitive column, and the fewest of its values in any group.
        traits: how each spreads before and after.
    """

    published: str
    withheld: str
    unit: str
    joining: str
    smallest: tuple[tuple[str, str], ...]
    diversity: tuple[tuple[str, str], ...]
    traits: tuple[TraitSpread, ...]


def hiding(evidence: Evidence) -> Hiding:
    """The groups of the stage `assess`.

    Raises:
        NotMeasuredError: it left no such figures.
    """
    smallest, diversity = need(evidence, "assess", "smallest_classes"), need(evidence, "assess", "l_by_column")
    return Hiding(
        published=figures.plural(need(evidence, "assess", "classes"), "group"),
        withheld=figures.count(need(evidence, "assess", "withheld_classes")),
        unit=need(evidence, "assess", "class_of"),
        joining=_joining(evidence),
        smallest=tuple(
            (figures.count(item["entities"]), figures.plural(item["classes"], "group")) for item in smallest
        ),
        diversity=tuple((column, figures.plural(least, "value")) for column, least in diversity.items()),
        traits=tuple(_trait(item) for item in need(evidence, "assess", "spreads")),
    )


def _joining(evidence: Evidence) -> str:
    if need(evidence, "assess", "pseudonyms") == "per_snapshot":
        return "Everybody has another pseudonym at each snapshot, so that rows of one person can't be joined by it."
    rare = told(evidence, "assess", "rare_histories")
    k = need(evidence, "assess", "k_required")
    if need(evidence, "assess", "class_of") == "history":
        return "Rows of one person can be joined across snapshots, so a group has one whole history."
    return (
        "Rows of one person can be joined across snapshots by the pseudonym. "
        f"{figures.percent(rare)} of the persons have a history that fewer than {k} share: who knows all of such a "
        "history can find them."
    )


def _trait(item: Mapping[str, Any]) -> TraitSpread:
    return TraitSpread(item["column"], _categories(item["before"]), _categories(item["after"]))


def _categories(found: Sequence[Mapping[str, Any]]) -> tuple[Category, ...]:
    rows = sum(item["rows"] for item in found)
    most = max((item["rows"] for item in found), default=0)
    return tuple(
        Category(item["value"], figures.percent(item["rows"] / rows), share(item["rows"], most)) for item in found
    )
