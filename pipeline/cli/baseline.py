"""`clearwell baseline`: the run that later runs are compared with."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.output import console, next_steps, print_json, show, table

if TYPE_CHECKING:
    from pipeline.storage.zones import Zones

baseline = typer.Typer(
    help="The run whose columns later runs are compared with (drift). `watch` in dataset.yaml holds the limits.",
    no_args_is_help=True,
)
_Dataset = Annotated[str, typer.Argument(help="Name of the dataset.")]
_COLOURS = {"pass": "green", "warn": "yellow", "fail": "red", "young": "dim"}
_SHOWN = 20  # columns that have drifted most


@baseline.command()
def pin(
    dataset: _Dataset,
    run: Annotated[str | None, typer.Option(help="A published run; by default the newest.")] = None,
) -> None:
    """Pin the profiles of a published run: runs begun from now on are compared with it and get new ids."""
    from pipeline.jobs.baseline import pin_run
    from pipeline.jobs.look import look_at

    zones, name = look_at(dataset)
    pinned, digest = pin_run(zones, name, run)
    columns = sum(len(source["profile"]) for source in pinned["sources"].values())
    console.print(
        f"[green]✓[/] {name}: pinned {columns:,} columns of {len(pinned['sources'])} sources of run {pinned['run']} "
        f"as of {pinned['as_of']}; digest {digest[:16]}",
        soft_wrap=True,
    )
    console.print("The baseline is part of a run's id: the next run is a new one, also where nothing else has changed.")
    next_steps(f"clearwell run {name}", f"clearwell baseline show {name}")


@baseline.command("show")
def show_baseline(
    dataset: _Dataset, json: Annotated[bool, typer.Option("--json", help="For programs.")] = False
) -> None:
    """The pinned baseline, and how far the newest run that was compared lies from it and from earlier runs."""
    from pipeline.evidence.baselines import pinned, read_baseline
    from pipeline.jobs.look import look_at

    zones, name = look_at(dataset)
    pointer = pinned(zones.evidence, name)
    run, validated = _last_validated(zones, name)
    found = {"run": run, "drift": validated.get("drift"), "anomalies": validated.get("anomalies")}
    held = read_baseline(zones.evidence, name, pointer["digest"]) if pointer else None
    if json:
        print_json({"baseline": {**pointer, **held} if pointer and held else None, "newest": found if run else None})
        return
    if pointer and held:
        rows = sum(source["kept"] for source in held["sources"].values())
        console.print(
            f"[bold]{name}[/] is compared with run {held['run']} as of {held['as_of']}: "
            f"{len(held['sources'])} sources, {rows:,} rows; pinned {pointer['pinned'][:19]} by {pointer['by']}",
            soft_wrap=True,
        )
    else:
        console.print(f"{name} has no pinned baseline")
    _show_drift(run, validated.get("drift") or {})
    _show_anomalies(validated.get("anomalies") or {})
    next_steps(f"clearwell run {name}" if pointer else f"clearwell baseline pin {name}")


@baseline.command()
def unpin(dataset: _Dataset) -> None:
    """Compare later runs with no baseline; runs that were begun with it keep it."""
    from pipeline.evidence.baselines import unpin as forget
    from pipeline.jobs.look import look_at

    zones, name = look_at(dataset)
    done = forget(zones.evidence, name)
    console.print(f"[green]✓[/] {name} has no baseline any more" if done else f"{name} had no pinned baseline")
    next_steps(f"clearwell baseline pin {name}")


def _last_validated(zones: "Zones", dataset: str) -> tuple[str, dict[str, Any]]:
    """The run validated last, finished or stopped there, and its evidence; empty where there is none."""
    from pipeline.evidence.record import read_evidence
    from pipeline.storage.runs import known_runs

    found = ((run, read_evidence(zones.evidence, dataset, run)) for run in known_runs(zones.warehouse, dataset))
    validated = [(item["validate"]["finished"], run, item["validate"]) for run, item in found if "validate" in item]
    _, run, document = max(validated, default=("", "", {}), key=lambda item: item[:2])
    return run, document


def _show_drift(run: str, drift: dict[str, Any]) -> None:
    columns = drift.get("columns", [])
    if not columns:
        return
    shown = table("source", "column", "kind", "PSI#", "limit#", "JS, bits#", "limit#", "verdict")
    for item in sorted(columns, key=_farthest)[:_SHOWN]:
        figures = (f"{item[name]:.3f}" for name in ("psi", "psi_limit", "js", "js_limit"))
        shown.add_row(item["source"], item["column"], item["kind"], *figures, _coloured(item["verdict"]))
    show(f"run {run} against run {drift['baseline']['run']}: {len(columns):,} columns, the farthest first", shown)


def _farthest(item: dict[str, Any]) -> float:
    return -max(float(item["psi"] / item["psi_limit"]), float(item["js"] / item["js_limit"]))


def _show_anomalies(anomalies: dict[str, Any]) -> None:
    measures = anomalies.get("measures", [])
    odd = [item for item in measures if item["verdict"] in ("warn", "fail")]
    young = sum(item["verdict"] == "young" for item in measures)
    if young:
        console.print(
            f"{young:,} of {len(measures):,} measures have too short a history: {anomalies['runs']} earlier published "
            f"runs with other as-of dates, {anomalies['needed']} are needed",
            soft_wrap=True,
        )
    if odd:
        shown = table("source", "column", "measure", "value#", "usual#", "verdict")
        for item in odd[:_SHOWN]:
            usual = f"{item['low']:,.4g} to {item['high']:,.4g}"
            where = (item["source"], item["column"] or "", item["measure"])
            shown.add_row(*where, f"{item['value']:,.4g}", usual, _coloured(item["verdict"]))
        show(f"{len(odd):,} of {len(measures):,} measures unlike earlier runs", shown)


def _coloured(verdict: str) -> str:
    return f"[{_COLOURS[verdict]}]{verdict}[/]"


def add_to(app: typer.Typer) -> None:
    app.add_typer(baseline, name="baseline")
