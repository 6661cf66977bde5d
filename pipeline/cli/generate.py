"""`clearwell generate`: a believable company with messy, personal data in all its systems, and the truth about it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.cli.output import console, next_steps, show, table

if TYPE_CHECKING:
    from pipeline.synthetic.company import Summary

#: One line a paragraph: the terminal breaks them.
_HELP = "\n\n".join(
    (
        "Write years of a company that never was, as its systems would hand them over.",
        "Two HTTP APIs and a database to serve (hrms, payroll, lms), XML exports (reviews), CSV dumps (legacy), and "
        "letters as DOCX, RTF and text. connections.yaml says how to reach them; clearwell starts the servers itself.",
        "Whatever is wrong with the data was planted, and truth/ tells of it: personal data in texts, defects, "
        "duplicates, conflicts, misspelt names, systems that disagree, layouts that changed over the years.",
        "The same arguments write the same bytes; a company that is there already is left alone. Without --size, 2,000 "
        "employees over 20 years take about 30 MB. The funnel of a real company is --employees 500000 --size 1TB.",
    )
)


def generate(
    out: Annotated[Path, typer.Option(help="Folder to write. Another company there is replaced, anything else kept.")],
    employees: Annotated[int, typer.Option(min=10, help="Persons ever employed.")] = 2000,
    years: Annotated[int, typer.Option(min=1, max=40, help="Years of history; the last one is 2025.")] = 20,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 7,
    size: Annotated[
        str | None,
        typer.Option(help="About how much to write, such as 500MB, 30GB, 1TB: more and longer free text."),
    ] = None,
) -> None:
    """Generate, and tell what there is now."""
    from pipeline.synthetic.company import generate_company
    from pipeline.synthetic.volume import parse_size

    wanted = parse_size(size) if size else None
    columns = (TextColumn("generating employees"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=employees)
        summary = generate_company(
            out, employees, years, seed, lambda done: progress.update(task, completed=done), wanted
        )
    console.print(f"[green]✓[/] {employees:,} employees over {years} years in {out}/; planted truth in {out}/truth/")
    _show(summary)
    next_steps(f"CLEARWELL_CONNECTIONS={out}/connections.yaml clearwell run attrition")


def _show(summary: "Summary") -> None:
    """What each source holds, and what was planted in all of them."""
    sources = table("source", "records#", "MB#", "free text#")
    for source, count in summary.records.items():
        size, text = summary.bytes[source], summary.texts.get(source, 0)
        sources.add_row(source, f"{count:,}", f"{size / 1e6:,.1f}", f"{text:,}" if text else "-")
    total = sum(summary.bytes[source] for source in summary.records)
    texts = sum(summary.texts.values())
    sources.add_row("together", f"{sum(summary.records.values()):,}", f"{total / 1e6:,.1f}", f"{texts:,}")
    show("sources (free text in characters)", sources)
    planted = table("planted", "rows#")
    for kind, count in sorted(summary.planted.items()):
        planted.add_row(kind, f"{count:,}")
    show(f"truth, {summary.bytes['truth'] / 1e6:,.1f} MB", planted)


def add_to(app: typer.Typer) -> None:
    app.command(help=_HELP)(generate)
