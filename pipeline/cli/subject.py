"""`clearwell subject`: what is kept about one person, for an access request."""

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.cli.output import console, many, next_steps, print_json, show, table


def subject(
    dataset: Annotated[str, typer.Option("--dataset", "-d", help="Name of the dataset.")],
    key: Annotated[str, typer.Option("--subject", help="The person's key, such as an employee id.")],
    output: Annotated[
        Path | None, typer.Option(help="File to write, readable by you alone; without it only counts are shown.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The whole answer on standard output, for programs.")] = False,
) -> None:
    """Answer an access request: all that is kept about a person, why, and for how long.

    The answer holds clear personal data: the person's landed records, its rows in features and published versions, and
    the purpose, legal basis and retention of each. Asking leaves an entry in the audit log.
    """
    import os
    from json import dumps

    from pipeline.cli.progress import step
    from pipeline.jobs.context import open_workplace
    from pipeline.jobs.subject_record import subject_record
    from pipeline.settings import load_settings

    console.quiet = json
    workplace = open_workplace(load_settings(), dataset)
    with step("find") as shown:
        found = subject_record(workplace, key)
        shown.found(f"{many(sum(map(len, found['records'].values())), 'record')} of this person")
    if json:
        print_json(found)
        return
    _tell(found)
    if output is None:
        next_steps("the same with --output FILE, for all of it in clear")
        return
    with open(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(dumps(found, ensure_ascii=False, indent=1) + "\n")
    console.print(f"[green]✓[/] {output}: clear personal data, mode 0600", soft_wrap=True)


def _tell(found: dict[str, Any]) -> None:
    rows = table("source", "records#", "named in records of others#")
    for source, mentions in found["mentions"].items():
        rows.add_row(source, f"{len(found['records'].get(source, [])):,}", f"{mentions:,}")
    show(f"what {found['dataset']} keeps of this person", rows)
    console.print(f"feature rows: {len(found['features']):,}")
    for version, published in found["versions"].items():
        console.print(f"version {version}: {many(len(published), 'row')}")


def add_to(app: typer.Typer) -> None:
    app.command()(subject)
