"""`clearwell quarantine`: which rows were rejected, where they lie, and why."""

from itertools import zip_longest
from textwrap import indent
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import console, next_steps, print_json, table
from pipeline.cli.output import show as present

if TYPE_CHECKING:
    from pipeline.quality.quarantine import RejectedRow, RevealedRecord

quarantine = typer.Typer(help="Rejected rows: where they lie and why.", no_args_is_help=True)
_Dataset = Annotated[str, typer.Argument(help="Name of the dataset.")]
_Run = Annotated[str | None, typer.Option(help="Run to look at; by default the newest.")]
_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@quarantine.command("list")
def list_reasons(dataset: _Dataset, run: _Run = None, json: _Json = False) -> None:
    """Rejected rows by source, column and rule. A row with several reasons counts under each."""
    from pipeline.jobs.look import look_at, newest_run, rejections_of

    zones, name = look_at(dataset)
    run = run or newest_run(zones, name)
    found = rejections_of(zones, name, run)
    if json:
        print_json(found)
        return
    shown = table("source", "column", "rule", "rows#")
    for item in found:
        shown.add_row(item["source"], item["column"], item["rule"], f"{item['rows']:,}")
    present(f"quarantine of {name}, run {run}", shown)
    if found:
        next_steps(f"clearwell quarantine show {name} {found[0]['source']} --run {run}")


@quarantine.command()
def show(
    dataset: _Dataset,
    source: Annotated[str, typer.Argument(help="Name of the source.")],
    run: _Run = None,
    rule: Annotated[str | None, typer.Option(help="Only rows rejected by it, as column:rule or a part.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 20,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help="Show the records themselves: personal data in clear. Leaves an audit entry."),
    ] = False,
    json: _Json = False,
) -> None:
    """Locators and reasons of rejected rows."""
    from pipeline.jobs.look import look_at, newest_run, refined_table
    from pipeline.quality.quarantine import rejected_rows
    from pipeline.quality.quarantine import reveal as reveal_records

    zones, name = look_at(dataset)
    run = run or newest_run(zones, name)
    every = rejected_rows(refined_table(zones, name, run, source), rule)
    rows = every[:limit]
    records = reveal_records(zones.landing, zones.evidence, name, rows) if reveal else []
    if json:
        print_json(
            [
                {"object": row.object, "ordinal": row.ordinal, "reasons": list(row.reasons)}
                | ({"record": record.as_text(), "file": record.file} if record else {})
                for row, record in zip_longest(rows, records)
            ]
        )
        return
    title = f"{source}: {len(rows):,} of {len(every):,} rejected rows"
    if reveal:
        _show_records(title, rows, records)
    else:
        shown = table("object", "record#", "reasons")
        for row in rows:
            shown.add_row(row.object, str(row.ordinal), ", ".join(row.reasons))
        present(title, shown)
        next_steps(
            f"clearwell quarantine show {name} {source} --reveal   # the records themselves; leaves an audit entry"
        )


def _show_records(title: str, rows: "list[RejectedRow]", records: "list[RevealedRecord]") -> None:
    """Each record under its locator and file, as it landed."""
    console.print(f"[bold]{title}[/]")
    for row, record in zip(rows, records, strict=True):
        console.print(f"{row.object} [dim]record[/] {row.ordinal}  [red]{', '.join(row.reasons)}[/]", soft_wrap=True)
        if record.file:
            console.print(f"  {record.file}", markup=False, style="dim", soft_wrap=True)
        console.print(indent(record.as_text(), "  "), markup=False, style="yellow", soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    app.add_typer(quarantine, name="quarantine")
