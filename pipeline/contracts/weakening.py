"""Whether a column is protected less than before.

The order of actions is ours; it asks how much of one person's value can still be told from what is published:
drop > aggregate > pseudonymise > redact > band > rank > ratio > truncate > round > keep. Within one action its words
decide, and what can't be compared (edges that move, a group that is another one) counts as weaker: somebody must look.

Fields are followed by where they lie in the source, so that a column can't shed its protection by taking another name.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.contracts.model import Action, Column, Contract, Privacy
from pipeline.contracts.privacy_words import edge_text

STRONGEST_FIRST: tuple[Action, ...] = (
    "drop", "aggregate", "pseudonymise", "redact", "band", "rank", "ratio", "truncate", "round", "keep"
)  # fmt: skip
_DATES = {"year": 2, "month": 1}


@dataclass(frozen=True)
class Weakening:
    """A protection that is less than it was; it needs an acknowledgement of `where`, `before` and `after`."""

    where: str
    before: str
    after: str
    what: str
    source: str = ""


def weakened(old: Contract, new: Contract) -> list[Weakening]:
    """Protections of one source that `new` weakens, in its columns' order."""
    return [*_published_more(old, new), *_names_lost(old, new)]


def weaker(before: Privacy, after: Privacy) -> bool:
    """Whether `after` tells more of a value than `before`, as far as can be known."""
    ranks = [STRONGEST_FIRST.index(privacy.action) for privacy in (before, after)]
    if ranks[0] != ranks[1]:
        return ranks[1] > ranks[0]
    as_strong = _AS_STRONG.get(after.action)
    return as_strong is not None and not as_strong(before, after)


def _published_more(old: Contract, new: Contract) -> Iterator[Weakening]:
    for column in new.columns:
        was = _ancestors(old, column)
        if was and all(_hides_less(before, column) for before in was):
            before, after = _told(was[0].privacy, column.privacy)
            name = column.name if was[0].name == column.name else f"{column.name}, which was {was[0].name},"
            yield Weakening(f"{column.name}.privacy", before, after, f"more of {name} is published")
        if not column.privacy.special_category and any(before.privacy.special_category for before in was):
            what = "no longer declared as a special category"
            yield Weakening(f"{column.name}.specialCategory", "true", "false", what)


def _ancestors(old: Contract, column: Column) -> list[Column]:
    """The old columns with the same content: those at the same place, else the one of the same name."""
    placed = [was for was in old.columns if was.source_name == column.source_name]
    named = [was for was in old.columns if was.name == column.name]
    return sorted(placed, key=lambda was: was.name != column.name) or named


def _hides_less(before: Column, after: Column) -> bool:
    """A truncation of another type can't be compared: ten characters of a date are all of it."""
    retyped = before.logical_type != after.logical_type and before.privacy.action == after.privacy.action == "truncate"
    return retyped or weaker(before.privacy, after.privacy)


def _names_lost(old: Contract, new: Contract) -> Iterator[Weakening]:
    """Columns that told the redaction whom to look for, and do no more."""
    telling = [column for column in new.columns if column.privacy.roster]
    known = {column.name for column in telling} | {column.source_name for column in telling}
    for was in old.columns:
        if was.privacy.roster and not known & {was.name, was.source_name}:
            what = "its values are no longer looked for in texts"
            yield Weakening(f"{was.name}.roster", was.privacy.roster, "none", what)


def _told(before: Privacy, after: Privacy) -> tuple[str, str]:
    """Both in words: the actions, and where these are the same what they were told."""
    if before.action != after.action:
        return before.action, after.action
    return in_words(before), in_words(after)


def in_words(privacy: Privacy) -> str:
    """The action and what it was told, such as `truncate month`."""
    edges = ",".join(map(edge_text, privacy.edges))
    of = f"of {privacy.of}" if privacy.of else ""
    within = " ".join(("within", *privacy.within)) if privacy.within else ""
    least = f"least {privacy.least}" if privacy.least else ""
    words = (privacy.action, privacy.domain, privacy.to, edges, privacy.figure, of, within, least)
    return " ".join(word for word in words if word)


def _same_or_own_domain(before: Privacy, after: Privacy) -> bool:
    """A shared domain lets values be joined; a column's own lets nobody."""
    return after.domain in (before.domain, "")


def _coarser_edges(before: Privacy, after: Privacy) -> bool:
    return set(after.edges) <= set(before.edges)


def _smaller_groups(before: Privacy, after: Privacy) -> bool:
    """A place in a smaller group says less of the value among all."""
    return set(after.within) >= set(before.within)


def _cut_shorter(before: Privacy, after: Privacy) -> bool:
    """A year says less than a month, two characters less than three; one of either kind can't be compared."""
    if {before.to, after.to} <= _DATES.keys():
        return _DATES[after.to] >= _DATES[before.to]
    return before.to.isdigit() and after.to.isdigit() and int(after.to) <= int(before.to)


def _bigger_step(before: Privacy, after: Privacy) -> bool:
    return float(after.to) >= float(before.to)


def _figure_of_more(before: Privacy, after: Privacy) -> bool:
    """The same figure, of groups that are as large or larger."""
    same = (before.figure, before.of) == (after.figure, after.of)
    return same and set(after.within) <= set(before.within) and after.least >= before.least


_AS_STRONG: Mapping[Action, Callable[[Privacy, Privacy], bool]] = {
    "pseudonymise": _same_or_own_domain,
    "band": _coarser_edges,
    "rank": _smaller_groups,
    "ratio": _smaller_groups,
    "truncate": _cut_shorter,
    "round": _bigger_step,
    "aggregate": _figure_of_more,
}
