"""`clearwell check`: whether a dataset's folder says only what clearwell does."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.output import console, show, table

if TYPE_CHECKING:
    from pipeline.contracts.dataset import Dataset
    from pipeline.contracts.model import Contract


def check(dataset: Annotated[str, typer.Argument(help="Name of the dataset.")]) -> None:
    """Read dataset.yaml, contracts and features of a dataset, and show what they come to."""
    from pipeline.contracts.dataset import open_dataset
    from pipeline.features.registry import load_features
    from pipeline.settings import load_settings

    opened = open_dataset(load_settings().dataset_roots, dataset)
    features = load_features(opened.folder / "features.py")
    shown = table("source", "kind", "columns#", "rules#", "gates#", "masks")
    for source, contract in opened.contracts.items():
        shown.add_row(source, opened.spec.sources[source].kind, *_figures(contract))
        for version in opened.versions.get(source, ()):
            shown.add_row(f"  {_periods(version.first, version.last)}", "", *_figures(version.contract))
    show(f"{opened.name}: {opened.spec.title}", shown)
    contracts = sum(len(opened.contracts_of(source)) for source in opened.contracts)
    console.print(f"[green]✓[/] {contracts} contracts and {len(features.features)} features hold together")
    _tell_new_fields(opened)


def _figures(contract: "Contract") -> list[str]:
    rules = sum(len(item.options) + item.required + bool(item.valid_values) for item in contract.columns)
    actions = sorted({item.privacy.action for item in contract.columns} - {"keep"})
    counts = (len(contract.columns), rules + len(contract.row_rules), len(contract.gates))
    return [*map(str, counts), ", ".join(actions)]


def _periods(first: str, last: str) -> str:
    return " ".join(word for word in (first and f"from {first}", last and f"until {last}") if word)


def _tell_new_fields(dataset: "Dataset") -> None:
    """Fields that the newest run met in sources whose contracts evolve: they wait for a privacy action."""
    from pipeline.evidence.record import read_evidence
    from pipeline.jobs.look import look_at, newest_run
    from pipeline.storage.runs import known_runs

    zones, name = look_at(dataset.name)
    if not known_runs(zones.warehouse, name):
        return
    refined = read_evidence(zones.evidence, name, newest_run(zones, name)).get("refine", {"sources": {}})
    for source, found in refined["sources"].items():
        for field, records in found.get("new_columns", {}).items():
            console.print(
                f"[yellow]new[/] {source}.{field}: in {records:,} records, not in the contract, not published"
            )


def add_to(app: typer.Typer) -> None:
    app.command()(check)
