"""`clearwell audit`: whether the record of who looked still holds together."""

import typer

from pipeline.cli.output import console

audit = typer.Typer(help="Who looked at clear data.", no_args_is_help=True)


@audit.command()
def verify() -> None:
    """Check that no entry of the audit log was changed, removed or moved."""
    from pipeline.evidence.audit import check_chain
    from pipeline.settings import load_settings
    from pipeline.storage.zones import open_zones

    entries = check_chain(open_zones(load_settings().root).evidence)
    console.print(f"[green]✓[/] {entries} audit entr{'y' if entries == 1 else 'ies'}, the chain holds")


def add_to(app: typer.Typer) -> None:
    app.add_typer(audit, name="audit")
