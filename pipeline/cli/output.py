"""What commands print with: people get Rich, programs get JSON, both the same facts."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.table import Table

#: Words of this command line that hold for those that it tells to run next.
said_for_all: list[str] = []
console = Console(highlight=False)
errors = Console(stderr=True)


def print_json(document: Any) -> None:
    """One JSON document on standard output and nothing else."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")


def print_json_rows(rows: Iterable[Any]) -> None:
    """One JSON array on standard output, a row a line, written while the rows come."""
    between = "[\n"
    for row in rows:
        sys.stdout.write(between + json.dumps(row, ensure_ascii=False))
        between = ",\n"
    sys.stdout.write("[]\n" if between == "[\n" else "\n]\n")


def table(*columns: str) -> Table:
    """An empty table; columns whose name ends in `#` hold numbers and stand to the right."""
    made = Table(box=None, header_style="dim", pad_edge=False)
    for column in columns:
        made.add_column(column.rstrip("#"), justify="right" if column.endswith("#") else "left", overflow="fold")
    return made


def show(title: str, rows: Table) -> None:
    """A table under its title."""
    console.print(f"[bold]{title}[/]", soft_wrap=True)
    console.print(rows)


def next_steps(*commands: str) -> None:
    """What to do next, a command a line; ours find datasets where this command did."""
    console.print("[dim]next:[/]")
    for command in commands:
        ours = command.startswith("clearwell ")
        told = " ".join(["clearwell", *said_for_all, command.removeprefix("clearwell ")]) if ours else command
        console.print(f"  {told}", soft_wrap=True)


def many(count: int, noun: str) -> str:
    """`1 rule`, `1,200 rules`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
