"""`clearwell job`: one stage, as an orchestrator runs it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from pipeline.cli.output import console, print_json


class Stage(StrEnum):
    """Stages in their order; `seal` closes the pull and says the run's id."""

    EXTRACT = "extract"
    SEAL = "seal"
    REFINE = "refine"
    VALIDATE = "validate"
    ASSEMBLE = "assemble"
    ASSESS = "assess"
    PUBLISH = "publish"


def job(
    stage: Annotated[Stage, typer.Argument(help="Which stage.")],
    dataset: Annotated[str, typer.Option(help="Name of the dataset.")],
    run: Annotated[str | None, typer.Option(help="Id of the run, for the stages after seal.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As-of date of the pull, for extract and seal.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="One source, for extract; by default all.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="extract and seal: do it again from the start.")] = False,
) -> None:
    """Do one stage of one run; a stage that is done already is left as it is."""
    from pipeline.cli.progress import narrate, summary
    from pipeline.errors import SettingsError
    from pipeline.evidence.record import read_evidence
    from pipeline.jobs.context import open_run, open_workplace
    from pipeline.jobs.extract import extract_sources
    from pipeline.jobs.seal import begin_run
    from pipeline.jobs.stages import run_stage
    from pipeline.settings import load_settings

    workplace = open_workplace(load_settings(), dataset)
    day = as_of.date() if as_of else workplace.dataset.spec.as_of
    if stage is Stage.EXTRACT:
        sources = (source,) if source else tuple(workplace.dataset.spec.sources)
        extract_sources(workplace, day, sources, fresh=fresh, tell=narrate, landed=narrate)
    elif stage is Stage.SEAL:
        print_json({"run": begin_run(workplace, day, fresh=fresh).run})
    elif run is None:
        raise SettingsError(f"{stage} needs a run", hint=f"clearwell job seal --dataset {dataset} says its id")
    else:
        did = run_stage(open_run(workplace, run), stage.value)
        evidence = read_evidence(workplace.zones.evidence, dataset, run)[stage.value]
        console.print(f"[green]✓[/] {stage}: {summary(stage.value, evidence) if did else 'was done before'}")


def add_to(app: typer.Typer) -> None:
    app.command()(job)
