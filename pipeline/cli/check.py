"""`clearwell check`: whether a dataset's folder says only what clearwell does, and whether a change of it may pass."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from pipeline.cli.comparison import compare_with, comparison_document, refusal, show_comparison
from pipeline.cli.output import console, many, print_json, show, table
from pipeline.cli.unsaid import Unsaid, find_unsaid, tell_unsaid
from pipeline.cli.unsaid import refusal as refusal_unsaid
from pipeline.errors import ClearwellError

if TYPE_CHECKING:
    from pipeline.contracts.dataset import Dataset
    from pipeline.contracts.model import Contract
    from pipeline.contracts.verdict import Comparison
    from pipeline.features.definitions import FeatureModule


@dataclass(frozen=True)
class _Checked:
    """A dataset that holds together.

    Attributes:
        hidden: folders of the same name that are not read, since another comes first.
        against: what `comparison` compares with, in words.
        comparison: None where the folder was not there, or is not compared.
        skipped: it lies in another work tree than we do, so that of all datasets this one is not compared.
        waiting: fields that the newest run met and the contract does not name, by `source.field`.
        recognizers: entity types that the dataset's own recognizers find, by the recognizer's name.
        unsaid: what its contracts should say and do not.
    """

    dataset: "Dataset"
    features: "FeatureModule"
    hidden: list[str]
    against: str
    comparison: "Comparison | None"
    skipped: bool
    waiting: dict[str, int]
    recognizers: dict[str, list[str]]
    unsaid: Unsaid


def check(
    dataset: Annotated[str, typer.Argument(help="Name of the dataset; without one say --all.")] = "",
    every: Annotated[
        bool, typer.Option("--all", help="Every dataset that is found; those of this git work tree are compared.")
    ] = False,
    against: Annotated[
        str, typer.Option(metavar="GIT_REF", help="Compare with the folder at a branch, tag or commit.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Read dataset.yaml, contracts and features of a dataset, and show what they come to.

    With --against, tell what changed since GIT_REF and for whom it matters. Exit status 3: a change breaks those who
    read what is published (a column gone, a type narrowed, a rule tightened, another key or privacy action) while the
    contract's version has no new major number; or a protection is weakened and its contract acknowledges it nowhere; or
    columns about persons are published under policy release without purpose and legal basis.
    """
    from pipeline.contracts.dataset import known_datasets
    from pipeline.errors import ContractError, SettingsError
    from pipeline.settings import load_settings

    known = known_datasets(load_settings().dataset_roots)
    if bool(dataset) == every:
        raise SettingsError("check needs a dataset's name, or --all", allowed=sorted(known) or "none yet")
    found = {name: _outcome(name, against, every=every) for name in (sorted(known) if every else [dataset])}
    if json:
        documents = [{"dataset": name, **_document(outcome)} for name, outcome in found.items()]
        print_json(documents if every else documents[0])
    else:
        for name, outcome in found.items():
            if every or isinstance(outcome, _Checked):
                _tell(name, outcome)
    wrong = {name: problem for name, outcome in found.items() if (problem := _problem(outcome))}
    if len(wrong) > 1 or (every and wrong):
        raise ContractError(f"{len(wrong)} of {len(found)} datasets are wrong", given=sorted(wrong))
    for problem in wrong.values():
        raise problem


def _outcome(name: str, against: str, *, every: bool) -> _Checked | ClearwellError:
    try:
        return _open(name, against, every=every)
    except ClearwellError as error:
        return error


def _open(name: str, against: str, *, every: bool) -> _Checked:
    from pipeline.contracts.dataset import known_datasets, open_dataset
    from pipeline.contracts.history import folder_at, same_work_tree
    from pipeline.features.opened import open_features
    from pipeline.settings import load_settings

    roots = load_settings().dataset_roots
    opened = open_dataset(roots, name)
    features = open_features(opened)
    recognizers = _recognizers(opened)
    hidden = [str(folder) for folder in known_datasets(roots)[name][1:]]
    comparison = None
    skipped = every and not same_work_tree(opened.folder, Path.cwd())
    if against and not skipped:
        with folder_at(opened.folder, against) as before:
            comparison = compare_with(opened, before, f"at {against}") if before else None
    return _Checked(
        opened, features, hidden, against, comparison, skipped, _waiting(name), recognizers, find_unsaid(opened)
    )


def _recognizers(opened: "Dataset") -> dict[str, list[str]]:
    from pipeline.contracts.dataset import RECOGNIZER_FILES

    if not any((opened.folder / name).is_file() for name in RECOGNIZER_FILES):
        return {}  # Presidio takes a second to load
    from pipeline.privacy.own.loaded import load_recognizers

    return {item.name: list(item.supported_entities) for item in load_recognizers(opened.folder)}


