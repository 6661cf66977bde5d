"""`clearwell new`: files or a table become a dataset folder that runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import console, next_steps, print_json, show, table

if TYPE_CHECKING:
    from pipeline.onboarding.made import Made
    from pipeline.onboarding.release_advice import Advice

_STYLES = {"drop": "red", "keep": "green"}


def new(
    name: Annotated[str, typer.Argument(help="Name of the dataset: small letters, digits and _.")],
    given: Annotated[
        list[str],
        typer.Option(
            "--from",
            metavar="FILE",
            help="CSV, JSON Lines, Parquet or XML (.gz and .zst too), or postgresql://user@host/db?table=t. "
            "Several: files of one header are one source; others are joined by a column that all share, "
            "and the first has one record an entity.",
        ),
    ],
    more: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="More of --from: a shell's *.csv may follow it.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="Column that is to be predicted: becomes the label.")] = None,
    entity: Annotated[
        str | None, typer.Option(metavar="WORD", help="What a record is about, such as employee.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="Column that tells one entity from another.")
    ] = None,
    record: Annotated[str | None, typer.Option(metavar="ELEMENT", help="XML: the element that is one record.")] = None,
    nameless: Annotated[
        bool, typer.Option("--nameless", help="Free texts name nobody: keep them though no column knows names.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Write a dataset anew that `new` wrote before.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look at files, find personal data, and propose contracts, features and a release policy that run as they are.

    The proposal is cautious: what names a person is dropped, free text redacted, dates and ages made coarse, and what
    nobody knows left out. Each line of the contract says why; change it, look with `clearwell preview`, and run it.
    No value of the data is printed. The files that are written list the words of columns that have few of them.
    """
    from pipeline.onboarding.asked import Asked
    from pipeline.onboarding.made import Wanted, make_dataset
    from pipeline.settings import load_settings

    made = make_dataset(
        load_settings(), Wanted(name, (*given, *(more or ())), Asked(target, entity, key, nameless), record, force)
    )
    if json:
        print_json(made.document())
        return
    _tell(made)


def _tell(made: "Made") -> None:
    for source in made.proposal.sources:
        shown = table("column", "type", "empty#", "distinct#", "action", "why")
        for item in source.columns:
            action = item.treatment.action
            style = _STYLES.get(action, "yellow")
            counts = (f"{item.profile.nulls:,}", f"{item.profile.distinct:,}")
            kind = item.profile.type.logical_type if item.profile.distinct else ""
            shown.add_row(item.name, kind, *counts, f"[{style}]{action}[/]", _why(made, item.name, item.treatment.why))
        seen = "all" if source.sampled.whole else "a sample of"
        show(f"{source.name}: {seen} {source.sampled.records:,} records, {len(source.columns)} columns", shown)
        for reason, rows in source.sampled.rejected.items():
            console.print(f"[yellow]![/] {rows:,} records can't be read: {reason}")
        console.print(f"[dim]key[/] {', '.join(source.key.columns) or 'record:number'}: {source.key.why}")
    _tell_release(made.release)
    _tell_texts(made)
    console.print(f"[green]✓[/] wrote [bold]{made.folder}[/]", soft_wrap=True)
    for line in made.connections:
        console.print(f"  {line}", soft_wrap=True)
    name, contract = made.proposal.name, Path("contracts") / f"{made.proposal.main.name}.odcs.yaml"
    next_steps(
        f"$EDITOR {made.folder / contract}   # read what is proposed, and why",
        f"clearwell preview {name}   # a de-identified sample in seconds",
        f"clearwell run {name}",
    )


def _tell_texts(made: "Made") -> None:
    """A warning where a run will refuse free texts."""
    texts = [
        f"{source.name}.{item.name}"
        for source in made.proposal.sources
        for item in source.columns
        if item.treatment.action == "redact"
    ]
    if texts and not made.proposal.nameless and not made.proposal.names_people:
        console.print(
            f"[yellow]![/] {', '.join(texts)}: no column knows the names of the people in it, so a run will refuse to "
            "publish it. Add a file of names that joins, or say --nameless if it names nobody.",
            soft_wrap=True,
        )


def _tell_release(advice: "Advice") -> None:
    """One line, or the choices where the policy would withhold too many."""
    if not advice.asks:
        console.print(f"[dim]release[/] {advice.finest}", soft_wrap=True)
        return
    if advice.too_few:
        needed = f"{advice.entities:,} entities are fewer than k = {advice.finest.k}: a run will refuse to publish them"
        console.print(f"[yellow]![/] {needed}. More records are needed.", soft_wrap=True)
    console.print(
        f"[yellow]![/] published as fine as it is, {advice.finest.withheld:.1%} of the entities would be withheld. "
        "A run makes columns as coarse as needed; for another choice change k or quasi_identifiers in dataset.yaml.",
        soft_wrap=True,
    )
    shown = table("choice", "k#", "entities withheld#", "information lost#")
    for choice in (advice.finest, *advice.others):
        shown.add_row(choice.change, str(choice.k), f"{choice.withheld:.1%}", f"{choice.loss:.0%}")
    console.print(shown)


def _why(made: "Made", column: str, why: str) -> str:
    known = {item.column for item in made.proposal.quasi}
    return (
        f"{why.replace('[', chr(92) + '[')}[dim]; others may know it[/]" if column in known else why.replace("[", "\\[")
    )


def add_to(app: typer.Typer) -> None:
    app.command()(new)
