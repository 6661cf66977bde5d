"""`clearwell generate`: a believable company with messy, personal data and the truth about it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.cli.output import console, next_steps


def generate(
    out: Annotated[Path, typer.Option(help="Folder to write.")],
    employees: Annotated[int, typer.Option(min=10, help="Persons ever employed.")] = 2000,
    years: Annotated[int, typer.Option(min=1, max=40, help="Years of history.")] = 20,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 7,
) -> None:
    """Write HR history of a company that never was: an HRMS to serve, CSV dumps, and the planted truth."""
    from pipeline.synthetic.company import generate_company

    columns = (TextColumn("generating employees"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=employees)
        generate_company(out, employees, years, seed, lambda done: progress.update(task, completed=done))
    console.print(f"[green]✓[/] {employees:,} employees over {years} years in {out}/; planted truth in {out}/truth/")
    next_steps(f"CLEARWELL_CONNECTIONS={out}/connections.yaml clearwell run attrition")


def add_to(app: typer.Typer) -> None:
    app.command()(generate)
