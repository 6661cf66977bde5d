"""What a change of one column's contract means for rows that were kept, and for who reads what is published."""

from collections.abc import Iterator

from pipeline.contracts.change import Change, Effect, limit_change
from pipeline.contracts.limit_changes import option_changes
from pipeline.contracts.model import Column, Evolution
from pipeline.contracts.weakening import in_words

#: A published column of the first type may become the second: its readers read it as before.
_WIDER = {("integer", "number")}
#: Values that did not fit, before and after. Under `freeze` there was none in a run that went on.
_LOOSER_MISMATCH = {("discard_row", "discard_value"), ("discard_row", "evolve")}


def column_changes(old: Column, new: Column) -> Iterator[Change]:
    """Every difference between two states of one column."""
    yield from _type(old, new)
    yield from _reading(old, new)
    yield from _privacy(old, new)
    if old.required != new.required:
        word = "may be missing now" if old.required else "is required now: rows without it are rejected"
        yield limit_change(f"{new.name}.required", f"the value {word}", loosens=old.required)
    for option in sorted({*old.options, *new.options}):
        yield from option_changes(option, old, new)
    yield from _mismatch(new.name, old.on_mismatch, new.on_mismatch)
    yield from _values(old, new)
    if old.description != new.description:
        yield Change(f"{new.name}.description", "is described in other words", "same", breaks=False)


def column_added(column: Column) -> Change:
    """A column that was not there; a rule on it may reject rows, but no reader knows it."""
    judged = column.required or column.options or column.valid_values or column.valid_pattern
    effect: Effect = "means" if column.on_mismatch == "discard_value" and not judged else "tightens"
    return Change(column.name, f"new column, {column.privacy.action}", effect, breaks=False)


def column_gone(column: Column) -> Change:
    """A column that is there no more; one that was never published has no readers."""
    published = column.privacy.action != "drop"
    what = "the column is gone" if published else "the column is gone; it was not published"
    return Change(column.name, what, "means", published)


def _type(old: Column, new: Column) -> Iterator[Change]:
    pair = (old.logical_type, new.logical_type)
    if pair[0] != pair[1]:
        hidden = old.privacy.action == new.privacy.action == "drop"
        wider = pair in _WIDER or (hidden and new.logical_type == "string")
        yield Change(f"{new.name}.logicalType", f"from {pair[0]} to {pair[1]}", "means", breaks=not wider)


def _reading(old: Column, new: Column) -> Iterator[Change]:
    """Where the values lie and how they are written: what is published of them should mean the same."""
    if old.source_name != new.source_name:
        what = f"read from {new.source_name}, no longer from {old.source_name}"
        yield Change(f"{new.name}.physicalName", what, "means", breaks=False)
    if old.form != new.form:
        yield Change(f"{new.name}.format", "its values are read in another form", "means", breaks=False)
    if set(old.missing_values) != set(new.missing_values):
        yield Change(f"{new.name}.missingValues", "other words stand for no value", "means", breaks=False)


def _privacy(old: Column, new: Column) -> Iterator[Change]:
    where, was, now = f"{new.name}.privacy", old.privacy, new.privacy
    words = [(it.action, it.domain, it.within, it.to, it.edges, it.figure, it.of, it.least) for it in (was, now)]
    if words[0] != words[1]:
        yield Change(where, f"from {in_words(was)} to {in_words(now)}", "means", breaks=was.action != "drop")
    if was.roster != now.roster:
        what = f"its values join the roster as {now.roster}" if now.roster else "its values leave the roster"
        yield Change(f"{new.name}.roster", what, "means", breaks=False)
    if (was.special_category, was.purpose, was.basis) != (now.special_category, now.purpose, now.basis):
        yield Change(where, "another purpose, basis or category is stated", "same", breaks=False)


def _mismatch(name: str, was: Evolution, now: Evolution) -> Iterator[Change]:
    if was == now:
        return
    where, what = f"{name}.onMismatch", f"from {was} to {now}"
    if (was, now) == ("evolve", "discard_value"):
        yield Change(where, f"{what}: what was taken may be null now", "means", breaks=True)
    else:
        yield limit_change(where, what, loosens=was == "freeze" or (was, now) in _LOOSER_MISMATCH)


def _values(old: Column, new: Column) -> Iterator[Change]:
    was, now = set(old.valid_values), set(new.valid_values)
    if was != now:
        fewer, more = len(was - now), len(now - was)
        what = f"{more} accepted values more, {fewer} less" if was and now else f"{len(now) or 'all'} values accepted"
        yield limit_change(f"{new.name}.validValues", what, loosens=not now or bool(was and not fewer))
    if old.valid_pattern != new.valid_pattern:
        what = "another pattern is asked for" if new.valid_pattern else "no pattern is asked for"
        yield limit_change(f"{new.name}.validPattern", what, loosens=not new.valid_pattern)
