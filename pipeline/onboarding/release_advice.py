"""What the proposed release policy would do, in numbers, and what else could be chosen."""

from dataclasses import dataclass
from typing import Any

from pipeline.onboarding.proposal import Proposal
from pipeline.onboarding.release_choice import histogram, quasi_levels
from pipeline.onboarding.treatment import K
from pipeline.privacy.lattice import Lattice, Policy

#: Share of entities that may be withheld without a word; also the policy's `most_suppressed`.
MOST_WITHHELD = 0.05


@dataclass(frozen=True)
class Advice:
    """What the policy comes to on the sample.

    Attributes:
        entities: of the sample.
        finest: share of them that would be withheld if every column were published at its finest level.
        levels: the levels that the policy would publish by column, 0 the finest; None: no level meets it.
        withheld: share of entities that are withheld then.
    """

    entities: int
    finest: float
    levels: dict[str, int] | None
    withheld: float

    def document(self) -> dict[str, Any]:
        return {
            "k": K, "entities": self.entities, "withheld_at_finest": self.finest, "levels": self.levels,
            "withheld": self.withheld,
        }  # fmt: skip

    def sentences(self) -> list[str]:
        """For people."""
        if self.levels is None:
            return [
                f"[yellow]![/] {self.entities:,} entities: fewer than k = {K}, so nothing could be published. "
                "A smaller k (dataset.yaml) publishes them with less privacy."
            ]
        return [f"[dim]release[/] k = {K}: {self.withheld:.1%} of the entities would be withheld"]


def advise(proposal: Proposal) -> Advice:
    """The policy's effect on the sample."""
    table = histogram(proposal)
    quasi = quasi_levels(proposal)
    lattice = Lattice(table, quasi, (), Policy(K, 1, MOST_WITHHELD))
    finest = lattice.judge(tuple(0 for _ in quasi)).withheld / lattice.total
    best = lattice.best()
    if best is None:
        return Advice(lattice.total, finest, None, 1.0)
    levels = {item.column: level for item, level in zip(quasi, best.node, strict=True)}
    return Advice(lattice.total, finest, levels, best.withheld / lattice.total)
