"""`clearwell keys`: the epochs of a dataset's key. No key is ever shown."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import console, many, next_steps, print_json, show, table

if TYPE_CHECKING:
    from pipeline.keys import KeySource
    from pipeline.storage.zones import Zones

keys = typer.Typer(
    help="The keys under which pseudonyms are made: one a dataset and epoch. No key is ever shown.\n\n"
    "CLEARWELL_KEYS says where they come from: development (a file in <home>), vault, or secrets-manager. For vault, "
    "CLEARWELL_VAULT_ADDRESS says where it is and CLEARWELL_VAULT_AUTH how to log in: kubernetes:<role>, aws:<role>, "
    "or token-file:<file>.",
    no_args_is_help=True,
)
_Dataset = Annotated[str, typer.Argument(help="Name of the dataset.")]


@keys.command("show")
def show_epochs(dataset: _Dataset, json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """The epochs of a dataset's key, oldest first: which one is current, and how many runs were made under each."""
    zones, name, source = _opened(dataset)
    epochs, runs = source.epochs(name), _runs(zones, name)
    if json:
        listed = [{"epoch": epoch, "current": epoch == epochs[-1], "runs": runs[epoch]} for epoch in epochs]
        print_json({"dataset": name, "from": source.place(name), "epochs": listed})
        return
    shown = table("epoch", "runs#", "")
    for epoch in epochs:
        shown.add_row(epoch, f"{runs[epoch]:,}", "[green]current[/]" if epoch == epochs[-1] else "")
    show(f"epochs of {name}'s key", shown)
    console.print(f"[dim]from:[/] {source.place(name)}", soft_wrap=True)
    next_steps(f"clearwell keys rotate {name}")


@keys.command()
def create(dataset: _Dataset) -> None:
    """Make a dataset's first key, where its runs may only open keys. One that is there is never touched."""
    from pipeline.evidence.audit import leave_entry

    zones, name, source = _opened(dataset)
    leave_entry(zones.evidence, "keys.create", dataset=name)
    source.create(name)
    console.print(f"[green]✓[/] {name} has a key of epoch {source.epochs(name)[-1]}")
    console.print(f"[dim]in:[/] {source.place(name)}", soft_wrap=True)
    next_steps(f"clearwell run {name}")


@keys.command()
def rotate(
    dataset: _Dataset, yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False
) -> None:
    """Begin a new epoch of a dataset's key.

    Runs begun from now on get new ids and new pseudonyms, which can't be joined with those of earlier versions. Runs
    that were begun go on under their own epoch, whose key stays; versions verify as before.
    """
    from pipeline.evidence.audit import leave_entry

    zones, name, source = _opened(dataset)
    before = source.epochs(name)[-1]
    if not yes:
        typer.confirm(
            f"New runs of {name} will get other pseudonyms than the {many(_runs(zones, name)[before], 'run')} under "
            f"epoch {before}. Rotate?",
            abort=True,
        )
    leave_entry(zones.evidence, "keys.rotate", dataset=name, epoch=before)
    after = source.rotate(name).epoch
    console.print(f"[green]✓[/] {name}: epoch {after} is current; {before} stays, for what was made under it")
    next_steps(f"clearwell run {name}", f"clearwell keys show {name}")


def _opened(dataset: str) -> "tuple[Zones, str, KeySource]":
    from pipeline.jobs.look import look_at
    from pipeline.keys import open_key_source
    from pipeline.settings import load_settings

    zones, name = look_at(dataset)
    return zones, name, open_key_source(load_settings())


def _runs(zones: "Zones", name: str) -> Counter[str]:
    """How many runs were begun under each epoch."""
    from pipeline.storage.runs import known_runs, read_run

    runs = (read_run(zones.warehouse, name, run) for run in known_runs(zones.warehouse, name))
    return Counter(run.key_epoch for run in runs if run)


def add_to(app: typer.Typer) -> None:
    app.add_typer(keys, name="keys")
