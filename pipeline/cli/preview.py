"""`clearwell preview`: a de-identified sample in seconds, without a run."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from pipeline.cli.output import console, next_steps, print_json, table

if TYPE_CHECKING:
    from pipeline.jobs.preview import Preview

_STYLES = {"pseudonymise": "magenta", "redact": "yellow"}
_LONGEST = 40
#: Columns that stand side by side, and characters that names and each record take where they don't.
_MOST_UPRIGHT, _NAMES, _CELL = 8, 40, 18


def preview(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.")],
    rows: Annotated[int, typer.Option(min=1, max=1000, help="Kept rows to show of each source.")] = 10,
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be said again.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show what a run would keep of each source's first records, after its contract's checks and masks.

    Reads the source's files, and of a database or API what has landed, which leaves an audit entry; nothing else is
    written. Names are known from these records alone, ranks are among these, and without a key of the dataset the
    pseudonyms are thrown away.
    """
    from pipeline.jobs.preview import preview as look
    from pipeline.settings import load_settings

    found = look(load_settings(), dataset, rows, tuple(source or ()))
    if json:
        print_json([asdict(item) for item in found])
        return
    for item in found:
        _show(item)
    next_steps(f"clearwell check {dataset}", f"clearwell run {dataset}")


def _show(item: "Preview") -> None:
    console.print(f"[bold]{item.source}[/]: {item.kept:,} of the first {item.records:,} records kept")
    console.print(_upright(item) if len(item.columns) <= _MOST_UPRIGHT else _turned(item))
    if item.dropped:
        console.print(f"[dim]dropped[/] {', '.join(item.dropped)}")
    for reason, count in item.reasons.items():
        console.print(f"[red]rejected[/] {count:,} by {reason}")


def _upright(item: "Preview") -> Table:
    """A row a record."""
    shown = table(*(_head(name, action) for name, action in item.columns))
    for row in item.rows:
        cells = zip(item.columns, row, strict=True)
        shown.add_row(*(_cell(action, value) for (_, action), value in cells))
    return shown


def _turned(item: "Preview") -> Table:
    """A row a column, where there are too many of them to stand side by side; as many records as fit."""
    records = item.rows[: max(1, (console.width - _NAMES) // _CELL)]
    shown = table("column", "action", *(str(number) for number in range(1, len(records) + 1)))
    for at, (name, action) in enumerate(item.columns):
        style = _STYLES.get(action, "cyan")
        marked = action if action == "keep" else f"[{style}]{action}[/]"
        shown.add_row(name, marked, *(_cell(action, row[at]) for row in records))
    return shown


def _head(name: str, action: str) -> str:
    return name if action == "keep" else f"{name}\n[{_STYLES.get(action, 'cyan')}]{action}[/]"


def _cell(action: str, value: object) -> str:
    if value is None:
        return "[dim]-[/]"
    text = str(value)
    if action == "pseudonymise":
        text = text[:8] + "…"
    short = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    safe = short.replace("[", "\\[")
    return safe if action == "keep" else f"[{_STYLES.get(action, 'cyan')}]{safe}[/]"


def add_to(app: typer.Typer) -> None:
    app.command()(preview)