def _waiting(name: str) -> dict[str, int]:
    from pipeline.evidence.record import read_evidence
    from pipeline.jobs.look import look_at, newest_run
    from pipeline.storage.runs import known_runs

    zones, _ = look_at(name)
    if not known_runs(zones.warehouse, name):
        return {}
    refined = read_evidence(zones.evidence, name, newest_run(zones, name)).get("refine", {"sources": {}})
    fields = ((source, found.get("new_columns", {})) for source, found in refined["sources"].items())
    return {f"{source}.{field}": records for source, new in fields for field, records in new.items()}


def _problem(outcome: _Checked | ClearwellError) -> ClearwellError | None:
    """Why the command must fail."""
    if isinstance(outcome, ClearwellError):
        return outcome
    compared = refusal(outcome.dataset.name, outcome.comparison) if outcome.comparison else None
    return refusal_unsaid(outcome.unsaid) or compared


def _tell(name: str, outcome: _Checked | ClearwellError) -> None:
    if isinstance(outcome, ClearwellError):
        console.print(f"[red]✗[/] {name}: {escape(outcome.what)}", soft_wrap=True)
        return
    opened = outcome.dataset
    shown = table("source", "kind", "columns#", "rules#", "gates#", "masks")
    for source, contract in opened.contracts.items():
        shown.add_row(source, opened.spec.sources[source].kind, *map(str, _figures(contract)))
        for version in opened.versions.get(source, ()):
            shown.add_row(f"  {_periods(version.first, version.last)}", "", *map(str, _figures(version.contract)))
    show(f"{opened.name}: {opened.spec.title}", shown)
    _tell_words(opened, outcome)
    contracts = sum(len(opened.contracts_of(source)) for source in opened.contracts)
    made = f"{many(contracts, 'contract')} and {many(len(outcome.features.features), 'feature')}"
    console.print(f"[green]✓[/] {made} hold together")
    for folder in outcome.hidden:
        console.print(f"[yellow]hidden[/] {folder} has a dataset of the same name; {opened.folder} comes first")
    for field, records in outcome.waiting.items():
        console.print(f"[yellow]new[/] {field}: in {records:,} records, not in the contract, not published")
    if outcome.comparison:
        show_comparison(opened.name, f"at {outcome.against}", outcome.comparison)
    elif outcome.against and outcome.skipped:
        console.print(f"[yellow]not compared:[/] {opened.name} lies in another git work tree than we are in")
    elif outcome.against:
        console.print(f"{opened.name} was not there at {outcome.against}: all of it is new")


def _tell_words(opened: "Dataset", outcome: _Checked) -> None:
    for note in _notes(opened):
        console.print(f"[dim]for people:[/] {escape(note)}", soft_wrap=True)
    for recognizer, types in outcome.recognizers.items():
        console.print(f"[dim]own recognizer:[/] {escape(recognizer)} finds {', '.join(types)}", soft_wrap=True)
    tell_unsaid(outcome.unsaid)


def _document(outcome: _Checked | ClearwellError) -> dict[str, Any]:
    if isinstance(outcome, ClearwellError):
        return {"error": str(outcome)}
    opened, words = outcome.dataset, ("columns", "rules", "gates", "masks")
    sources = {
        source: {"kind": opened.spec.sources[source].kind, **dict(zip(words, _figures(contract), strict=True))}
        for source, contract in opened.contracts.items()
    }
    return {
        "folder": str(opened.folder),
        "sources": sources,
        "features": len(outcome.features.features),
        "notes": _notes(opened),
        "recognizers": outcome.recognizers,
        **outcome.unsaid.document(),
        "hidden": outcome.hidden,
        "new_fields": outcome.waiting,
        "compared": bool(outcome.against) and not outcome.skipped,
        "comparison": comparison_document(outcome.against, outcome.comparison) if outcome.comparison else None,
    }


def _notes(opened: "Dataset") -> list[str]:
    """Quality rules of type text, which nobody judges."""
    every = (note for source in opened.contracts for contract in opened.contracts_of(source) for note in contract.notes)
    return list(dict.fromkeys(every))


def _figures(contract: "Contract") -> tuple[int, int, int, str]:
    """Columns, rules, gates, and what is done to columns that are not kept as they are."""
    from pipeline.quality.rules import rules_of

    actions = sorted({item.privacy.action for item in contract.columns} - {"keep"})
    return len(contract.columns), len(rules_of(contract)), len(contract.gates), ", ".join(actions)


def _periods(first: str, last: str) -> str:
    return " ".join(word for word in (first and f"from {first}", last and f"until {last}") if word)


def add_to(app: typer.Typer) -> None:
    app.command()(check)
