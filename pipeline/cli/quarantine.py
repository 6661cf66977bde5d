"""`clearwell quarantine`: which rows were rejected, where they lie, and why; cli/replay.py puts them back."""

from collections.abc import Iterable, Iterator
from itertools import repeat
from textwrap import indent
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.output import console, next_steps, print_json, print_json_rows, table
from pipeline.cli.output import show as present
from pipeline.cli.replay import replay

if TYPE_CHECKING:
    from pipeline.quality.quarantine import RejectedRow, RevealedRecord

quarantine = typer.Typer(help="Rejected rows: where they lie and why, and how to put them back.", no_args_is_help=True)
_Dataset = Annotated[str, typer.Argument(help="Name of the dataset.")]
_Run = Annotated[str | None, typer.Option(help="Run to look at; by default the newest.")]
_Json = Annotated[bool, typer.Option("--json", help="For programs.")]


@quarantine.command("list")
def list_reasons(
    dataset: _Dataset,
    source: Annotated[str | None, typer.Option(help="Only this source; by default all.")] = None,
    run: _Run = None,
    json: _Json = False,
) -> None:
    """Rejected rows by source, column and rule. A row with several reasons counts under each."""
    from pipeline.jobs.look import frozen_in, look_at, newest_run, rejections_of

    zones, name = look_at(dataset)
    run = run or newest_run(zones, name)
    found = rejections_of(zones, name, run, source)
    if json:
        print_json(found)
        return
    shown = table("source", "column", "rule", "rows#", "share#", "refers to")
    for item in found:
        share = f"{100 * item['share']:.2f} %"
        shown.add_row(item["source"], item["column"], item["rule"], f"{item['rows']:,}", share, item["refers_to"] or "")
    present(f"quarantine of {name}, run {run}" + ("" if found else ": no rejected row was counted"), shown)
    if frozen := frozen_in(zones, name, run):
        console.print(f"[red]refine was stopped by freeze[/], so there are no rows to show: {'; '.join(frozen)}")
    elif found:
        next_steps(
            f"clearwell quarantine show {name} {found[0]['source']} --run {run}",
            f"clearwell quarantine replay {name}   # once the contract or the source is mended",
        )


@quarantine.command()
def show(
    dataset: _Dataset,
    source: Annotated[str, typer.Argument(help="Name of the source.")],
    run: _Run = None,
    rule: Annotated[str | None, typer.Option(help="Only rows rejected by it, as column:rule or a part.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 20,
    every: Annotated[bool, typer.Option("--all", help="Show every row, however many there are.")] = False,
    reveal: Annotated[
        bool,
        typer.Option("--reveal", help="Show the records themselves: personal data in clear. Leaves an audit entry."),
    ] = False,
    json: _Json = False,
) -> None:
    """Locators and reasons of rejected rows."""
    from pipeline.jobs.look import look_at, newest_run, refined_table
    from pipeline.quality.quarantine import find_rejected
    from pipeline.quality.quarantine import reveal as reveal_records

    zones, name = look_at(dataset)
    run = run or newest_run(zones, name)
    found = find_rejected(refined_table(zones, name, run, source), rule)
    rows = found if every else found.first(limit)
    records = reveal_records(zones.landing, zones.evidence, name, run, rows) if reveal else repeat(None)
    if json:
        print_json_rows(_documents(zip(rows, records, strict=False)))
        return
    title = f"{source}: {len(rows):,} of {len(found):,} rejected rows"
    if reveal:
        _show_records(title, zip(rows, records, strict=False))
    else:
        shown = table("object", "record#", "reasons")
        for row in rows:
            shown.add_row(row.object, str(row.ordinal), ", ".join(row.reasons))
        present(title, shown)
        next_steps(
            f"clearwell quarantine show {name} {source} --reveal   # the records themselves; leaves an audit entry"
        )


def _documents(found: "Iterable[tuple[RejectedRow, RevealedRecord | None]]") -> Iterator[dict[str, Any]]:
    for row, record in found:
        document = {"object": row.object, "ordinal": row.ordinal, "reasons": list(row.reasons)}
        yield document | ({"record": record.as_text(), "file": record.file} if record else {})


def _show_records(title: str, found: "Iterable[tuple[RejectedRow, RevealedRecord | None]]") -> None:
    """Each record under its locator and file, as it landed."""
    console.print(f"[bold]{title}[/]")
    for row, record in found:
        console.print(f"{row.object} [dim]record[/] {row.ordinal}  [red]{', '.join(row.reasons)}[/]", soft_wrap=True)
        if record and record.file:
            console.print(f"  {record.file}", markup=False, style="dim", soft_wrap=True)
        if record:
            console.print(indent(record.as_text(), "  "), markup=False, style="yellow", soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    quarantine.command()(replay)
    app.add_typer(quarantine, name="quarantine")
