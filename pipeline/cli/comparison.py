"""How two states of a dataset's folder are compared and shown: by `check --against` and by `promote`."""

from typing import TYPE_CHECKING, Any

from rich.markup import escape

from pipeline.cli.output import console, show, table
from pipeline.errors import ClearwellError, ContractError

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.contracts.dataset import Dataset
    from pipeline.contracts.verdict import Comparison, Finding

_COLOURS = {"refused": "red", "allowed": "yellow", "fine": "dim"}


def compare_with(new: "Dataset", old: "Path", called: str) -> "Comparison":
    """What changed since the folder `old`, which people call `called`: contracts, dataset.yaml and features.

    Raises:
        ContractError: the old folder can't be read, so nobody can say.
    """
    from pipeline.contracts.dataset import load_dataset_folder
    from pipeline.contracts.verdict import compare
    from pipeline.features.compatibility import feature_changes
    from pipeline.features.registry import load_features

    try:
        before = load_dataset_folder(old)
        features = load_features(old / "features.py")
    except ClearwellError as error:
        raise ContractError(
            f"{new.name} {called} can't be read, so nothing can be compared",
            given=str(error).splitlines()[0],
            hint="compare with a state that this clearwell reads",
        ) from None
    return compare(before, new, feature_changes(features, load_features(new.folder / "features.py")))


def show_comparison(name: str, called: str, found: "Comparison") -> None:
    """A table of the differences, what is refused first."""
    if not found.findings:
        console.print(f"{name} is what it was {called}")
    else:
        shown = table("source", "what", "change", "effect", "")
        for finding in found.findings:
            colour = _COLOURS[finding.verdict]
            words = (finding.source, finding.where, finding.what, _effect(finding), _standing(finding))
            shown.add_row(*(f"[{colour}]{escape(word)}[/]" if word else "" for word in words))
        show(f"{name}: changes since it was {called}", shown)
    for item in found.unmatched:
        console.print(f"[yellow]told[/] the acknowledgement of {item.change} by {item.by} matches no change")


def refusal(name: str, found: "Comparison") -> ContractError | None:
    """The error for what is refused, with what each difference asks for; None where all may pass."""
    refused = found.refused
    if not refused:
        return None
    breaking = sum(finding.breaks for finding in refused)
    counts = [(breaking, "break readers"), (len(refused) - breaking, "weaken a protection")]
    given = ", ".join(f"{count} {word}" for count, word in counts if count)
    wanted = dict.fromkeys(f"{finding.source or 'dataset.yaml'}: {finding.why}" for finding in refused)
    return ContractError(
        f"changes of {name} that somebody must stand by",
        given=given,
        allowed="a new major version of a contract for what breaks, an acknowledgement for what weakens",
        hint="\n           ".join(wanted),
    )


def comparison_document(called: str, found: "Comparison") -> dict[str, Any]:
    """The same for programs."""
    return {
        "against": called,
        "refused": len(found.refused),
        "changes": [vars(finding) for finding in found.findings],
        "unmatched": [item.model_dump(mode="json", by_alias=True) for item in found.unmatched],
    }


def _standing(finding: "Finding") -> str:
    """Who stands by it, or what it lacks; how that is written, the error says."""
    if finding.verdict != "refused":
        return finding.why
    return f"needs {'a new major version' if finding.why.startswith('version') else 'an acknowledgement'}"


def _effect(finding: "Finding") -> str:
    return f"{finding.effect}, breaks" if finding.breaks else finding.effect
