"""Every rule of the contracts and how many rows broke it, and the rules that most rows broke."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, have, need
from pipeline.release.sections.scales import share

#: Tiles of the whole page, and of one source at least; a source with more rules has one tile a column.
_TILES, _LEAST = 600, 60
_MOST_WORST = 8
#: How deep the colour of a rule that one row broke is, in percent; that of the most broken rule is 100.
_PALEST = 30.0

Rule = Mapping[str, Any]


@dataclass(frozen=True)
class Tile:
    """One rule, or all rules of one column; `kind` (quiet, warned, broken) gives its colour, `depth` how deep it is."""

    kind: str
    depth: float
    across: bool
    text: str


@dataclass(frozen=True)
class Group:
    """The rules of one column."""

    column: str
    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Strip:
    """One source. `folded` is whether a tile stands for a column, `hidden` says what is not drawn."""

    source: str
    summary: str
    groups: tuple[Group, ...]
    folded: bool
    hidden: str


@dataclass(frozen=True)
class Worst:
    """A rule that rows broke. `command` shows them; it is empty for a warning, whose rows were kept."""

    source: str
    name: str
    text: str
    part: str
    width: float
    warned: bool
    command: str


@dataclass(frozen=True)
class Rules:
    """All rules: a strip a source, and the worst."""

    summary: str
    strips: tuple[Strip, ...]
    worst: tuple[Worst, ...]


def rules(evidence: Evidence) -> Rules:
    """What the contracts ask of rows, and what was found.

    Raises:
        NotMeasuredError: validate left no count of its rules.
    """
    found: Mapping[str, Sequence[Rule]] = need(evidence, "validate", "rules")
    every = [rule for source in found.values() for rule in source]
    most = max((int(rule["rows"]) for rule in every), default=0)
    tiles = max(_TILES // max(len(found), 1), _LEAST)
    return Rules(
        _summary(every),
        tuple(_strip(source, of_source, most, tiles) for source, of_source in found.items() if of_source),
        _worst(evidence, found),
    )


def _summary(of: Sequence[Rule]) -> str:
    broken = sum(rule["rows"] > 0 for rule in of)
    return f"{figures.plural(len(of), 'rule')}, {figures.count(broken) if broken else 'none'} broken"


def _strip(source: str, of_source: Sequence[Rule], most: int, tiles: int) -> Strip:
    columns: dict[str, list[Rule]] = {}
    for rule in of_source:
        columns.setdefault(str(rule["column"]), []).append(rule)
    folded = len(of_source) > tiles
    if not folded:
        groups = tuple(Group(name, tuple(_tile([rule], most) for rule in held)) for name, held in columns.items())
        return Strip(source, _summary(of_source), groups, folded, "")
    # Of very many columns those with the most broken rows are drawn, still in the contract's order.
    drawn = set(sorted(columns, key=lambda name: -_rows(columns[name]))[:tiles])
    groups = tuple(Group(name, (_tile(held, most),)) for name, held in columns.items() if name in drawn)
    left = [held for name, held in columns.items() if name not in drawn]
    broken = sum(_rows(held) > 0 for held in left)
    hidden = f"and {figures.plural(len(left), 'column')} more, {broken or 'none'} of them broken" if left else ""
    return Strip(source, _summary(of_source), groups, folded, hidden)


def _rows(of: Sequence[Rule]) -> int:
    return sum(int(rule["rows"]) for rule in of)


def _tile(of: Sequence[Rule], most: int) -> Tile:
    broken = [rule for rule in of if rule["rows"] > 0]
    rows = max((int(rule["rows"]) for rule in broken), default=0)
    kind = "quiet" if not broken else "warned" if all(rule["severity"] == "warning" for rule in broken) else "broken"
    depth = _PALEST + (100 - _PALEST) * (math.log(rows) / math.log(most) if most > 1 else 1) if rows else 0.0
    found = ", ".join(f"{rule['rule']} {figures.plural(int(rule['rows']), 'row')}" for rule in broken)
    quiet = str(of[0]["rule"]) if len(of) == 1 else figures.plural(len(of), "rule")
    text = f"{of[0]['column']}: {found or f'{quiet}, no row'}"
    return Tile(kind, round(depth, 1), all(rule["scope"] == "across" for rule in of), text)


def _worst(evidence: Evidence, found: Mapping[str, Sequence[Rule]]) -> tuple[Worst, ...]:
    broken = [(source, rule) for source, of_source in found.items() for rule in of_source if rule["rows"] > 0]
    broken.sort(key=lambda item: (item[1]["severity"] == "warning", -item[1]["rows"]))
    most = max((int(rule["rows"]) for _, rule in broken), default=0)
    return tuple(_one_of_the_worst(evidence, source, rule, most) for source, rule in broken[:_MOST_WORST])


def _one_of_the_worst(evidence: Evidence, source: str, rule: Rule, most: int) -> Worst:
    rows, name, warned = int(rule["rows"]), f"{rule['column']}:{rule['rule']}", rule["severity"] == "warning"
    framed = have(evidence, "refine", "sources", source, "framed")
    dataset, run = have(evidence, "run", "dataset") or "DATASET", have(evidence, "run", "run")
    command = f'clearwell quarantine show {dataset} {source} --rule "{name}"' + (f" --run {run}" if run else "")
    return Worst(
        source,
        name,
        figures.count(rows),
        figures.percent(rows / framed) if framed else "",
        share(rows, most),
        warned,
        "" if warned else command,
    )
