"""Where every record went: used, merged, out of scope or rejected."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.release import figures
from pipeline.release.sections.reading import Evidence, have, need
from pipeline.release.sections.scales import share

FATES = {
    "used": "used",
    "merged": "merged",
    "out_of_scope": "out of scope",
    "kept": "kept",
    "rejected": "rejected",
}


@dataclass(frozen=True)
class Segment:
    """A piece of a stacked bar; `kind` gives its colour, `width` is in percent."""

    kind: str
    name: str
    width: float
    text: str
    part: str


@dataclass(frozen=True)
class Reason:
    """Why rows were rejected."""

    column: str
    rule: str
    text: str
    width: float


@dataclass(frozen=True)
class Account:
    """One source's records. `gap` is how many are in no account; other than 0 it is an alarm.

    Attributes:
        ignored: fields that the contract does not know, and how many records had them.
        discarded: columns of which values did not fit and were left out, and how many.
    """

    source: str
    framed: str
    segments: tuple[Segment, ...]
    reasons: tuple[Reason, ...]
    ignored: tuple[tuple[str, str], ...]
    discarded: tuple[tuple[str, str], ...]
    gap: int


def accounts(evidence: Evidence) -> tuple[Account, ...]:
    """One account a source, largest source first.

    Raises:
        NotMeasuredError: refine left no evidence.
    """
    refined: Mapping[str, Any] = need(evidence, "refine", "sources")
    ordered = sorted(refined, key=lambda name: -refined[name]["framed"])
    return tuple(_account(evidence, name, refined[name]) for name in ordered)


def _account(evidence: Evidence, source: str, refined: Mapping[str, Any]) -> Account:
    framed = int(refined["framed"])
    moved = int(have(evidence, "validate", "sources", source, "moved") or 0)
    assembled = have(evidence, "assemble", "sources", source)
    rejected = int(refined["rejected"]) + moved
    fates = {name: int(assembled[name]) for name in ("used", "merged", "out_of_scope")} if assembled else {}
    fates = (fates or {"kept": int(refined["kept"]) - moved}) | {"rejected": rejected}
    reasons = [*refined.get("reasons", ()), *(have(evidence, "validate", "sources", source, "reasons") or ())]
    return Account(
        source,
        figures.count(framed),
        tuple(_segment(kind, FATES[kind], rows, framed, figures.count(rows)) for kind, rows in fates.items() if rows),
        _reasons(reasons),
        _most_first(refined.get("ignored_fields", {})),
        _most_first(refined.get("discarded", {})),
        framed - sum(fates.values()),
    )


def _most_first(counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple((name, figures.count(rows)) for name, rows in ordered)


def _reasons(reasons: list[Mapping[str, Any]]) -> tuple[Reason, ...]:
    rows = Counter[tuple[str, str]]()
    for reason in reasons:
        rows[str(reason["column"]), str(reason["rule"])] += int(reason["rows"])
    most = max(rows.values(), default=0)
    ordered = sorted(rows.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Reason(column, rule, figures.count(found), share(found, most)) for (column, rule), found in ordered)


def _segment(kind: str, name: str, value: int, whole: int, text: str) -> Segment:
    return Segment(kind, name, share(value, whole), text, figures.percent(value / whole if whole else 0))
