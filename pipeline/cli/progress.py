"""How a run tells of itself: one line a step, with what it found and how long it took."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from time import monotonic
from typing import Any

from rich.status import Status

from pipeline.cli.output import console, many


def narrate(line: str) -> None:
    """Print a line of progress."""
    console.print(f"  {line}", soft_wrap=True)


class Step:
    """A piece of work that is shown while it is done."""

    def __init__(self, name: str, status: Status) -> None:
        self._name = name
        self._status = status
        self.result = ""

    def now(self, what: str) -> None:
        """Say beside the spinner what is being done; without a terminal nothing is printed."""
        self._status.update(f"[bold]{self._name}[/] … [dim]{what}[/]")

    def found(self, result: str) -> None:
        """What the line says that stays."""
        self.result = result


@contextmanager
def step(name: str) -> Iterator[Step]:
    """Show a spinner while the block works, then one line with the time it took and what it found."""
    began = monotonic()
    with console.status(f"[bold]{name}[/] …") as status:
        shown = Step(name, status)
        yield shown
    seconds = monotonic() - began
    console.print(f"[green]✓[/] [bold]{name:<9}[/] {seconds:6.1f} s  {shown.result}", soft_wrap=True)


def summary(stage: str, evidence: Mapping[str, Any]) -> str:
    """A stage's evidence in one line."""
    return _SUMMARIES[stage](evidence)


def _refine(evidence: Mapping[str, Any]) -> str:
    sources = evidence["sources"].values()
    kept, rejected = (sum(item[verdict] for item in sources) for verdict in ("kept", "rejected"))
    hidden = sum(count for item in sources for count in item["masked"].values())
    return f"{kept:,} rows kept, {rejected:,} rejected, {hidden:,} personal values taken out of text"


def _validate(evidence: Mapping[str, Any]) -> str:
    moved = sum(item["moved"] for item in evidence["sources"].values())
    judged = [*evidence["gates"], *evidence["drift"]["columns"], *evidence["anomalies"]["measures"]]
    warned = sum(item["verdict"] == "warn" for item in judged)
    rules = sum(len(of_source) for of_source in evidence["rules"].values())
    warnings = many(warned, "warning") if warned else "no warning"
    return f"{moved:,} more rows rejected by rules across rows; {many(rules, 'rule')}, {warnings}"


def _assemble(evidence: Mapping[str, Any]) -> str:
    shape = f"{evidence['rows']:,} rows of {evidence['entities']:,} entities"
    return f"{shape}, {many(len(evidence['features']), 'feature')}"


def _assess(evidence: Mapping[str, Any]) -> str:
    lowest = min((item["lower_bound"] for item in evidence["recall"]), default=None)
    parts = [f"k = {evidence['k']}"]
    if evidence["l"] is not None:
        parts.append(f"l = {evidence['l']}")
    withheld = f"{evidence['withheld_rows']:,} of {evidence['rows']:,} rows withheld"
    recall = "no free text" if lowest is None else f"recall of redaction at least {lowest:.2f}"
    return f"{', '.join(parts)}; {withheld}; {recall}"


def _publish(evidence: Mapping[str, Any]) -> str:
    return f"version {evidence['version']}: {evidence['rows']:,} rows, {evidence['columns']} columns"


_SUMMARIES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "refine": _refine,
    "validate": _validate,
    "assemble": _assemble,
    "assess": _assess,
    "publish": _publish,
}
