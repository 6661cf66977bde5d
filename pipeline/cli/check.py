"""`clearwell check`: whether a dataset's folder says only what clearwell does."""

from typing import Annotated

import typer

from pipeline.cli.output import console, show, table


def check(dataset: Annotated[str, typer.Argument(help="Name of the dataset.")]) -> None:
    """Read dataset.yaml, contracts and features of a dataset, and show what they come to."""
    from pipeline.contracts.dataset import open_dataset
    from pipeline.features.registry import load_features
    from pipeline.settings import load_settings

    opened = open_dataset(load_settings().datasets, dataset)
    features = load_features(opened.folder / "features.py")
    shown = table("source", "columns#", "rules#", "gates#", "leaves masked as")
    for source, contract in opened.contracts.items():
        rules = sum(len(item.options) + item.required + bool(item.valid_values) for item in contract.columns)
        actions = sorted({item.privacy.action for item in contract.columns})
        counts = (len(contract.columns), rules + len(contract.row_rules), len(contract.gates))
        shown.add_row(source, *map(str, counts), ", ".join(actions))
    show(f"{opened.name}: {opened.spec.title}", shown)
    console.print(f"[green]✓[/] {len(opened.contracts)} contracts and {len(features.features)} features hold together")


def add_to(app: typer.Typer) -> None:
    app.command()(check)
