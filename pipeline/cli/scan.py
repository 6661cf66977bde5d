"""`clearwell scan`: what would be masked in a user's own texts, and why; for programs, as spans."""

import os
import shlex
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from pipeline.cli.output import console, errors, next_steps
from pipeline.cli.scanning.meter import Meter
from pipeline.cli.scanning.options import Options, open_search
from pipeline.cli.scanning.shown import show_summary, show_text
from pipeline.cli.scanning.texts import STDIN, Batch, Wanted, check_file, read_batches
from pipeline.cli.scanning.work import Tally, search_batches

if TYPE_CHECKING:
    from pipeline.cli.scanning.options import Opened
    from pipeline.privacy.spans import Span

_Found = Iterable[tuple[Batch, "list[list[Span]]"]]


def scan(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="[FILE]...", help="Texts, one a line; - is standard input.")
    ] = None,
    patterns_only: Annotated[
        bool, typer.Option("--patterns-only", help="Neither roster nor name model: what Presidio's patterns answer.")
    ] = False,
    json: Annotated[
        bool,
        typer.Option("--json", help="For programs: a list of {start, end, entity_type, score} a text, one a line."),
    ] = False,
    dataset: Annotated[
        str,
        typer.Option(metavar="NAME", help="With its own recognizers, and the people of its newest run (audited)."),
    ] = "",
    roster: Annotated[
        Path | None,
        typer.Option(metavar="CSV", help="People to know: columns given_name, family_name, email, phone, …"),
    ] = None,
    text: Annotated[
        str, typer.Option(metavar="COLUMN", help="Texts are this column of .csv files, or key of .jsonl files.")
    ] = "",
    whole: Annotated[bool, typer.Option("--whole", help="Each file is one text; .docx and .rtf always are.")] = False,
    names: Annotated[
        str, typer.Option(metavar="MODEL", help="Name model; by default the setting CLEARWELL_NAME_MODEL.")
    ] = "",
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Leave out what scored less; by default 0.4, with --stock 0.")
    ] = None,
    types: Annotated[str, typer.Option(metavar="A,B", help="Only these entity types.")] = "",
    stock: Annotated[
        bool, typer.Option("--stock", help="With Presidio's default recognizers and settings, to compare ours with.")
    ] = False,
    limit: Annotated[int, typer.Option(min=0, help="Texts that are shown; all are searched.")] = 20,
    jobs: Annotated[int, typer.Option(min=1, help="Processes that search.")] = 1,
) -> None:
    """Show what would be masked in texts of yours, and why. Nothing is kept, logged or sent anywhere.

    clearwell scan notes.txt --roster people.csv

    clearwell scan --patterns-only --json notes.txt > spans.jsonl

    Positions count characters of the text, without its line end; an empty text has an empty list. With --patterns-only
    the spans are those of Presidio's engine, in its order, and may overlap; otherwise they are the stretches that a run
    would mask. A file is read to its end before the first line is printed, so a damaged one prints nothing.
    """
    sources = files or [STDIN]
    wanted = Wanted(text, whole)
    for file in sources:
        check_file(file, wanted)
    opened = open_search(Options(patterns_only, json, dataset, roster, names, threshold, types, stock))
    if json and dataset and not (patterns_only or opened.knows_people):
        errors.print(*map(escape, opened.notes), style="dim", soft_wrap=True)
    batches = chain.from_iterable(read_batches(file, wanted) for file in sources)
    found = search_batches(batches, opened.find, jobs)
    try:
        if json:
            _write(found, sources)
        else:
            _show(found, sources, opened, limit)
    except BrokenPipeError:  # the reader has seen enough; nothing is left to be flushed into its pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None


def _write(found: _Found, files: Sequence[str]) -> None:
    import orjson

    out = sys.stdout.buffer
    with Meter(files, hidden=sys.stdout.isatty()) as meter:
        for batch, spans in found:
            out.write(b"".join(orjson.dumps([span._asdict() for span in of_text]) + b"\n" for of_text in spans))
            meter.done(batch)
    out.flush()


def _show(found: _Found, files: Sequence[str], opened: "Opened", limit: int) -> None:
    from pipeline.privacy.explained import reasons_of

    tally, began, told = Tally(), monotonic(), 0.0
    with Meter(files, hidden=False) as meter:
        for batch, spans in found:
            first = [at for at, of_text in enumerate(spans) if of_text][: max(0, limit - tally.hits)]
            tally.add(spans)
            meter.done(batch)
            if first:
                since = monotonic()
                with meter.aside():
                    for at in first:
                        text, stretches = batch.texts[at], spans[at]
                        reasons = opened.explain(text)
                        show_text(batch.place(at), text, stretches, [reasons_of(it, reasons) for it in stretches])
                told += monotonic() - since
    if tally.hits > limit:
        console.print(f"[dim]… and {tally.hits - limit:,} more texts with personal data (--limit shows more)[/]\n")
    show_summary(tally, monotonic() - began - told)
    for note in opened.notes:
        console.print(f"[yellow]note[/] {escape(note)}", soft_wrap=True)
    next_steps(*_next(files, opened))


def _next(files: Sequence[str], opened: "Opened") -> Iterator[str]:
    told = escape(shlex.join(files))
    if not opened.knows_people:
        yield f"clearwell scan {told} --roster people.csv   # names that you know"
    yield f"clearwell scan {told} --json > spans.jsonl   # for programs"


def add_to(app: typer.Typer) -> None:
    app.command()(scan)
