"""`clearwell dictionary`: what the columns of a published version mean."""

import csv
import io
import sys
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from pipeline.cli.output import console, next_steps, print_json, show, table

if TYPE_CHECKING:
    from pipeline.release.dictionary import DictionaryEntry

_HEADINGS = ("column", "role", "type", "unit", "meaning", "source", "privacy", "missing", "values")


def dictionary(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.")],
    version: Annotated[str, typer.Option(help="Version; by default the latest.")] = "latest",
    json: Annotated[bool, typer.Option("--json", help="For programs, with all bins.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="A table for a wiki or README.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table for a spreadsheet.")] = False,
) -> None:
    """What each published column means, where it is from, what was done to it, how much is missing, how it spreads.

    All of it is read from the version's own folder, so the dataset's folder need not be here.
    """
    from pipeline.errors import SettingsError
    from pipeline.release.dictionary import describe_columns
    from pipeline.release.load import version_folder

    if json + markdown + as_csv > 1:
        raise SettingsError("one form at a time", allowed="--json, --markdown or --csv")
    folder = version_folder(dataset, version)
    entries = describe_columns(folder)
    rows = [_row(entry) for entry in entries]
    if json:
        print_json([entry.document() for entry in entries])
    elif markdown:
        sys.stdout.write(_markdown(rows))
    elif as_csv:
        sys.stdout.write(_csv(rows))
    else:
        shown = table("column", "type", "unit", "meaning", "source", "privacy", "missing#", "values")
        for column, _, *words in rows:
            shown.add_row(escape(column), *map(escape, words))
        show(f"{dataset} {folder.name}: {entries[0].rows:,} rows, {len(entries)} columns", shown)
        console.print(f"[dim]report:[/] {folder / 'report.html'}", soft_wrap=True)
        next_steps(f"clearwell dictionary {dataset} --markdown > {dataset}.md")


def _row(entry: "DictionaryEntry") -> tuple[str, ...]:
    words = (entry.column, entry.role, entry.type, entry.unit, entry.meaning, entry.source, entry.privacy)
    return (*words, f"{100 * entry.missing_share:.1f} %", entry.spread)


def _markdown(rows: list[tuple[str, ...]]) -> str:
    """A pipe table; a pipe inside a cell is escaped, as is what would be read as HTML."""
    lines = [_HEADINGS, tuple("---" for _ in _HEADINGS), *rows]
    plain = (" | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in plain)


def _csv(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([_HEADINGS, *rows])
    return text.getvalue()


def add_to(app: typer.Typer) -> None:
    app.command()(dictionary)
