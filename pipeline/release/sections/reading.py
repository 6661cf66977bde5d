"""Evidence read with care: what was not measured is said, never made up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Evidence = Mapping[str, Mapping[str, Any]]
View = TypeVar("View")


class NotMeasuredError(Exception):
    """Evidence lacks what a panel would show; the text says what."""


@dataclass(frozen=True)
class Panel(Generic[View]):
    """A panel's view, or why there is none."""

    view: View | None
    missing: str = ""


def need(evidence: Evidence, stage: str, *path: str) -> Any:
    """The part of a stage's document at `path`.

    Raises:
        NotMeasuredError: the stage left no document, or the document has no such part.
    """
    if stage not in evidence:
        raise NotMeasuredError(f"the stage {stage} left no evidence")
    part: Any = evidence[stage]
    for name in path:
        if not isinstance(part, Mapping) or part.get(name) is None:
            raise NotMeasuredError(f"the evidence of {stage} has no {'.'.join(path)}")
        part = part[name]
    return part


def have(evidence: Evidence, stage: str, *path: str) -> Any:
    """Like `need`, but None where the part is not there."""
    try:
        return need(evidence, stage, *path)
    except NotMeasuredError:
        return None


def told(evidence: Evidence, stage: str, name: str) -> Any:
    """Like `need`, but None where the document says so itself: there is no such thing, which is not a gap.

    Raises:
        NotMeasuredError: the stage left no document, or the document does not speak of it.
    """
    document = need(evidence, stage)
    if name not in document:
        raise NotMeasuredError(f"the evidence of {stage} has no {name}")
    return document[name]


def panel(make: Callable[[Evidence], View], evidence: Evidence) -> Panel[View]:
    """Make a panel's view; a part that is not there, at any depth, becomes the reason why it can't be shown."""
    try:
        return Panel(make(evidence))
    except NotMeasuredError as gap:
        return Panel(None, str(gap))
    except KeyError as gap:
        return Panel(None, f"the evidence has no {gap.args[0]}")
