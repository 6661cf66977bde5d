"""`clearwell audit`: whether the record of who looked still holds together."""

from typing import Annotated

import typer

from pipeline.cli.output import console, many, next_steps

audit = typer.Typer(help="Who looked at clear data.", no_args_is_help=True)


@audit.command()
def verify(
    anchor: Annotated[
        str, typer.Option(metavar="HASH", help="A head that you noted earlier; the log must still hold it.")
    ] = "",
) -> None:
    """Check that no entry of the audit log was changed, removed or moved.

    Entries that are cut off at the end leave no trace in the log itself. Keep the head where nobody who can write the
    log can write, and give it as the anchor the next time.
    """
    from pipeline.evidence.audit import check_chain
    from pipeline.settings import load_settings
    from pipeline.storage.zones import open_zones

    chain = check_chain(open_zones(load_settings().root).evidence, anchor)
    entries = "1 audit entry" if chain.entries == 1 else f"{chain.entries:,} audit entries"
    console.print(f"[green]✓[/] {entries}, the chain holds")
    if chain.torn:
        lines = many(chain.torn, "line")
        console.print(f"[yellow]![/] {lines} cut off by a crash, before anything was shown", soft_wrap=True)
    console.print(f"  head  {chain.head}", soft_wrap=True)
    next_steps(f"clearwell audit verify --anchor {chain.head}   # later: still holds all that it holds now")


def add_to(app: typer.Typer) -> None:
    app.add_typer(audit, name="audit")
