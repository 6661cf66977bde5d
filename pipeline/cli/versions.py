"""`clearwell versions` and `clearwell verify`: what was published, and whether it is still what it was."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.output import console, next_steps, print_json, show, table

_Dataset = Annotated[str, typer.Argument(help="Name of the dataset.")]


def versions(dataset: _Dataset, json: Annotated[bool, typer.Option("--json", help="For programs.")] = False) -> None:
    """Published versions, newest first."""
    from pipeline.jobs.look import look_at
    from pipeline.release.versions import list_versions

    zones, name = look_at(dataset)
    found = list_versions(zones.published, name)
    if json:
        print_json([asdict(version) for version in found])
        return
    if not found:
        console.print(f"{name} has no version yet")
        next_steps(f"clearwell run {name}")
        return
    shown = table("version", "as of", "rows#", "sha256 of the CSV", "created")
    for version in found:
        shown.add_row(
            version.version, version.as_of, f"{version.rows:,}", version.sha256[:16] + "…", version.created[:19]
        )
    show(f"versions of {name}", shown)
    console.print(f"[dim]report:[/] {Path(found[0].path) / 'report.html'}", soft_wrap=True)
    next_steps(f"clearwell verify {name}")


def verify(
    target: Annotated[str, typer.Argument(help="A dataset's name (its newest version), or a version's folder.")],
) -> None:
    """Check a version's files against its manifest, offline: no key and no service is needed."""
    from pipeline.errors import PublishError
    from pipeline.release.manifest import verify_version

    folder = Path(target) if Path(target).is_dir() else _newest(target)
    problems = verify_version(folder)
    if problems:
        raise PublishError(f"{folder.name} is not what was published", given="; ".join(problems))
    console.print(f"[green]✓[/] {folder.name}: every file is what its manifest says")


def _newest(dataset: str) -> Path:
    from pipeline.errors import PublishError
    from pipeline.jobs.look import look_at
    from pipeline.release.versions import list_versions

    zones, name = look_at(dataset)
    found = list_versions(zones.published, name)
    if not found:
        raise PublishError(f"{name} has no version yet", hint=f"clearwell run {name}")
    return Path(found[0].path)


def add_to(app: typer.Typer) -> None:
    app.command()(versions)
    app.command()(verify)
