"""What `clearwell check` misses in a dataset's contracts: why data is processed, and which of it is special."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from pipeline.cli.output import console, many
from pipeline.errors import ContractError

if TYPE_CHECKING:
    from pipeline.contracts.dataset import Dataset

_EXAMPLE = (
    "customProperties: [{property: processing, value: "
    '{purpose: "dpv:HumanResourceManagement", basis: "dpv:LegitimateInterest", subjects: ["dpv:Employee"]}}]'
)


@dataclass(frozen=True)
class Unsaid:
    """What nobody says.

    Attributes:
        policy: the dataset's release policy.
        special: what a column sounds like (health, religion) that is not declared so, by `source.column`.
        unexplained: published columns about persons without a purpose or legal basis, by source.
    """

    policy: str
    special: dict[str, str]
    unexplained: dict[str, list[str]]

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {"undeclared_special": self.special, "unexplained": self.unexplained}


def find_unsaid(dataset: "Dataset") -> Unsaid:
    """What the current contracts of a dataset leave open."""
    from pipeline.contracts.processing import unexplained
    from pipeline.onboarding.special import undeclared

    contracts = dataset.contracts.items()
    special = {f"{source}.{name}": told for source, contract in contracts for name, told in undeclared(contract)}
    missing = {source: found for source, contract in contracts if (found := list(unexplained(contract)))}
    return Unsaid(dataset.spec.release.policy, special, missing)


def tell_unsaid(unsaid: Unsaid) -> None:
    """A line for each; what must be mended is an error besides (`refusal`)."""
    for column, told in unsaid.special.items():
        told_by = f"{column} sounds like {told} (GDPR article 9) and is not declared so"
        console.print(f"[yellow]special?[/] {escape(told_by)}; if it is: specialCategory: true", soft_wrap=True)
    for source, columns in unsaid.unexplained.items():
        told_by = f"{source}: {many(len(columns), 'published column')} without purpose or legal basis"
        console.print(f"[yellow]why?[/] {escape(told_by)}", soft_wrap=True)
    if unsaid.unexplained:
        console.print(f"  [dim]say it once for a source, as one of its[/] {escape(_EXAMPLE)}", soft_wrap=True)


def refusal(unsaid: Unsaid) -> ContractError | None:
    """Why such a dataset may not go to others; None where it may, or stays inside."""
    if unsaid.policy != "release" or not unsaid.unexplained:
        return None
    named = [f"{source}.{column}" for source, columns in unsaid.unexplained.items() for column in columns]
    return ContractError(
        "columns about persons are released, and nobody says why",
        given=f"{len(named)} without purpose or legal basis, such as {', '.join(named[:3])}",
        allowed="purpose and basis of each column, or processing of its source",
        hint=_EXAMPLE,
    )
