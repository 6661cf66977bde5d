"""`clearwell run`: all stages of a dataset in one Spark session, without an orchestrator."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import console, next_steps

if TYPE_CHECKING:
    from pipeline.jobs.context import RunContext, Workplace


def run(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.")],
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As-of date; by default dataset.yaml's.")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Pull and compute everything again.")] = False,
) -> None:
    """Pull, check, de-identify, join and publish a dataset. Stopped at any moment and started again, it goes on."""
    from pipeline.cli.progress import narrate, step
    from pipeline.jobs.context import open_workplace
    from pipeline.jobs.extract import extract_sources
    from pipeline.jobs.seal import begin_run
    from pipeline.settings import load_settings

    workplace = open_workplace(load_settings(), dataset)
    day = as_of.date() if as_of else workplace.dataset.spec.as_of
    console.print(f"[bold]{dataset}[/] as of {day}", highlight=False)
    with step("extract") as shown:
        sources = tuple(workplace.dataset.spec.sources)
        extract_sources(workplace, day, sources, fresh=fresh, tell=shown.now, landed=narrate)
        context = begin_run(workplace, day, fresh=fresh)
        records = sum(source["records"] for source in context.manifest.inputs.values())
        shown.found(f"{records:,} records landed and sealed; run {context.run}")
    do_stages(context)
    tell_result(workplace, context)


def do_stages(context: "RunContext") -> None:
    """Every stage of a run that is not done, a line each."""
    from pipeline.cli.progress import step, summary
    from pipeline.evidence.record import read_evidence
    from pipeline.jobs.stages import STAGES, run_stage

    for stage in STAGES:
        with step(stage) as shown:
            did = run_stage(context, stage)
            documents = read_evidence(context.at.zones.evidence, context.dataset.name, context.run)
            shown.found(summary(stage, documents[stage]) + ("" if did else " (done before)"))


def tell_result(workplace: "Workplace", context: "RunContext") -> None:
    """Where the version lies that a run published, and what to do next."""
    from pipeline.evidence.record import read_evidence

    name = workplace.dataset.name
    version = read_evidence(workplace.zones.evidence, name, context.run)["publish"]["version"]
    folder = workplace.zones.published.path(f"{name}/{version}")
    console.print(f"[green]✓[/] published [bold]{version}[/]")
    console.print(f"  data    {folder / name}.csv", soft_wrap=True)
    console.print(f"  report  {folder / 'report.html'}", soft_wrap=True)
    next_steps(f"clearwell versions {name}", f"clearwell quarantine list {name}", f"clearwell verify {name}")


def add_to(app: typer.Typer) -> None:
    app.command()(run)
