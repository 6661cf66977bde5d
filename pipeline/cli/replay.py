"""`clearwell quarantine replay`: rows that pass since a contract or a source was mended come back, exactly once."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.output import console, next_steps, print_json, table
from pipeline.cli.output import show as present

if TYPE_CHECKING:
    from pipeline.jobs.context import RunContext


def replay(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.")],
    source: Annotated[
        str | None, typer.Option(help="The one source that was mended: it stops where another differs, too.")
    ] = None,
    pull: Annotated[list[str] | None, typer.Option(help="Pull this source anew first, as it was mended there.")] = None,
    run: Annotated[str | None, typer.Option(help="Run to replay; by default the newest.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs; with the counts by rule.")] = False,
) -> None:
    """Admit the rejected rows that pass now, after the contract or the source was mended.

    It is the run that the mended contracts would give anyway, with the same id and the same bytes, but what can't have
    changed is taken over: a source whose contract is the same wholly, one whose contract only got looser but for its
    rejected records, which are read again. Repeated it finds nothing to do; killed and repeated it goes on.
    """
    from datetime import date

    from pipeline.cli.progress import narrate, step
    from pipeline.cli.run import do_stages, tell_result
    from pipeline.errors import ClearwellError
    from pipeline.jobs.context import open_workplace
    from pipeline.jobs.extract import extract_sources
    from pipeline.jobs.replay import begin_replay, find_base, is_done
    from pipeline.settings import load_settings

    console.quiet = json
    workplace = open_workplace(load_settings(), dataset)
    base = find_base(workplace, run)
    day = date.fromisoformat(base.as_of)
    console.print(f"[bold]{dataset}[/] as of {day}, upon run {base.run}", highlight=False)
    with step("extract") as shown:
        extract_sources(workplace, day, pull or (), fresh=True, tell=shown.now, landed=narrate)
        extract_sources(workplace, day, tuple(workplace.dataset.spec.sources), tell=shown.now)
        context = begin_replay(workplace, base, source)
        shown.found(f"{', '.join(pull)} pulled anew" if pull else "the landing is sealed")
    if is_done(context):
        console.print(f"nothing changed: the contracts and the landing are those of run [bold]{context.run}[/]")
        _tell_program(context, changed=False, json=json)
        return
    try:
        do_stages(context)
    except ClearwellError:
        if "refine" in context.manifest.stages:
            _tell_rows(context)
        raise
    _tell_rows(context)
    tell_result(workplace, context)
    _tell_program(context, changed=True, json=json)


def _tell_rows(context: "RunContext") -> None:
    from pipeline.jobs.replay import outcome

    shown = table("source", "rejected before#", "admitted#", "newly rejected#", "rejected now#", "taken over")
    found = outcome(context)
    for item in found:
        counts = (item.before, item.admitted, item.newly, item.now)
        way = item.taken_over.partition(":")[0]
        shown.add_row(item.source, *("–" if count is None else f"{count:,}" for count in counts), way)
    present(f"replay of run {context.manifest.base} as run {context.run}", shown)
    reasons = dict.fromkeys(item.taken_over for item in found if ":" in item.taken_over)
    for reason in reasons:
        sources = ", ".join(item.source for item in found if item.taken_over == reason)
        console.print(f"[dim]{sources}: {reason.replace('[', chr(92) + '[')}[/]", soft_wrap=True)
    next_steps(f"clearwell quarantine list {context.dataset.name} --run {context.run}")


def _tell_program(context: "RunContext", *, changed: bool, json: bool) -> None:
    from pipeline.jobs.replay import outcome

    if json:
        sources: list[dict[str, Any]] = [{**vars(item), "still": item.still} for item in outcome(context)]
        print_json({"run": context.run, "base": context.manifest.base, "changed": changed, "sources": sources})
