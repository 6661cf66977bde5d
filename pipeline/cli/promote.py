"""`clearwell promote`: a laptop's dataset goes to a stack."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.comparison import compare_with, comparison_document, refusal, show_comparison
from pipeline.cli.output import console, next_steps, print_json, show, table
from pipeline.errors import SettingsError

if TYPE_CHECKING:
    from pipeline.contracts.dataset import Dataset
    from pipeline.contracts.verdict import Comparison


def promote(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset.")],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="The stack's folder of datasets, in a git work tree.")
    ],
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Copy a dataset's folder to a stack's, unchanged and verified; connections and credentials stay behind.

    What is there already is compared first, as by clearwell check --against: a change that breaks readers or weakens a
    protection is refused where nobody stands by it. Nothing is committed: the commands for that are printed.
    """
    from pipeline.contracts.dataset import open_dataset
    from pipeline.contracts.history import work_tree_path
    from pipeline.contracts.promotion import files_of, promote_folder, recover
    from pipeline.features.opened import open_features
    from pipeline.privacy.own.loaded import load_recognizers
    from pipeline.settings import load_settings

    if not to.is_dir():
        raise SettingsError("there is no such folder", given=str(to), allowed="a folder in a git work tree")
    work_tree_path(to)
    opened = open_dataset([root for root in load_settings().dataset_roots if root != to.resolve()], dataset)
    open_features(opened)
    load_recognizers(opened.folder)
    files = files_of(opened.folder)
    target = to.resolve() / opened.name
    recover(target)
    there = target.is_dir() and _files_there(target) == files
    comparison = None if there else _compare(opened, target)
    if comparison:
        if not json:
            show_comparison(dataset, "on the stack", comparison)
        if problem := refusal(dataset, comparison):
            raise problem
    if not there:
        promote_folder(opened.folder, target, files)
    if json:
        judged = comparison_document("the stack", comparison) if comparison else None
        did = {"target": str(target), "changed": not there, "files": files, "comparison": judged}
        print_json({**did, "connections": _connections(opened)})
    else:
        _tell(opened, target, len(files), there=there)


def _compare(opened: "Dataset", target: Path) -> "Comparison | None":
    """What changed since the stack's last commit; None where it has no such dataset.

    Raises:
        SettingsError: somebody changed the stack's folder and did not commit it.
    """
    from pipeline.contracts.history import folder_at, has_commits, uncommitted

    changed = uncommitted(target) if target.exists() else []
    if changed:
        raise SettingsError(
            f"{target.name} on the stack has changes that are not committed; they would be lost",
            given=changed,
            hint=f"git -C {target.parent} commit {target.name}, or git -C {target.parent} stash",
        )
    if not has_commits(target.parent):
        return None
    with folder_at(target, "HEAD") as before:
        return compare_with(opened, before, "on the stack") if before else None


def _files_there(target: Path) -> dict[str, str]:
    """The stack's files, or none where it holds what no dataset has: then they differ."""
    from pipeline.contracts.promotion import files_of
    from pipeline.errors import ContractError

    try:
        return files_of(target)
    except ContractError:
        return {}


def _connections(opened: "Dataset") -> list[dict[str, Any]]:
    """What the stack must know, by name: a system, who reads it, its credential where we know one, Airbyte's syncs."""
    from pipeline.extract.connections import read_connections
    from pipeline.settings import load_settings

    try:
        systems = read_connections(load_settings().connections_file).systems
    except SettingsError:
        systems = {}
    found: dict[str, dict[str, Any]] = {}
    for name, source in opened.spec.sources.items():
        credential = getattr(systems.get(source.connection), "credential", None)
        system = found.setdefault(
            source.connection,
            {
                "connection": source.connection,
                "kind": source.kind,
                "sources": [],
                "credential": credential,
                "syncs": [],
            },
        )
        system["sources"].append(name)
        if sync := getattr(source, "sync", None):
            system["syncs"].append(sync.airbyte)
    return list(found.values())


def _tell(opened: "Dataset", target: Path, files: int, *, there: bool) -> None:
    word = "is on the stack already, file by file" if there else "promoted, each file verified"
    console.print(f"[green]✓[/] {opened.name}: {files} files, {word}")
    console.print(f"  {target}", soft_wrap=True)
    shown = table("connection", "kind", "sources", "credential")
    for system in _connections(opened):
        known = system["credential"] or "as the stack has it"
        shown.add_row(system["connection"], system["kind"], ", ".join(system["sources"]), known)
    show("what the stack must know", shown)
    for sync in sorted({sync for system in _connections(opened) for sync in system["syncs"]}):
        console.print(f"and its Airbyte server the connection {sync}")
    repository = f"git -C {target.parent}"
    next_steps(
        f"{repository} add {opened.name}", f'{repository} commit -m "Promote {opened.name}"', f"{repository} push"
    )


def add_to(app: typer.Typer) -> None:
    app.command()(promote)
