"""`clearwell erase`: persons are taken out of everything that a dataset holds, and a certificate says so."""

from json import loads
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.output import console, many, next_steps, print_json, show, table

if TYPE_CHECKING:
    from pipeline.jobs.context import Workplace
    from pipeline.privacy.erasure.requests import Request


def erase(
    dataset: Annotated[str, typer.Option("--dataset", "-d", help="Name of the dataset.")],
    subject: Annotated[
        list[str] | None, typer.Option(help="A person's key, such as an employee id; repeatable.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="File of many keys, one a line.")
    ] = None,
    reason: Annotated[
        str,
        typer.Option(
            help="erasure, consent (withdrawn) or correction. After a correction the person may come in again, from "
            "the corrected source; else they are kept out for good."
        ),
    ] = "erasure",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")] = False,
    notice: Annotated[
        int | None, typer.Option(min=0, help="Hours to wait first; by default dataset.yaml's `erasure.notice_hours`.")
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Do every erasure whose notice is over, or that was cut short.")
    ] = False,
    pending: Annotated[bool, typer.Option("--pending", help="List the erasures that are not done.")] = False,
    cancel: Annotated[str, typer.Option(metavar="ERASURE", help="Take a request back that has not begun.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Erase persons from landing, tables and published versions, and keep them out; a signed certificate says so.

    Their records are blanked where they landed, and mentions of them in other people's records. Published versions are
    withdrawn and replaced by ones without them; refined and feature rows go, with all that Iceberg still remembers. At
    the end every file is searched for what names them: without a clean search there is no certificate.

    Killed at any moment, `--due` goes on with it. Give many persons at once: everything is read once.
    """
    from pipeline.jobs.context import open_workplace
    from pipeline.settings import load_settings

    console.quiet = json
    workplace = open_workplace(load_settings(), dataset)
    if pending:
        _list(workplace, json)
    elif cancel:
        _cancel(workplace, cancel)
    elif due:
        _do_due(workplace, json)
    else:
        subjects = _subjects(subject or [], file)
        if dry_run:
            _tell_plan(workplace, subjects, json)
            return
        _confirm(workplace, len(subjects), yes or json)
        _ask(workplace, subjects, reason, notice, json)


def _subjects(named: list[str], file: Path | None) -> list[str]:
    lines = file.read_text(encoding="utf-8").splitlines() if file else []
    subjects = [line.strip() for line in (*named, *lines) if line.strip()]
    if not subjects:
        raise typer.BadParameter("whom? --subject KEY, or --file with one key a line")
    return list(dict.fromkeys(subjects))


def _confirm(workplace: "Workplace", count: int, sure: bool) -> None:
    if not sure:
        whom = f"{many(count, 'person')} from everything of {workplace.dataset.name}"
        typer.confirm(f"Erase {whom}? It can't be undone.", abort=True)


def _ask(workplace: "Workplace", subjects: list[str], reason: str, notice: int | None, json: bool) -> None:
    from datetime import UTC, datetime

    from pipeline.privacy.erasure.requests import ask, due

    landing, name, now = workplace.zones.landing, workplace.dataset.name, datetime.now(UTC)
    hours = workplace.dataset.spec.erasure.notice_hours if notice is None else notice
    request = ask(landing, name, subjects, reason, hours, now)
    if request not in due(landing, name, now):
        console.print(f"erasure [bold]{request.erasure}[/] of {many(len(subjects), 'person')} is due at {request.due}")
        next_steps(
            f"clearwell erase --dataset {name} --due   # then or later",
            f"clearwell erase --dataset {name} --cancel {request.erasure}",
        )
        if json:
            print_json(request.told())
        return
    _do(workplace, request, json)


def _do(workplace: "Workplace", request: "Request", json: bool) -> None:
    from pipeline.cli.progress import step
    from pipeline.jobs.erasure.steps import STEPS, begin

    erasing, name = begin(workplace, request), workplace.dataset.name
    console.print(f"erasure [bold]{request.erasure}[/] of {many(len(request.subjects), 'person')} from [bold]{name}[/]")
    for stage in STEPS:
        with step(stage) as shown:
            counts = erasing.do(stage)
            shown.found(", ".join(f"{count:,} {what}" for what, count in counts.items() if count) or "nothing to do")
    path = erasing.finish()
    console.print(f"[green]✓[/] certificate  {path}", soft_wrap=True)
    next_steps(f"clearwell verify {path}", f"clearwell run {name}   # a whole run without them")
    if json:
        print_json(loads(path.read_bytes()))


def _do_due(workplace: "Workplace", json: bool) -> None:
    from datetime import UTC, datetime

    from pipeline.privacy.erasure.requests import due

    found = due(workplace.zones.landing, workplace.dataset.name, datetime.now(UTC))
    if not found:
        console.print("nothing is due")
    for request in found:
        _do(workplace, request, json)


def _list(workplace: "Workplace", json: bool) -> None:
    from pipeline.privacy.erasure.requests import pending

    found = [request.told() for request in pending(workplace.zones.landing, workplace.dataset.name)]
    if json:
        print_json(found)
        return
    shown = table("erasure", "persons#", "reason", "requested", "due", "steps done")
    for item in found:
        steps = ", ".join(item["steps"]) or ("begun" if item["begun"] else "")
        shown.add_row(item["erasure"], str(item["subjects"]), item["reason"], item["requested"], item["due"], steps)
    show(f"pending erasures of {workplace.dataset.name}" + ("" if found else ": none"), shown)
    if found:
        next_steps(f"clearwell erase --dataset {workplace.dataset.name} --due")


def _cancel(workplace: "Workplace", erasure: str) -> None:
    from pipeline.errors import PrivacyError
    from pipeline.privacy.erasure.requests import cancel, pending

    known = {request.erasure: request for request in pending(workplace.zones.landing, workplace.dataset.name)}
    if erasure not in known:
        raise PrivacyError("no such erasure is pending", given=erasure, allowed=sorted(known) or "none")
    cancel(workplace.zones.landing, known[erasure])
    console.print(f"[green]✓[/] erasure {erasure} was taken back; nothing was erased")


def _tell_plan(workplace: "Workplace", subjects: list[str], json: bool) -> None:
    from pipeline.cli.progress import step
    from pipeline.jobs.erasure.steps import plan

    with step("find") as shown:
        found: dict[str, Any] = plan(workplace, subjects)
        records = sum(counts["records"] for counts in found["sources"].values())
        shown.found(f"{many(records, 'record')} searched")
    if json:
        print_json(found)
        return
    rows = table("source", "own records#", "records that mention them#")
    for source, counts in found["sources"].items():
        rows.add_row(source, f"{counts['own']:,}", f"{counts['mentions']:,}")
    show(f"of {many(len(subjects), 'person')} in {workplace.dataset.name}", rows)
    console.print(f"{many(found['versions'], 'published version')} would be looked through; nothing was changed")
    next_steps("the same without --dry-run")


def add_to(app: typer.Typer) -> None:
    app.command()(erase)
