"""`clearwell processing`: the record of processing activities of a dataset."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from pipeline.cli.output import console, many, next_steps, print_json, show, table

if TYPE_CHECKING:
    from pipeline.release.processing import ProcessingRecord, Retention

_UNSAID = "not said"


def processing(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.")],
    json: Annotated[bool, typer.Option("--json", help="For programs, with every column.")] = False,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Write it as Markdown, for whoever keeps the records.")
    ] = None,
) -> None:
    """Why a dataset's personal data is processed, on what legal basis, whose it is, who gets it, how long it is kept.

    This is the record that article 30 of the GDPR asks for. It is compiled from the contracts, dataset.yaml and the
    platform's retention; no data is read. What is `not said` there is to be said in the contracts: `processing` of a
    source, `purpose` and `basis` of a column.
    """
    from pipeline.contracts.dataset import open_dataset
    from pipeline.release.processing import record_of
    from pipeline.settings import load_settings

    settings = load_settings()
    record = record_of(open_dataset(settings.dataset_roots, dataset), settings.keys)
    if output is not None:
        output.write_text("\n".join(_markdown(record)) + "\n", encoding="utf-8")
    if json:
        print_json(record.document())
        return
    if output is None:
        _tell(record)
        next_steps(f"clearwell processing {dataset} --output {dataset}-processing.md", f"clearwell check {dataset}")
    else:
        console.print(f"[green]✓[/] record of processing of {dataset}: {escape(str(output))}", soft_wrap=True)


def _tell(record: "ProcessingRecord") -> None:
    why = table("purpose", "legal basis", "persons", "columns#")
    for it in record.activities:
        persons = ", ".join(it.persons) or _UNSAID
        why.add_row(it.purpose or _UNSAID, it.basis or _UNSAID, persons, str(len(it.data)))
    show(f"{record.dataset}: {escape(record.title)} ({escape(record.owner)})", why)
    held = table("source", "from", "columns#", "special categories")
    for source in record.sources:
        special = ", ".join(it["column"] for it in source.columns if it["special"])
        held.add_row(source.source, f"{source.kind}, {source.connection}", str(len(source.columns)), special)
    show("what is held", held)
    kept = table("zone", "kept for", "clear", "what")
    for zone in record.retention:
        kept.add_row(zone.zone, _days(zone), "yes" if zone.clear else "no", escape(zone.holds))
    show("how long", kept)
    for name, told in (*_recipients(record), *_measures(record)):
        console.print(f"[dim]{name}:[/] {escape(told)}", soft_wrap=True)


def _markdown(record: "ProcessingRecord") -> Iterator[str]:
    yield f"# Record of processing: {record.title}"
    yield ""
    yield f"Dataset `{record.dataset}`, kept by {record.owner}. Compiled from its contracts (GDPR article 30, 1)."
    yield from _section("Purposes, legal bases and persons", "Purpose", "Legal basis", "Persons", "Columns")
    for it in record.activities:
        yield _row(it.purpose or _UNSAID, it.basis or _UNSAID, ", ".join(it.persons) or _UNSAID, len(it.data))
    for source in record.sources:
        title = f"Data: {source.source} ({source.kind}, connection {source.connection})"
        yield from _section(title, "Column", "What", "Special category", "Published", "Purpose", "Legal basis")
        for column in source.columns:
            special = "yes (article 9)" if column["special"] else "no"
            why = column["purpose"] or _UNSAID, column["basis"] or _UNSAID
            yield _row(column["column"], column["what"], special, _published(column["action"]), *why)
    yield from _section("Recipients", "", "")
    yield from (_row(name, told) for name, told in _recipients(record))
    yield from _section("Retention", "Zone", "Kept for", "Clear personal data", "What")
    yield from (_row(it.zone, _days(it), "yes" if it.clear else "no", it.holds) for it in record.retention)
    yield from _section("Security measures", "", "")
    yield from (_row(name, told) for name, told in _measures(record))


def _section(title: str, *headings: str) -> Iterator[str]:
    yield from ("", f"## {title}", "", _row(*headings), _row(*("---" for _ in headings)))


def _row(*cells: object) -> str:
    """A line of a pipe table; what would end a cell or be read as HTML is escaped."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"


def _published(action: str) -> str:
    from pipeline.release.processing import ACTIONS

    return next(told for known, told in ACTIONS.items() if known == action)


def _days(zone: "Retention") -> str:
    return "until it is removed" if zone.days is None else many(zone.days, "day")


def _recipients(record: "ProcessingRecord") -> Iterator[tuple[str, str]]:
    told = record.recipients
    yield "recipients", f"{told['who']} (policy {told['policy']})"
    diverse = f", {told['l']} values of each sensitive attribute among them" if told["l"] > 1 else ""
    yield "in groups of", f"at least {told['k']} persons{diverse}"


def _measures(record: "ProcessingRecord") -> Iterator[tuple[str, str]]:
    for action, number in record.measures["actions"].items():
        yield action, f"{many(number, 'column')}: {_published(action)}"
    yield "keys from", record.measures["keys"]
    yield from (("besides", told) for told in record.measures["others"])
    if record.measures["notice_hours"]:
        yield "erasure", f"{record.measures['notice_hours']} hours after notice"


def add_to(app: typer.Typer) -> None:
    app.command()(processing)
