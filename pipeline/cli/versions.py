"""`clearwell versions` and `clearwell verify`: what was published or withdrawn, and whether it is what it was."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.certificates import check_certificate
from pipeline.cli.output import console, next_steps, print_json, show, table

if TYPE_CHECKING:
    from pipeline.release.withdrawal import Withdrawal

_Dataset = Annotated[str, typer.Argument(help="Name of the dataset.")]


def versions(
    dataset: _Dataset,
    withdrawn: Annotated[bool, typer.Option("--withdrawn", help="Those that were taken back, and why.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Published versions, newest first; withdrawn ones are no longer among them."""
    from pipeline.jobs.look import look_at
    from pipeline.release.versions import list_versions
    from pipeline.release.withdrawal import list_withdrawn

    zones, name = look_at(dataset)
    found, gone = list_versions(zones.published, name), list_withdrawn(zones.published, name)
    if json:
        print_json([asdict(item) for item in (gone if withdrawn else found)])
        return
    if withdrawn:
        _show_withdrawn(name, gone)
        return
    if not found:
        console.print(f"{name} has no version {'any more' if gone else 'yet'}")
        next_steps(f"clearwell run {name}")
        return
    shown = table("version", "as of", "rows#", "sha256 of the CSV", "created")
    for version in found:
        shown.add_row(
            version.version, version.as_of, f"{version.rows:,}", version.sha256[:16] + "…", version.created[:19]
        )
    show(f"versions of {name}", shown)
    console.print(f"[dim]report:[/] {Path(found[0].path) / 'report.html'}", soft_wrap=True)
    next_steps(f"clearwell verify {name}", *([f"clearwell versions {name} --withdrawn"] if gone else []))


def verify(
    target: Annotated[
        str,
        typer.Argument(help="A dataset's name (its newest version), a version's folder, or an erasure's certificate."),
    ],
    key: Annotated[
        Path | None,
        typer.Option(
            "--key",
            exists=True,
            dir_okay=False,
            help="File of the public key that a certificate must be signed with; by default the one pinned here.",
        ),
    ] = None,
) -> None:
    """Check a version's files against its manifest, or a certificate's signature: offline, no service is needed."""
    from pipeline.errors import PublishError
    from pipeline.release.manifest import verify_version
    from pipeline.release.withdrawal import withdrawal_of

    if Path(target).is_file():
        check_certificate(Path(target), key)
        return
    folder = Path(target) if Path(target).is_dir() else _newest(target)
    withdrawn = withdrawal_of(folder)
    if withdrawn is not None:
        raise withdrawn.error()
    problems = verify_version(folder)
    if problems:
        raise PublishError(f"{folder.name} is not what was published", given="; ".join(problems))
    console.print(f"[green]✓[/] {folder.name}: every file is what its manifest says")


def _show_withdrawn(dataset: str, gone: list["Withdrawal"]) -> None:
    shown = table("version", "as of", "withdrawn", "reason", "replaced by", "sha256 of the CSV")
    for item in gone:
        told = (item.withdrawn[:10], item.reason, item.replaced_by or "nothing", item.sha256[:16] + "…")
        shown.add_row(item.version, item.as_of, *told)
    show(f"withdrawn versions of {dataset}" if gone else f"no version of {dataset} was withdrawn", shown)
    next_steps(f"clearwell versions {dataset}")


def _newest(dataset: str) -> Path:
    from pipeline.errors import PublishError
    from pipeline.jobs.look import look_at
    from pipeline.release.versions import list_versions
    from pipeline.release.withdrawal import list_withdrawn

    zones, name = look_at(dataset)
    found = list_versions(zones.published, name)
    if not found:
        for withdrawn in list_withdrawn(zones.published, name):
            raise withdrawn.error()
        raise PublishError(f"{name} has no version yet", hint=f"clearwell run {name}")
    return Path(found[0].path)


def add_to(app: typer.Typer) -> None:
    app.command()(versions)
    app.command()(verify)
